//! Campaigns are launched, and several workers send their messages, while recipients withdraw their consent and
//! expenses are paid from one slice of a budget.
//!
//! - `launcher`: campaigns, each for new addresses. `worker`: what is reported on each message. `leaver`: recipients
//!   who want no more messages. `facts`: what was acknowledged of all this.
//! - `verify`: what must be there afterwards, and nothing else. `purse`: the slice.

mod facts;
mod launcher;
mod leaver;
mod purse;
mod verify;
mod worker;

use std::{
    sync::{Arc, Mutex, MutexGuard, atomic::AtomicUsize},
    time::Duration,
};

use serde_json::{Value, json};

use self::{facts::Facts, purse::Purse};
use super::{Work, agent, key, text, under_faults};
use crate::{caller::Caller, load::Load, plan::Plan, system::System};

const WORKERS: usize = 3;
/// One unsubscribes from lists, the other one withdraws consents.
const LEAVERS: usize = 2;
const SPENDERS: usize = 2;
/// Before somebody who found nothing looks again.
const PAUSE: Duration = Duration::from_millis(20);

struct Marketing {
    load: Arc<Load>,
    agent: String,
    /// What is sent.
    content: String,
    facts: Mutex<Facts>,
    /// How many messages workers have looked at.
    turns: AtomicUsize,
}

pub(super) fn run(system: &mut System, plan: Plan) -> Result<usize, String> {
    system.start()?;
    let load = Arc::clone(system.load());
    let marketing = Marketing::open(&load)?;
    let purse = Purse::open(&load, &marketing.agent)?;
    let mut work: Vec<Work<'_>> = Vec::new();
    for _ in 0..WORKERS {
        work.push(Box::new(|| marketing.work()));
    }
    work.push(Box::new(|| marketing.launch()));
    for number in 0..LEAVERS {
        let marketing = &marketing;
        work.push(Box::new(move || marketing.leave(number)));
    }
    for _ in 0..SPENDERS {
        work.push(Box::new(|| purse.spend()));
    }
    let faults = under_faults(system, plan, work)?;
    marketing.verify()?;
    purse.verify()?;
    Ok(faults)
}

impl Marketing {
    /// Makes what is sent, and has it approved.
    fn open(load: &Arc<Load>) -> Result<Self, String> {
        let mut caller = Caller::new(load);
        let agent = agent(load)?;
        let content = json!({
            "type": "newsletter", "title": "News", "body": "Hello", "createdByAgentId": agent, "idempotencyKey": key(),
        });
        let content = text(&caller.act("createContent", "content { id }", &content)?["content"]["id"])?;
        let submitted = json!({ "id": content, "idempotencyKey": key() });
        let submitted = caller.act("submitContent", "approval { id }", &submitted)?;
        let approval = &submitted["approval"]["id"];
        let decision = json!({ "approvalId": approval, "decision": "APPROVE", "idempotencyKey": key() });
        caller.act("decideApproval", "approval { status }", &decision)?;
        Ok(Self { load: Arc::clone(load), agent, content, facts: Mutex::default(), turns: AtomicUsize::new(0) })
    }

    fn facts(&self) -> MutexGuard<'_, Facts> {
        self.facts.lock().expect("nobody panics")
    }
}

/// The answer to a call; none if it was refused with this code.
fn unless(code: &str, answer: Result<Value, String>) -> Result<Option<Value>, String> {
    match answer {
        Ok(payload) => Ok(Some(payload)),
        Err(reason) if reason.contains(code) => Ok(None),
        Err(reason) => Err(reason),
    }
}
