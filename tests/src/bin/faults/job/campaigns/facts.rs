//! What was acknowledged of messages and withdrawals.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// What was acknowledged.
#[derive(Default)]
pub(super) struct Facts {
    /// Those that were launched.
    pub(super) campaigns: BTreeSet<String>,
    /// By address: each is in one campaign only.
    pub(super) messages: BTreeMap<String, Message>,
    /// Addresses that withdrew their consent, and as which one: counted from 1.
    pub(super) withdrawn: BTreeMap<String, usize>,
    /// Addresses that are to withdraw, with their lists.
    pub(super) leaving: VecDeque<(String, String)>,
    /// All that ever were to withdraw: each does it once.
    asked: BTreeSet<String>,
}

/// A message to an address.
#[derive(Default)]
pub(super) struct Message {
    /// The attempts for which a worker was told to send it.
    pub(super) attempts: BTreeSet<i64>,
    /// None if no worker was told how it ended.
    pub(super) end: Option<End>,
}

/// How a message ended.
#[derive(Debug)]
pub(super) struct End {
    pub(super) status: String,
    /// Its id at the provider, if it was sent.
    pub(super) provider_id: Option<String>,
    /// The attempt that ended it; none if nothing was sent then.
    pub(super) attempt: Option<i64>,
}

impl Facts {
    /// Messages that nobody is known to have ended.
    pub(super) fn open(&self) -> usize {
        self.messages.values().filter(|message| message.end.is_none()).count()
    }

    /// Asks an address to withdraw, unless it was asked before.
    pub(super) fn ask_to_leave(&mut self, address: String, list: String) {
        if self.asked.insert(address.clone()) {
            self.leaving.push_back((address, list));
        }
    }

    /// Notes that a withdrawal was acknowledged.
    pub(super) fn withdraw(&mut self, address: String) {
        let number = self.withdrawn.len() + 1;
        self.withdrawn.insert(address, number);
    }

    /// Notes that a worker was told to send a message. When it asked, this number of withdrawals had been acknowledged.
    pub(super) fn begin(&mut self, address: &str, attempt: i64, withdrawals: usize) -> Result<(), String> {
        if self.withdrawn.get(address).is_some_and(|number| *number <= withdrawals) {
            return Err(format!("{address} had withdrawn, and was to be sent a message"));
        }
        let message = self.messages.get_mut(address).ok_or_else(|| format!("{address} is no recipient"))?;
        match message.attempts.insert(attempt) {
            true => Ok(()),
            false => Err(format!("two workers were told to send to {address} as attempt {attempt}")),
        }
    }

    /// Notes that a worker was told how a message ended.
    pub(super) fn end(&mut self, address: &str, end: End) -> Result<(), String> {
        let message = self.messages.get_mut(address).ok_or_else(|| format!("{address} is no recipient"))?;
        match message.end.replace(end) {
            None => Ok(()),
            Some(before) => Err(format!("the message to {address} ended twice: {before:?}, {:?}", message.end)),
        }
    }
}
