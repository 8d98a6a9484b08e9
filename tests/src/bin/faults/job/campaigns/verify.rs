//! What must be there in the end: everybody was written to once or not at all, as it was acknowledged.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::{Marketing, facts::Facts, worker::TASK};
use crate::{
    caller::Caller,
    job::{each_once, same, text},
};

/// By campaign: how many messages were sent, or may have been.
type Counts = BTreeMap<String, usize>;

const RECIPIENT: &str =
    "address status skipReason sendAttempts providerMessageId taskId campaignId campaign { resendUnknown }";
const CAMPAIGN: &str = "id status messageCount bookedCount spent transactions(first: 3) { nodes { amount } }";

impl Marketing {
    /// Looks at it, when all messages have ended.
    pub(super) fn verify(&self) -> Result<(), String> {
        let mut caller = Caller::new(&self.load);
        while !caller.all("campaigns", ", filter: { status: { eq: ACTIVE } }", "id")?.is_empty() {
            self.load.check()?;
            self.send_next(&mut caller)?;
        }
        let facts = self.facts();
        let counts = verify_messages(&mut caller, &facts)?;
        verify_campaigns(&mut caller, &facts, &counts)?;
        let withdrawals = caller.all("consents", ", filter: { state: { eq: WITHDRAWN } }", "id")?.len();
        if withdrawals != facts.withdrawn.len() {
            return Err(format!("{withdrawals} withdrawals, not {}", facts.withdrawn.len()));
        }
        each_once(&mut caller, "CAMPAIGN_LAUNCHED", &facts.campaigns)?;
        each_once(&mut caller, "CAMPAIGN_COMPLETED", &facts.campaigns)
    }
}

/// Each address has a recipient, and each recipient a task of its own.
fn verify_messages(caller: &mut Caller, facts: &Facts) -> Result<Counts, String> {
    let (mut counts, mut found, mut asked) = (Counts::new(), BTreeSet::new(), BTreeSet::new());
    for recipient in caller.all("campaignRecipients", "", RECIPIENT)? {
        let address = text(&recipient["address"])?;
        verify_message(facts, &address, &recipient)?;
        if [json!("SENT"), json!("UNKNOWN")].contains(&recipient["status"]) {
            *counts.entry(text(&recipient["campaignId"])?).or_default() += 1;
        }
        if !found.insert(address) || !asked.insert(text(&recipient["taskId"])?) {
            return Err(format!("{recipient} has the address or the task of another recipient"));
        }
    }
    same("recipients", &facts.messages.keys().cloned().collect(), &found)?;
    let mut tasks = BTreeSet::new();
    for task in caller.all("tasks", &format!(", filter: {{ taskType: {{ eq: \"{TASK}\" }} }}"), "id status")? {
        if ![json!("COMPLETED"), json!("FAILED")].contains(&task["status"]) {
            return Err(format!("{task} has not ended"));
        }
        tasks.insert(text(&task["id"])?);
    }
    same("tasks", &asked, &tasks)?;
    Ok(counts)
}

fn verify_message(facts: &Facts, address: &str, recipient: &Value) -> Result<(), String> {
    let message = facts.messages.get(address).ok_or_else(|| format!("{recipient} belongs to no launch"))?;
    let (status, attempts) = (text(&recipient["status"])?, &recipient["sendAttempts"]);
    let is_as_told = match &message.end {
        Some(end) => {
            status == end.status
                && recipient["providerMessageId"] == json!(end.provider_id)
                // After it had ended, it was not begun again.
                && end.attempt.is_none_or(|attempt| *attempts == json!(attempt))
        }
        None if message.attempts.is_empty() => status == "SKIPPED",
        None => status == "UNKNOWN",
    };
    let may_repeat = recipient["campaign"]["resendUnknown"] == json!(true);
    // A worker was given each attempt.
    let is_begun_as_told = *attempts == json!(message.attempts.len()) && (may_repeat || message.attempts.len() <= 1);
    let is_ended = ["SENT", "SKIPPED", "FAILED", "UNKNOWN"].contains(&status.as_str());
    // A task that no worker could complete in all its attempts.
    let is_given_up = recipient["skipReason"] == json!("task_ended");
    let may_be_skipped = status != "SKIPPED" || is_given_up || facts.withdrawn.contains_key(address);
    if is_as_told && is_begun_as_told && is_ended && may_be_skipped {
        return Ok(());
    }
    let (told, withdrawal) = (&message.end, facts.withdrawn.get(address));
    Err(format!(
        "{recipient} is not what was acknowledged: {told:?}, attempts {:?}, withdrawal {withdrawal:?}",
        message.attempts
    ))
}

/// Each message was counted and booked once, at a price of 1.
fn verify_campaigns(caller: &mut Caller, facts: &Facts, counts: &Counts) -> Result<(), String> {
    let mut found = BTreeSet::new();
    for campaign in caller.all("campaigns", "", CAMPAIGN)? {
        let id = text(&campaign["id"])?;
        let count = counts.get(&id).copied().unwrap_or_default();
        let spent = format!("{count}.00");
        let booked = if count == 0 { json!([]) } else { json!([{ "amount": spent }]) };
        let expected = json!({ "id": id, "status": "COMPLETED", "messageCount": count, "bookedCount": count,
                               "spent": spent, "transactions": { "nodes": booked } });
        if campaign != expected {
            return Err(format!("{campaign} is not {expected}"));
        }
        found.insert(id);
    }
    same("campaigns", &facts.campaigns, &found)
}
