//! Whether a message may be sent now. All is asked under the locks of the task, the campaign and the recipient.

use entity::{
    campaign_recipients, campaigns,
    sea_orm_active_enums::{CampaignStatus, RecipientStatus},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    message::{Address, UnsubscribeUrl},
    objection::objection,
    recipient,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    marketing::campaign::{budget, lock, lost::TASK_ENDED, queue::effect_key, state::is_over, status::ENDED},
    money::currency,
    state,
    work::{held::HeldTask, lease::LeaseRef},
};

/// Begins to send the message of a task.
#[derive(Clone, Debug, Serialize)]
pub struct Begin {
    /// The task.
    pub task_id: Uuid,
    /// The token of its lease.
    pub token: Uuid,
}

/// Whether to send it, and how. It is kept for repetitions: addresses are read when they are shown.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Begun {
    /// The recipient.
    pub recipient: Uuid,
    /// Whether to send it; if not, the task has ended.
    pub send: bool,
    /// Where to.
    pub address: Address,
    /// What the provider recognizes a repetition by.
    pub provider_key: Option<String>,
    /// Where the recipient unsubscribes.
    pub unsubscribe_url: UnsubscribeUrl,
    /// Counts the attempts, from 1.
    pub attempt: Option<i32>,
}

/// What becomes of a message.
enum Verdict {
    /// It is sent.
    Send,
    /// It is not sent, for this reason.
    Skip(String),
    /// It is sent later, if ever: the campaign is paused.
    Later,
    /// Nobody knows whether it was sent.
    Unknown,
    /// It has been decided before.
    Ended,
}

impl Verb for Begin {
    type Outcome = Begun;
    const OPERATION: Operation = Operation::BeginCampaignSend;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Begun> {
        let held = HeldTask::take(unit, LeaseRef { task_id: self.task_id, token: self.token }).await?;
        let campaign = lock(unit, recipient::campaign_of(unit, self.task_id).await?).await?;
        let mut to = recipient::lock(unit, self.task_id).await?;
        let verdict = verdict(unit, &held, &campaign, &to).await?;
        if let Verdict::Send = verdict {
            to.send_attempts = to.send_attempts.saturating_add(1);
            recipient::save(unit, &to, RecipientStatus::Sending);
            return Ok(sent(&to));
        }
        let status = match verdict {
            Verdict::Skip(reason) => {
                to.skip_reason = Some(reason);
                RecipientStatus::Skipped
            }
            Verdict::Unknown => RecipientStatus::Unknown,
            Verdict::Later => {
                to.task_id = None;
                RecipientStatus::Pending
            }
            Verdict::Ended | Verdict::Send => to.status,
        };
        if status != to.status {
            recipient::save(unit, &to, status);
        }
        match status {
            RecipientStatus::Pending => held.cancel(unit, "the campaign is paused").await?,
            _ => {
                let output = json!({ "recipientStatus": state::name(&status), "skipReason": to.skip_reason });
                held.complete(unit, &output).await?;
            }
        }
        Ok(not_sent(&to))
    }
}

fn sent(to: &campaign_recipients::Model) -> Begun {
    Begun {
        recipient: to.id,
        send: true,
        address: Address(Some(to.id)),
        provider_key: Some(effect_key(to.id)),
        unsubscribe_url: UnsubscribeUrl(Some(to.id)),
        attempt: Some(to.send_attempts),
    }
}

fn not_sent(to: &campaign_recipients::Model) -> Begun {
    Begun {
        recipient: to.id,
        send: false,
        address: Address(None),
        provider_key: None,
        unsubscribe_url: UnsubscribeUrl(None),
        attempt: None,
    }
}

/// What becomes of the message to a recipient. Sending it is counted here.
async fn verdict(
    unit: &mut UnitOfWork,
    held: &HeldTask,
    campaign: &campaigns::Model,
    to: &campaign_recipients::Model,
) -> Result<Verdict> {
    let is_begun = to.status == RecipientStatus::Sending;
    match to.status {
        RecipientStatus::Sent | RecipientStatus::Skipped | RecipientStatus::Unknown => return Ok(Verdict::Ended),
        RecipientStatus::Sending if !campaign.resend_unknown => return Ok(Verdict::Unknown),
        _ => {}
    }
    let verdict = match obstacle(unit, held, campaign, to).await? {
        Some(verdict) => verdict,
        // It was counted when it was begun.
        None if is_begun => Verdict::Send,
        None if count(unit, campaign.id).await? => Verdict::Send,
        None => {
            budget::pause(unit, Operation::BeginCampaignSend, campaign).await?;
            Verdict::Later
        }
    };
    Ok(match verdict {
        Verdict::Skip(_) | Verdict::Later if is_begun => Verdict::Unknown,
        // A message that failed stays so.
        Verdict::Skip(_) | Verdict::Later if to.status == RecipientStatus::Failed => Verdict::Ended,
        verdict => verdict,
    })
}

/// What is in the way of a message; none if it may be sent.
async fn obstacle(
    unit: &UnitOfWork,
    held: &HeldTask,
    campaign: &campaigns::Model,
    to: &campaign_recipients::Model,
) -> Result<Option<Verdict>> {
    let skip = |reason: &str| Ok(Some(Verdict::Skip(reason.to_owned())));
    if is_over(campaign.status) {
        return skip(ENDED);
    }
    if held.is_stopping()? {
        return skip(TASK_ENDED);
    }
    if campaign.status != CampaignStatus::Active {
        return Ok(Some(Verdict::Later));
    }
    if to.address.is_none() {
        return skip("erased");
    }
    Ok(objection(unit, campaign, to).await?.map(Verdict::Skip))
}

/// Counts a message of a campaign, if the budget allows it; without one, if what it spends can still be booked.
async fn count(unit: &UnitOfWork, campaign: Uuid) -> Result<bool> {
    let most = currency::max_price();
    let mut sql = unit.sql();
    sql.push("UPDATE campaigns SET message_count = message_count + 1 WHERE id = ").bind(campaign);
    sql.push(" AND status = ").literal(&CampaignStatus::Active);
    sql.push(" AND ROUND(spent + cost_per_message * (message_count - booked_count + 1), 2) ");
    sql.write(format_args!("<= COALESCE(budget, {most})"));
    Ok(unit.execute(sql).await? == 1)
}
