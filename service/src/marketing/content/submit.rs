//! Asking for the approval of content: a task to publish it waits for the decision from its start.

use chrono::{DateTime, Utc};
use entity::{
    content,
    sea_orm_active_enums::{ApprovalDeadline, ContentStatus},
};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{SUBJECT, effect_key};
use crate::{
    Result, UnitOfWork, Verb,
    access::{Operation, within},
    edit,
    events::EventKind,
    followup::{self, FollowUp},
    refusal::{At, Code, Refusal},
    settings, state,
    work::approval::{self, Request},
};

/// The type of the task.
const TASK: &str = "publish_content";
/// The most characters of a title in the line that says what is decided.
const SHOWN: usize = 200;

/// Submits content for approval.
#[derive(Clone, Debug, Serialize)]
pub struct Submit {
    /// The content.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// The agent who may decide beside people.
    pub approver_agent_id: Option<Uuid>,
    /// Until when it can be decided: then it is a draft again.
    pub deadline_at: Option<DateTime<Utc>>,
}

/// What was made.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Submitted {
    /// The content.
    pub content: Uuid,
    /// The approval.
    pub approval: Uuid,
    /// The task that waits for it.
    pub task: Uuid,
}

impl Verb for Submit {
    type Outcome = Submitted;
    const OPERATION: Operation = Operation::SubmitContent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Submitted> {
        let before: content::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        within(unit, before.created_by_agent_id).await.at(["id"])?;
        state::check(before.status, ContentStatus::InReview).at(["id"])?;
        let name = format!("Publish {}", shown(&before));
        let follow_up = FollowUp {
            task_type: TASK,
            name: name.clone(),
            payload: json!({ "contentId": self.id }),
            effect_key: effect_key(self.id),
            agent_hint: before.created_by_agent_id,
        };
        let task = followup::create(unit, follow_up).await?.ok_or_else(nobody)?;
        let request = Request {
            task_id: task,
            token: Uuid::nil(),
            subject: name,
            subject_type: Some(SUBJECT.to_owned()),
            subject_id: Some(self.id),
            amount: None,
            currency: settings::load(unit).await?.currency,
            context: json!({ "contentId": self.id, "version": before.version }),
            approver_agent_id: self.approver_agent_id,
            deadline_at: self.deadline_at,
            on_deadline: ApprovalDeadline::Fail,
        };
        let requested = approval::wait_from_start(unit, &request, before.created_by_agent_id).await?;
        let mut content = before.clone();
        content.status = ContentStatus::InReview;
        (content.reviewed_by, content.reviewed_at) = (None, None);
        edit::update(unit, Self::OPERATION, EventKind::ContentSubmitted, &before, content).await?;
        Ok(Submitted { content: self.id, approval: requested.approval, task })
    }
}

/// What content is called in a line.
fn shown(content: &content::Model) -> String {
    let title = content.title.as_deref().unwrap_or(&content.r#type);
    format!("\"{}\"", title.chars().take(SHOWN).collect::<String>())
}

fn nobody() -> Refusal {
    let message = "no active agent can publish the content, or a task that publishes it has not ended yet";
    Refusal::new(Code::AgentInactive, message).at(["id"])
}
