//! What workers do: they claim messages, begin each, and report what came of it.

use std::sync::atomic::Ordering;

use serde_json::{Value, json};

use super::{Marketing, PAUSE, facts::End, unless};
use crate::{
    caller::Caller,
    job::{LEASE, key, text},
    wait::pause,
};

/// The type of the tasks.
pub(super) const TASK: &str = "send_message";
/// One recipient in this number withdraws while the message is begun.
const ONE_LEAVES: usize = 4;
/// One message in this number fails for good.
const ONE_FAILS: usize = 9;
const BEGUN: &str = "send attempt providerKey recipient { id address status }";
const RECIPIENT: &str = "query($id: ID!) { campaignRecipient(id: $id) { address campaign { targetListId } } }";

impl Marketing {
    pub(super) fn work(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        while self.load.goes_on() {
            self.send_next(&mut caller)?;
        }
        Ok(())
    }

    /// Sends the next messages of any campaign; waits for a moment if there are none.
    pub(super) fn send_next(&self, caller: &mut Caller) -> Result<(), String> {
        let claim = json!({ "agentIds": [self.agent], "taskTypes": [TASK], "max": 3, "leaseSeconds": LEASE.as_secs(),
                            "idempotencyKey": key() });
        let payload = caller.act("claimTasks", "leases { taskId token task { inputData } }", &claim)?;
        let leases = payload["leases"].as_array().ok_or("claimTasks: no leases")?;
        if leases.is_empty() {
            pause(PAUSE);
        }
        leases.iter().try_for_each(|lease| self.send(caller, lease))
    }

    fn send(&self, caller: &mut Caller, lease: &Value) -> Result<(), String> {
        let turn = self.turns.fetch_add(1, Ordering::SeqCst);
        if turn.is_multiple_of(ONE_LEAVES) {
            self.ask_to_leave(caller, &lease["task"]["inputData"]["recipientId"])?;
        }
        let withdrawals = self.facts().withdrawn.len();
        let held = || json!({ "taskId": lease["taskId"], "token": lease["token"], "idempotencyKey": key() });
        // A lease may expire before the message is begun, and before it is completed: then another worker goes on.
        let begun = unless("STALE_LEASE", caller.act("beginCampaignSend", BEGUN, &held()))?;
        let Some(begun) = begun else { return Ok(()) };
        let recipient = &begun["recipient"];
        let address = text(&recipient["address"])?;
        if begun["send"] != json!(true) {
            return self.end(&address, End { status: text(&recipient["status"])?, provider_id: None, attempt: None });
        }
        if begun["providerKey"] != json!(format!("send:{}", text(&recipient["id"])?)) {
            return Err(format!("the provider does not recognize a repetition of {begun}"));
        }
        let attempt = begun["attempt"].as_i64().ok_or("beginCampaignSend: no attempt")?;
        self.facts().begin(&address, attempt, withdrawals)?;

        let (mut report, provider_id) = (held(), (!turn.is_multiple_of(ONE_FAILS)).then(key));
        match &provider_id {
            Some(id) => report["providerMessageId"] = json!(id),
            None => {
                report["failed"] = json!(true);
                report["code"] = json!("refused");
                report["permanent"] = json!(true);
            }
        }
        let completed = unless("STALE_LEASE", caller.act("completeCampaignSend", "recipient { status }", &report))?;
        let Some(completed) = completed else { return Ok(()) };
        let (status, expected) =
            (text(&completed["recipient"]["status"])?, if provider_id.is_some() { "SENT" } else { "FAILED" });
        if status != expected {
            return Err(format!("the message to {address} was reported as {expected} and is {status}"));
        }
        self.end(&address, End { status, provider_id, attempt: Some(attempt) })
    }

    /// Asks a recipient to withdraw, whose message is begun at the same time.
    fn ask_to_leave(&self, caller: &mut Caller, recipient: &Value) -> Result<(), String> {
        let data = caller.ask(RECIPIENT, &json!({ "id": recipient }))?;
        let found = &data["campaignRecipient"];
        let (address, list) = (text(&found["address"])?, text(&found["campaign"]["targetListId"])?);
        self.facts().ask_to_leave(address, list);
        Ok(())
    }

    fn end(&self, address: &str, end: End) -> Result<(), String> {
        self.facts().end(address, end)?;
        self.load.progressed();
        Ok(())
    }
}
