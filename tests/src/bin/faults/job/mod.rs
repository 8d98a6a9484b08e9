//! What goes on when a fault happens, and what must hold afterwards: a file for each job.

mod approvals;
mod campaigns;
mod claims;
mod connections;
mod import;
mod migration;
mod orders;
mod streams;
mod subscriber;

use std::{collections::BTreeSet, sync::Arc, thread, time::Duration};

use clap::ValueEnum;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{caller::Caller, load::Load, plan::Plan, system::System, wait::until};

/// The shortest lease that there is.
pub(crate) const LEASE: Duration = Duration::from_secs(5);
/// How long the log may hold back events of transactions that were cut off.
const VISIBLE: Duration = Duration::from_secs(30);

/// One kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Job {
    /// Tasks are created, claimed and completed.
    Claims,
    /// Tasks wait for approvals, which are requested and decided.
    Approvals,
    /// Orders are placed, paid, shipped and refunded.
    Orders,
    /// Messages of campaigns are sent, while recipients withdraw their consent and a budget is spent.
    Campaigns,
    /// Webhooks come in and are sent.
    Connections,
    /// A file of products is imported.
    Import,
    /// Subscribers follow the events.
    Streams,
    /// A database is brought up to date.
    Migration,
}

impl Job {
    /// Does it under faults, and says how many there were, or what does not hold.
    pub(crate) fn run(self, system: &mut System, plan: Plan) -> Result<usize, String> {
        match self {
            Self::Claims => claims::run(system, plan),
            Self::Approvals => approvals::run(system, plan),
            Self::Orders => orders::run(system, plan),
            Self::Campaigns => campaigns::run(system, plan),
            Self::Connections => connections::run(system, plan),
            Self::Import => import::run(system, plan.fault),
            Self::Streams => streams::run(system, plan),
            Self::Migration => migration::run(system, plan.fault),
        }
    }
}

/// What a client does until it has finished, or what does not hold.
type Work<'a> = Box<dyn FnOnce() -> Result<(), String> + Send + 'a>;

/// Lets clients work while the server is struck: the number of faults.
fn under_faults(system: &mut System, plan: Plan, clients: Vec<Work<'_>>) -> Result<usize, String> {
    let load = Arc::clone(system.load());
    let struck = thread::scope(|scope| {
        for client in clients {
            let load = &load;
            scope.spawn(move || {
                if let Err(reason) = client() {
                    load.fail(reason);
                }
            });
        }
        let struck = plan.strike(system);
        if let Err(reason) = &struck {
            load.fail(reason.clone());
        }
        load.end();
        struck
    });
    load.outcome()?;
    struck
}

/// An agent that work is given to.
fn agent(load: &Arc<Load>) -> Result<String, String> {
    let input = json!({ "name": "Worker", "type": "ORCHESTRATOR", "idempotencyKey": key() });
    let payload = Caller::new(load).act("createAgent", "agent { id }", &input)?;
    text(&payload["agent"]["id"])
}

/// The objects of all events of a kind after a cursor, in their order. Waits until there are as many as there must be.
fn events(caller: &mut Caller, kind: &str, after: Option<&str>, count: usize) -> Result<Vec<String>, String> {
    let arguments = format!(", filter: {{ kinds: [{kind}] }}");
    let mut found: Result<Vec<String>, String> = Ok(Vec::new());
    let enough = until("all events can be read", VISIBLE, || {
        found = caller
            .all_after("events", &arguments, "aggregateId", after)
            .and_then(|nodes| nodes.iter().map(|node| text(&node["aggregateId"])).collect());
        !found.as_ref().is_ok_and(|found| found.len() < count)
    });
    let found = found?;
    enough.map_err(|reason| format!("{reason}: {} of {count}", found.len()))?;
    Ok(found)
}

/// Refuses all but one event of a kind about each object.
fn each_once(caller: &mut Caller, kind: &str, expected: &BTreeSet<String>) -> Result<(), String> {
    let found = events(caller, kind, None, expected.len())?;
    if found.len() > expected.len() {
        return Err(format!("{} events {kind}, not {}", found.len(), expected.len()));
    }
    same(kind, expected, &found.into_iter().collect())
}

/// Refuses two sets of ids that are not the same.
fn same(what: &str, acknowledged: &BTreeSet<String>, found: &BTreeSet<String>) -> Result<(), String> {
    let lost: Vec<_> = acknowledged.difference(found).collect();
    let unknown: Vec<_> = found.difference(acknowledged).collect();
    if lost.is_empty() && unknown.is_empty() {
        return Ok(());
    }
    Err(format!("{what}: acknowledged and not there {lost:?}, there and not acknowledged {unknown:?}"))
}

/// An idempotency key that nobody used.
fn key() -> String {
    Uuid::now_v7().to_string()
}

/// A text of an answer.
fn text(value: &Value) -> Result<String, String> {
    value.as_str().map(str::to_owned).ok_or_else(|| format!("{value} is no text"))
}
