//! Changing content: what was approved is a draft again, since nobody approved what it says now.

use entity::{
    content,
    sea_orm_active_enums::{CampaignStatus, ContentStatus},
};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{effect_key, fields};
use crate::{
    Change, Result, UnitOfWork, Verb,
    access::{Operation, within},
    edit,
    events::EventKind,
    followup,
    refusal::{At, Code, Facts, Refusal},
    state,
};

/// Updates content.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The content.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What kind of content it is.
    pub r#type: Change<String>,
    /// Its title.
    pub title: Change<Option<String>>,
    /// The text itself.
    pub body: Change<Option<String>>,
    /// More about it, an object.
    pub metadata: Change<Json>,
    /// The campaign for which it was written.
    pub campaign_id: Change<Option<Uuid>>,
    /// What came of it, an object: it can be changed at any time.
    pub performance_metrics: Change<Json>,
}

impl Verb for Update {
    /// The content.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateContent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let seen: content::Model = edit::find(unit, self.id).await.at(["id"])?;
        edit::check_version(self.expected_version, seen.version)?;
        within(unit, seen.created_by_agent_id).await.at(["id"])?;
        if seen.status != ContentStatus::Draft && is_other(&seen, &self.changed(&seen)?) {
            // Tasks are locked before content. Nobody decides about a text that has changed.
            followup::close(unit, &effect_key(self.id)).await?;
        }
        let before: content::Model = edit::lock(unit, self.id, None).await.at(["id"])?;
        // Calling a review off gives the content back, and counts as a change.
        let is_returned = seen.status == ContentStatus::InReview && before.status == ContentStatus::Draft;
        let expected = self.expected_version.map(|version| version.saturating_add(i32::from(is_returned)));
        edit::check_version(expected, before.version)?;
        let mut content = self.changed(&before)?;
        if is_other(&before, &content) && before.status != ContentStatus::Draft {
            state::check(before.status, ContentStatus::Draft).at(["id"])?;
            check_not_sent(unit, self.id).await?;
            content.status = ContentStatus::Draft;
            (content.reviewed_by, content.reviewed_at) = (None, None);
        }
        if content.campaign_id != before.campaign_id {
            fields::check_campaign(unit, content.campaign_id).await?;
        }
        edit::update(unit, Self::OPERATION, EventKind::ContentUpdated, &before, content).await
    }
}

impl Update {
    fn changed(&self, before: &content::Model) -> Result<content::Model> {
        let mut content = before.clone();
        self.r#type.apply(&mut content.r#type);
        self.title.apply(&mut content.title);
        self.body.apply(&mut content.body);
        self.metadata.apply(&mut content.metadata);
        self.campaign_id.apply(&mut content.campaign_id);
        self.performance_metrics.apply(&mut content.performance_metrics);
        fields::check(&mut content)?;
        Ok(content)
    }
}

/// Refuses while an active campaign sends the content: its recipients would get what nobody approved.
async fn check_not_sent(unit: &UnitOfWork, id: Uuid) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM campaigns WHERE content_id = ").bind(id).push(" AND status = ");
    sql.literal(&CampaignStatus::Active).push(" LIMIT 1");
    match unit.rows(sql).await?.is_empty() {
        true => Ok(()),
        false => {
            let message = "an active campaign sends the content: pause it first, with `pauseCampaign`";
            let refusal = Refusal::new(Code::InUse, message).at(["id"]);
            Err(refusal.with(Facts::UsedBy("Campaign".to_owned())).into())
        }
    }
}

/// Whether it says something else.
fn is_other(before: &content::Model, after: &content::Model) -> bool {
    (&before.r#type, &before.title, &before.body, &before.metadata)
        != (&after.r#type, &after.title, &after.body, &after.metadata)
}
