//! Removing a list, with its subscriptions. What their owners allow is kept.

use entity::{
    email_lists,
    sea_orm_active_enums::{CampaignStatus, EventAggregate},
};
use serde::Serialize;
use serde_json::Map;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::{Event, EventKind},
    refusal::{At, Code, Facts, Refusal},
};

/// Deletes an e-mail list.
#[derive(Clone, Debug, Serialize)]
pub struct Delete {
    /// The list.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Delete {
    /// The id of the list.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::DeleteEmailList;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let list: email_lists::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        self.check_unused(unit).await?;
        unit.emit(Event {
            kind: EventKind::ListDeleted,
            aggregate_type: EventAggregate::List,
            aggregate_id: self.id,
            aggregate_version: list.version.saturating_add(1),
            agent_id: None,
            execution_id: None,
            changes: Map::new(),
        });
        edit::remove(unit, Self::OPERATION, list).await
    }
}

impl Delete {
    /// Refuses while a campaign that has not ended is sent to the list.
    async fn check_unused(&self, unit: &UnitOfWork) -> Result<()> {
        let mut sql = unit.sql();
        sql.push("SELECT id FROM campaigns WHERE target_list_id = ").bind(self.id).push(" AND status");
        sql.is_one_of(&[CampaignStatus::Scheduled, CampaignStatus::Active, CampaignStatus::Paused]).push(" LIMIT 1");
        match unit.rows(sql).await?.is_empty() {
            true => Ok(()),
            false => {
                let refusal = Refusal::new(Code::InUse, "a campaign that has not ended is sent to the list");
                Err(refusal.at(["id"]).with(Facts::UsedBy("Campaign".to_owned())).into())
            }
        }
    }
}
