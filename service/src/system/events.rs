//! Noting what happened in the system.

use entity::{sea_orm_active_enums::EventSeverity, system_events};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use crate::{
    Result, Unit, Verb,
    access::{self, Operation},
    refusal::{Code, Refusal},
};

/// Notes an event.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// An open list of names.
    pub event_type: String,
    /// How grave it is.
    pub severity: EventSeverity,
    /// The agent that tells of it.
    pub source_agent_id: Option<Uuid>,
    /// What happened, for people.
    pub message: String,
    /// The same for programs: an object.
    pub details: Json,
}

impl Verb for Record {
    /// The event.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RecordSystemEvent;

    async fn perform(&self, unit: &mut Unit) -> Result<Uuid> {
        if !self.details.is_object() {
            return Err(Refusal::new(Code::Invalid, "`details` is no object").at(["details"]).into());
        }
        access::within(unit, self.source_agent_id).await?;
        let id = Uuid::now_v7();
        let event = system_events::ActiveModel {
            id: Set(id),
            event_type: Set(self.event_type.clone()),
            severity: Set(self.severity),
            source_agent_id: Set(self.source_agent_id),
            message: Set(self.message.clone()),
            details: Set(self.details.clone()),
            created_at: Set(unit.now().into()),
        };
        event.insert(unit.txn()).await?;
        Ok(id)
    }
}
