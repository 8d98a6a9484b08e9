//! Tasks are created, claimed, kept and completed by several workers.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};

use super::{LEASE, Work, agent, events, key, same, text, under_faults};
use crate::{caller::Caller, load::Load, plan::Plan, system::System, wait::pause};

const CREATORS: usize = 2;
const WORKERS: usize = 4;
/// Tasks of a call.
const BATCH: usize = 5;
/// Tasks that are left open at most.
const BACKLOG: usize = 60;
const TYPE: &str = "fault";
/// Before a worker that found nothing looks again.
const PAUSE: Duration = Duration::from_millis(20);

/// What was acknowledged.
#[derive(Default)]
struct Acknowledged {
    created: BTreeSet<String>,
    /// By task: the token with which it was completed.
    completed: BTreeMap<String, String>,
    /// Tasks and tokens.
    leases: BTreeSet<(String, String)>,
}

struct Clients {
    load: Arc<Load>,
    agent: String,
    acknowledged: Mutex<Acknowledged>,
    /// How many still create tasks.
    creating: AtomicUsize,
}

pub(super) fn run(system: &mut System, plan: Plan) -> Result<usize, String> {
    system.start()?;
    let load = Arc::clone(system.load());
    let clients =
        Clients { agent: agent(&load)?, load, acknowledged: Mutex::default(), creating: AtomicUsize::new(CREATORS) };
    let mut work: Vec<Work<'_>> = Vec::new();
    for _ in 0..CREATORS {
        work.push(Box::new(|| clients.create()));
    }
    for number in 0..WORKERS {
        let clients = &clients;
        work.push(Box::new(move || clients.work(number)));
    }
    let faults = under_faults(system, plan, work)?;
    clients.verify()?;
    Ok(faults)
}

impl Clients {
    fn create(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        let task = json!({
            "assignedAgentId": self.agent, "taskType": TYPE, "maxAttempts": 100, "backoffSeconds": 0,
            "inputData": { "text": "x".repeat(1_000) },
        });
        while self.load.goes_on() {
            if self.open() >= BACKLOG {
                pause(PAUSE);
                continue;
            }
            let input = json!({ "tasks": vec![&task; BATCH], "idempotencyKey": key() });
            let payload = caller.act("createTasks", "tasks { id }", &input)?;
            let tasks = payload["tasks"].as_array().ok_or("createTasks: no tasks")?;
            let ids = tasks.iter().map(|task| text(&task["id"])).collect::<Result<Vec<_>, _>>()?;
            if ids.len() != BATCH {
                return Err(format!("{} tasks were created, not {BATCH}", ids.len()));
            }
            self.acknowledged.lock().expect("nobody panics").created.extend(ids);
        }
        self.creating.fetch_sub(1, Ordering::SeqCst);
        Ok(())
    }

    fn work(&self, number: usize) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        while self.creating.load(Ordering::SeqCst) > 0 || self.open() > 0 {
            self.load.check()?;
            let mut input =
                json!({ "agentIds": [self.agent], "taskTypes": [TYPE], "max": 3, "leaseSeconds": LEASE.as_secs() });
            // A claim without a key waits; a lease whose answer is lost comes back when it expires.
            match number {
                0 => input["waitSeconds"] = json!(1),
                _ => input["idempotencyKey"] = json!(key()),
            }
            let payload = caller.act("claimTasks", "leases { taskId token }", &input)?;
            let leases = payload["leases"].as_array().ok_or("claimTasks: no leases")?;
            if leases.is_empty() {
                pause(PAUSE);
                continue;
            }
            self.hold(leases)?;
            if number == 1 {
                caller.act("heartbeatTasks", "results { taskId }", &json!({ "items": leases }))?;
            }
            let item = |lease: &Value| {
                let (task, token) = (&lease["taskId"], &lease["token"]);
                json!({ "taskId": task, "token": token, "outputData": { "token": token } })
            };
            let items: Vec<Value> = leases.iter().map(item).collect();
            let input = json!({ "items": items, "idempotencyKey": key() });
            let payload = caller.act("completeTasks", "results { taskId userErrors { code } }", &input)?;
            let results = payload["results"].as_array().ok_or("completeTasks: no results")?;
            for (result, lease) in results.iter().zip(leases) {
                self.complete(result, lease)?;
            }
        }
        Ok(())
    }

    /// Tasks that nobody is known to have completed.
    fn open(&self) -> usize {
        let acknowledged = self.acknowledged.lock().expect("nobody panics");
        acknowledged.created.len().saturating_sub(acknowledged.completed.len())
    }

    fn hold(&self, leases: &[Value]) -> Result<(), String> {
        let mut acknowledged = self.acknowledged.lock().expect("nobody panics");
        for lease in leases {
            if !acknowledged.leases.insert((text(&lease["taskId"])?, text(&lease["token"])?)) {
                return Err(format!("two workers were given the lease {lease}"));
            }
        }
        Ok(())
    }

    fn complete(&self, result: &Value, lease: &Value) -> Result<(), String> {
        let codes: Vec<&Value> =
            result["userErrors"].as_array().into_iter().flatten().map(|error| &error["code"]).collect();
        // The lease expired meanwhile.
        if codes == [&json!("STALE_LEASE")] {
            return Ok(());
        }
        if !codes.is_empty() || result["taskId"] != lease["taskId"] {
            return Err(format!("{lease} was not completed: {result}"));
        }
        let mut acknowledged = self.acknowledged.lock().expect("nobody panics");
        if acknowledged.completed.insert(text(&lease["taskId"])?, text(&lease["token"])?).is_some() {
            return Err(format!("{} was completed twice", lease["taskId"]));
        }
        self.load.progressed();
        Ok(())
    }

    fn verify(&self) -> Result<(), String> {
        let acknowledged = self.acknowledged.lock().expect("nobody panics");
        let mut caller = Caller::new(&self.load);
        let arguments = format!(", filter: {{ taskType: {{ eq: \"{TYPE}\" }} }}");
        let mut found = BTreeSet::new();
        for task in caller.all("tasks", &arguments, "id status outputData")? {
            let id = text(&task["id"])?;
            let token = acknowledged.completed.get(&id).map_or(Value::Null, |token| json!(token));
            if task["status"] != json!("COMPLETED") || task["outputData"]["token"] != token {
                return Err(format!("{task} is not what was acknowledged: {token}"));
            }
            if !found.insert(id) {
                return Err(format!("{task} was listed twice"));
            }
        }
        same("tasks", &acknowledged.created, &found)?;
        let completed = events(&mut caller, "TASK_COMPLETED", None, found.len())?;
        if completed.len() != found.len() {
            return Err(format!("{} tasks, {} completions", found.len(), completed.len()));
        }
        same("completions", &found, &completed.into_iter().collect())
    }
}
