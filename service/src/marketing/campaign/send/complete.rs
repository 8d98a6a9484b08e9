//! Whether a message was sent.

use entity::sea_orm_active_enums::RecipientStatus;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::recipient;
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    catalog::fields::optional,
    edit::check,
    marketing::campaign::lock,
    refusal::Refusal,
    state,
    work::{held::HeldTask, lease::LeaseRef},
};

/// Records that the message of a task was sent, or that it failed.
#[derive(Clone, Debug, Serialize)]
pub struct Complete {
    /// The task.
    pub task_id: Uuid,
    /// The token of its lease.
    pub token: Uuid,
    /// What the provider calls the message.
    pub provider_message_id: Option<String>,
    /// Whether it failed: it was certainly not sent.
    pub failed: bool,
    /// What went wrong, for programs.
    pub code: Option<String>,
    /// Whether another attempt would fail alike.
    pub permanent: bool,
}

impl Verb for Complete {
    /// The recipient.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CompleteCampaignSend;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let message = optional("providerMessageId", self.provider_message_id.as_deref(), check::NAME)?;
        let code = self.check_code()?;
        let held = HeldTask::take(unit, LeaseRef { task_id: self.task_id, token: self.token }).await?;
        let campaign = recipient::campaign_of(unit, self.task_id).await?;
        if self.failed {
            lock(unit, campaign).await?;
        }
        let mut to = recipient::lock(unit, self.task_id).await?;
        if to.status != RecipientStatus::Sending {
            let message = "the message was not begun: call `beginCampaignSend` first";
            return Err(state::refuse_in(to.status, message).at(["taskId"]).into());
        }
        if self.failed {
            uncount(unit, campaign).await?;
            let is_retried = held.fail(unit, code, self.permanent).await?;
            let status = if is_retried { RecipientStatus::Queued } else { RecipientStatus::Failed };
            recipient::save(unit, &to, status);
            return Ok(to.id);
        }
        to.provider_message_id = message;
        to.sent_at = Some(unit.now().into());
        recipient::save(unit, &to, RecipientStatus::Sent);
        let output = json!({
            "recipientStatus": state::name(&RecipientStatus::Sent),
            "providerMessageId": to.provider_message_id,
        });
        held.complete(unit, &output).await?;
        Ok(to.id)
    }
}

impl Complete {
    /// What went wrong; refuses what does not go together.
    fn check_code(&self) -> Result<&str, Refusal> {
        let code = self.code.as_deref().unwrap_or_default();
        if !self.failed {
            return match self.code.is_some() || self.permanent {
                true => Err(check::invalid("failed", "`code` and `permanent` need `failed`: true")),
                false => Ok(code),
            };
        }
        if self.provider_message_id.is_some() {
            return Err(check::invalid("providerMessageId", "a message that failed has no `providerMessageId`"));
        }
        check::text("code", code, check::KIND)?;
        Ok(code)
    }
}

/// A message that was not sent costs nothing, unless it is in the books already.
async fn uncount(unit: &UnitOfWork, campaign: Uuid) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE campaigns SET message_count = message_count - 1 WHERE id = ").bind(campaign);
    sql.push(" AND message_count > booked_count");
    unit.execute(sql).await.map(drop)
}
