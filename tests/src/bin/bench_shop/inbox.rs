//! What the receiver of the bench got.

use std::{
    collections::{HashMap, HashSet},
    sync::{Mutex, MutexGuard},
    time::Instant,
};

use tests::{
    bench::{numbers, texts},
    webhooks::Received,
};

/// What came, each event once.
#[derive(Debug, Default)]
pub(crate) struct Inbox(Mutex<State>);

#[derive(Debug, Default)]
struct State {
    /// What webhooks are verified with.
    secret: String,
    /// The ids of those that came.
    ids: HashSet<String>,
    /// The latest version of each object of which something came.
    versions: HashMap<String, i64>,
    /// When events came, by their numbers of pieces.
    received: HashMap<i64, Vec<Instant>>,
    latest: Option<Instant>,
    fault: Option<String>,
}

impl Inbox {
    /// Learns the secret from the answer that shows it.
    pub(crate) fn verify_with(&self, answer: &str) {
        self.state().secret = texts(answer, "secret").into_iter().next().unwrap_or_default();
    }

    /// Takes a webhook: with which status it is answered.
    pub(crate) fn take(&self, webhook: &Received) -> u16 {
        let at = Instant::now();
        let mut state = self.state();
        if let Err(fault) = state.take(webhook, at) {
            state.fault.get_or_insert(fault);
        }
        200
    }

    /// How many events came.
    pub(crate) fn count(&self) -> usize {
        self.state().ids.len()
    }

    /// When the last one came.
    pub(crate) fn latest(&self) -> Option<Instant> {
        self.state().latest
    }

    /// When those with this number of pieces came.
    pub(crate) fn received(&self, pieces: i64) -> Vec<Instant> {
        self.state().received.get(&pieces).cloned().unwrap_or_default()
    }

    /// What was wrong with them, if anything was.
    pub(crate) fn fault(&self) -> Result<(), String> {
        self.state().fault.clone().map_or(Ok(()), Err)
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("nobody panics")
    }
}

impl State {
    fn take(&mut self, webhook: &Received, at: Instant) -> Result<(), String> {
        let body = &webhook.body;
        if !webhook.is_signed_with(&self.secret) {
            return Err(format!("it was not signed with the secret of the endpoint: {body}"));
        }
        if !self.ids.insert(webhook.id.clone()) {
            return Ok(());
        }
        let unreadable = || format!("it has no stock: {body}");
        let object = texts(body, "aggregateId").into_iter().next().ok_or_else(unreadable)?;
        let version = numbers(body, "version").into_iter().next().ok_or_else(unreadable)?;
        let pieces = numbers(body, "quantityAvailable").into_iter().next().ok_or_else(unreadable)?;
        self.received.entry(pieces).or_default().push(at);
        self.latest = Some(at);
        match self.versions.insert(object, version) {
            Some(before) if before >= version => Err(format!("version {before} came before this one: {body}")),
            _ => Ok(()),
        }
    }
}
