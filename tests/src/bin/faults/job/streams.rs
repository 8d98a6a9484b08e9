//! Tasks are created while subscribers follow their events, and come back with the last cursor that they have.

use std::{
    collections::BTreeSet,
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};

use serde_json::json;

use super::{
    Work, agent, events, key, same,
    subscriber::{Resume, Subscriber},
    text, under_faults,
};
use crate::{caller::Caller, load::Load, plan::Plan, system::System};

const CREATORS: usize = 2;

struct Clients {
    load: Arc<Load>,
    agent: String,
    created: Mutex<BTreeSet<String>>,
    /// How many still create tasks.
    creating: AtomicUsize,
}

pub(super) fn run(system: &mut System, plan: Plan) -> Result<usize, String> {
    system.start()?;
    let load = Arc::clone(system.load());
    let agent = agent(&load)?;
    let mut caller = Caller::new(&load);
    let start = text(&caller.ask("{ latestEventCursor }", &json!({}))?["latestEventCursor"])?;
    let clients = Clients { load, agent, created: Mutex::default(), creating: AtomicUsize::new(CREATORS) };
    let mut subscribers =
        [Resume::Argument, Resume::Header].map(|resume| Subscriber::new(&clients.load, resume, start.clone()));
    let mut work: Vec<Work<'_>> = Vec::new();
    for _ in 0..CREATORS {
        work.push(Box::new(|| clients.create()));
    }
    for subscriber in &mut subscribers {
        let clients = &clients;
        work.push(Box::new(move || subscriber.follow(|seen| clients.are_done(seen))));
    }
    let faults = under_faults(system, plan, work)?;

    let created = clients.created.lock().expect("nobody panics");
    let log = events(&mut caller, "TASK_CREATED", Some(&start), created.len())?;
    same("events", &created, &log.iter().cloned().collect())?;
    for subscriber in &subscribers {
        // The same order, so that nothing is missing and nothing came twice.
        if subscriber.seen() != log {
            return Err(format!("{} events were delivered, not the {} of the log", subscriber.seen().len(), log.len()));
        }
    }
    Ok(faults)
}

impl Clients {
    fn create(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        while self.load.goes_on() {
            let task = json!({ "assignedAgentId": self.agent, "taskType": "watched" });
            let input = json!({ "tasks": [task, task], "idempotencyKey": key() });
            let payload = caller.act("createTasks", "tasks { id }", &input)?;
            let tasks = payload["tasks"].as_array().ok_or("createTasks: no tasks")?;
            let ids = tasks.iter().map(|task| text(&task["id"])).collect::<Result<Vec<_>, _>>()?;
            self.created.lock().expect("nobody panics").extend(ids);
        }
        self.creating.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    }

    /// Whether this number of events is all of them.
    fn are_done(&self, seen: usize) -> bool {
        self.creating.load(Ordering::SeqCst) == 0 && seen >= self.created.lock().expect("nobody panics").len()
    }
}
