//! Adding content.

use entity::{content, sea_orm_active_enums::ContentStatus};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::fields;
use crate::{Result, UnitOfWork, Verb, access::Operation, edit};

/// Creates content, as a draft.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What kind of content it is.
    pub r#type: String,
    /// Its title.
    pub title: Option<String>,
    /// The text itself.
    pub body: Option<String>,
    /// More about it, an object.
    pub metadata: Json,
    /// The agent that wrote it; none for the one that acts.
    pub created_by_agent_id: Option<Uuid>,
    /// The campaign for which it was written.
    pub campaign_id: Option<Uuid>,
}

impl Verb for Create {
    /// The content.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateContent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut content = content::Model {
            id: Uuid::now_v7(),
            r#type: self.r#type.clone(),
            title: self.title.clone(),
            body: self.body.clone(),
            metadata: self.metadata.clone(),
            created_by_agent_id: self.created_by_agent_id.or(unit.principal().agent),
            campaign_id: self.campaign_id,
            status: ContentStatus::Draft,
            performance_metrics: json!({}),
            published_at: None,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
            reviewed_by: None,
            reviewed_at: None,
        };
        fields::check_author(unit, content.created_by_agent_id).await?;
        fields::check_campaign(unit, content.campaign_id).await?;
        fields::check(&mut content)?;
        edit::insert(unit, Self::OPERATION, content).await
    }
}
