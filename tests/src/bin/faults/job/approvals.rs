//! Each task is claimed, waits for an approval, is approved, claimed again and completed.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Value, json};

use super::{LEASE, Work, agent, key, text, under_faults};
use crate::{caller::Caller, load::Load, plan::Plan, system::System, wait::pause};

const CLIENTS: usize = 4;
/// Before a worker that found nothing looks again.
const PAUSE: Duration = Duration::from_millis(20);

struct Clients {
    load: Arc<Load>,
    agent: String,
    /// By task: its approval.
    decided: Mutex<BTreeMap<String, String>>,
}

pub(super) fn run(system: &mut System, plan: Plan) -> Result<usize, String> {
    system.start()?;
    let load = Arc::clone(system.load());
    let clients = Clients { agent: agent(&load)?, load, decided: Mutex::default() };
    let mut work: Vec<Work<'_>> = Vec::new();
    for number in 0..CLIENTS {
        let clients = &clients;
        work.push(Box::new(move || clients.work(&format!("decision {number}"))));
    }
    let faults = under_faults(system, plan, work)?;
    clients.verify()?;
    Ok(faults)
}

impl Clients {
    /// One task of a type after the other: nobody else has this type.
    fn work(&self, kind: &str) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        while self.load.goes_on() {
            let task =
                json!({ "assignedAgentId": self.agent, "taskType": kind, "maxAttempts": 100, "backoffSeconds": 0 });
            caller.act("createTasks", "tasks { id }", &json!({ "tasks": [task], "idempotencyKey": key() }))?;
            let (task, approval) = self.request(&mut caller, kind)?;
            let input = json!({ "approvalId": approval, "decision": "EDIT", "patch": { "approval": approval },
                                "idempotencyKey": key() });
            caller.act("decideApproval", "approval { status }", &input)?;
            let known = self.decided.lock().expect("nobody panics").insert(task.clone(), approval);
            if known.is_some() {
                return Err(format!("{task} was decided twice"));
            }
            self.complete(&mut caller, kind, &task)?;
            self.load.progressed();
        }
        Ok(())
    }

    /// Claims the task of a type and requests its approval, until a lease lasts long enough: the task and the approval.
    fn request(&self, caller: &mut Caller, kind: &str) -> Result<(String, String), String> {
        loop {
            let lease = self.claim(caller, kind)?;
            let input =
                json!({ "taskId": lease["taskId"], "token": lease["token"], "subject": kind, "idempotencyKey": key() });
            match caller.act("requestApproval", "approval { id }", &input) {
                Ok(payload) => return Ok((text(&lease["taskId"])?, text(&payload["approval"]["id"])?)),
                Err(reason) if reason.contains("STALE_LEASE") => {}
                Err(reason) => return Err(reason),
            }
        }
    }

    fn complete(&self, caller: &mut Caller, kind: &str, task: &str) -> Result<(), String> {
        loop {
            let lease = self.claim(caller, kind)?;
            if lease["taskId"] != json!(task) {
                return Err(format!("{lease} was claimed, not {task}"));
            }
            let input = json!({ "items": [lease], "idempotencyKey": key() });
            let payload = caller.act("completeTasks", "results { userErrors { code } }", &input)?;
            match payload["results"][0]["userErrors"].as_array() {
                Some(errors) if errors.is_empty() => return Ok(()),
                Some(errors) if errors.iter().all(|error| error["code"] == json!("STALE_LEASE")) => {}
                _ => return Err(format!("{task} was not completed: {payload}")),
            }
        }
    }

    /// Waits for the one task of a type.
    fn claim(&self, caller: &mut Caller, kind: &str) -> Result<Value, String> {
        loop {
            self.load.check()?;
            let input = json!({ "agentIds": [self.agent], "taskTypes": [kind], "leaseSeconds": LEASE.as_secs(),
                                "idempotencyKey": key() });
            let mut payload = caller.act("claimTasks", "leases { taskId token }", &input)?;
            match payload.pointer_mut("/leases/0").map(Value::take) {
                None => pause(PAUSE),
                Some(lease) => return Ok(lease),
            }
        }
    }

    fn verify(&self) -> Result<(), String> {
        let mut decided = self.decided.lock().expect("nobody panics").clone();
        let selection = "id status inputData approvals(first: 5) { nodes { id status } }";
        for task in Caller::new(&self.load).all("tasks", "", selection)? {
            let approval = decided.remove(&text(&task["id"])?);
            let approvals = json!([{ "id": approval, "status": "EDITED" }]);
            let is_edited = task["inputData"]["approval"] == json!(approval);
            if task["status"] != json!("COMPLETED") || task["approvals"]["nodes"] != approvals || !is_edited {
                return Err(format!("{task} is not what was acknowledged: {approval:?}"));
            }
        }
        if decided.is_empty() { Ok(()) } else { Err(format!("acknowledged and not there: {decided:?}")) }
    }
}
