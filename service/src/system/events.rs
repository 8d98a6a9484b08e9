//! Noting what happened in the system.

use entity::{
    agents,
    sea_orm_active_enums::{EventAggregate, EventSeverity},
    system_events,
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde::Serialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork, Verb,
    access::{self, Operation},
    edit::{self, check},
    events::{Event, EventKind},
    refusal::At,
    state,
};

/// The most characters of a message.
const MESSAGE: usize = 10_000;

/// Records an event.
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

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        check::object("details", &self.details, check::JSON)?;
        check::text("eventType", &self.event_type, check::KIND)?;
        check::text("message", &self.message, MESSAGE)?;
        access::within(unit, self.source_agent_id).await.at(["sourceAgentId"])?;
        if let Some(agent) = self.source_agent_id {
            edit::find::<agents::Model>(unit, agent).await.at(["sourceAgentId"])?;
        }
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
        event.insert(unit.txn().await?).await?;
        unit.emit(self.event(id));
        Ok(id)
    }
}

impl Record {
    fn event(&self, id: Uuid) -> Event {
        let mut changes = Map::new();
        changes.insert("eventType".to_owned(), self.event_type.as_str().into());
        changes.insert("severity".to_owned(), state::name(&self.severity).into());
        Event {
            kind: EventKind::SystemRecorded,
            aggregate_type: EventAggregate::System,
            aggregate_id: id,
            aggregate_version: 1,
            agent_id: self.source_agent_id,
            execution_id: None,
            changes,
        }
    }
}
