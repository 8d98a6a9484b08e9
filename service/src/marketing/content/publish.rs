//! Publishing content that was approved, and archiving what was published.

use entity::{content, sea_orm_active_enums::ContentStatus};
use serde::Serialize;
use uuid::Uuid;

use super::effect_key;
use crate::{
    Result, UnitOfWork, Verb,
    access::{Operation, within},
    edit,
    events::EventKind,
    followup,
    refusal::At,
    state,
};

/// Publishes content that was approved.
#[derive(Clone, Debug, Serialize)]
pub struct Publish {
    /// The content.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

/// Archives content that was published.
#[derive(Clone, Debug, Serialize)]
pub struct Archive {
    /// The content.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Publish {
    /// The content.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::PublishContent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let seen: content::Model = edit::find(unit, self.id).await.at(["id"])?;
        if seen.status == ContentStatus::Approved {
            // Tasks are locked before content. Unless a worker has the task, nobody needs it any more.
            followup::withdraw(unit, &effect_key(self.id)).await?;
        }
        let before = lock(unit, self.id, self.expected_version, ContentStatus::Published).await?;
        let mut content = before.clone();
        content.status = ContentStatus::Published;
        content.published_at = Some(unit.now().into());
        edit::update(unit, Self::OPERATION, EventKind::ContentPublished, &before, content).await
    }
}

impl Verb for Archive {
    /// The content.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ArchiveContent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before = lock(unit, self.id, self.expected_version, ContentStatus::Archived).await?;
        let mut content = before.clone();
        content.status = ContentStatus::Archived;
        edit::update(unit, Self::OPERATION, EventKind::ContentArchived, &before, content).await
    }
}

/// Locks content, which goes to another state.
async fn lock(unit: &UnitOfWork, id: Uuid, expected: Option<i32>, to: ContentStatus) -> Result<content::Model> {
    let content: content::Model = edit::lock(unit, id, expected).await.at(["id"])?;
    within(unit, content.created_by_agent_id).await.at(["id"])?;
    state::check(content.status, to).at(["id"])?;
    Ok(content)
}
