//! What the shop leaves to agents: they claim a task, ask the payment provider, and report what came of it.

use std::time::Duration;

use serde_json::{Value, json};

use super::Shop;
use crate::{
    caller::Caller,
    job::{LEASE, key},
    wait::pause,
};

/// The types of the tasks.
pub(super) const CAPTURE: &str = "capture_payment";
pub(super) const REFUND: &str = "refund_payment";
/// Before somebody who found nothing looks again.
const PAUSE: Duration = Duration::from_millis(20);

impl Shop {
    /// Does the next task of any order; waits for a moment if there is none.
    pub(super) fn do_task(&self, caller: &mut Caller) -> Result<(), String> {
        let claim = json!({ "agentIds": [self.agent], "taskTypes": [CAPTURE, REFUND], "leaseSeconds": LEASE.as_secs(),
                            "idempotencyKey": key() });
        let mut payload = caller.act("claimTasks", "leases { taskId token task { taskType inputData } }", &claim)?;
        let Some(lease) = payload.pointer_mut("/leases/0").map(Value::take) else {
            pause(PAUSE);
            return Ok(());
        };
        let asked = &lease["task"]["inputData"];
        let kind = if lease["task"]["taskType"] == json!(CAPTURE) { "CAPTURED" } else { "REFUNDED" };
        // The provider does what has the same key once, and tells of it by the same event.
        let fact = json!({ "id": asked["paymentId"], "kind": kind, "requestId": asked["requestId"],
                           "providerEventId": asked["key"], "idempotencyKey": key() });
        caller.act("reportPayment", "applied", &fact)?;
        let item = json!({ "taskId": lease["taskId"], "token": lease["token"] });
        let done = json!({ "items": [item], "idempotencyKey": key() });
        let payload = caller.act("completeTasks", "results { userErrors { code } }", &done)?;
        match payload["results"][0]["userErrors"].as_array() {
            // The lease may have expired meanwhile.
            Some(errors) if errors.iter().all(|error| error["code"] == json!("STALE_LEASE")) => Ok(()),
            _ => Err(format!("{lease} was not completed: {payload}")),
        }
    }

    /// Does tasks until none is open.
    pub(super) fn do_all_tasks(&self, caller: &mut Caller) -> Result<(), String> {
        let open = ", filter: { status: { in: [PENDING, IN_PROGRESS, WAITING] } }";
        while !caller.all("tasks", open, "id")?.is_empty() {
            self.load.check()?;
            self.do_task(caller)?;
        }
        Ok(())
    }
}
