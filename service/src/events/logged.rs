//! An event as the log has it.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::EventAggregate;
use sea_orm::QueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Cursor, EventKind};
use crate::{Result, database::row::enum_value};

/// A change that was committed.
#[derive(Clone, Debug, PartialEq)]
pub struct Logged {
    /// Its place in the log.
    pub cursor: Cursor,
    /// What happened.
    pub kind: EventKind,
    /// To what sort of object.
    pub aggregate_type: EventAggregate,
    /// To which one.
    pub aggregate_id: Uuid,
    /// Its version after the change.
    pub aggregate_version: i32,
    /// The agent it concerns.
    pub agent_id: Option<Uuid>,
    /// The execution it belongs to.
    pub execution_id: Option<Uuid>,
    /// Who did it.
    pub principal: String,
    /// What changed, by the names that GraphQL has.
    pub changes: Json,
    /// When.
    pub occurred_at: DateTime<Utc>,
}

impl Logged {
    /// The columns that [`Logged::read`] reads.
    pub(super) const COLUMNS: &str = "transaction_number, position, kind, aggregate_type, aggregate_id, \
                                      aggregate_version, agent_id, execution_id, principal, changes, created_at";

    pub(super) fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            cursor: Cursor::new(row.try_get_by("transaction_number")?, row.try_get_by("position")?),
            kind: EventKind::parse(row.try_get_by::<String, _>("kind")?.as_str()),
            aggregate_type: enum_value(row, "aggregate_type")?,
            aggregate_id: row.try_get_by("aggregate_id")?,
            aggregate_version: row.try_get_by("aggregate_version")?,
            agent_id: row.try_get_by("agent_id")?,
            execution_id: row.try_get_by("execution_id")?,
            principal: row.try_get_by("principal")?,
            changes: row.try_get_by("changes")?,
            occurred_at: row.try_get_by("created_at")?,
        })
    }
}
