//! An event as the log has it.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::EventAggregate;
use sea_orm::QueryResult;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{Cursor, EventKind};
use crate::{Error, Result, database::row::enum_value};

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
    /// The columns that [`Logged::read`] reads, in its order.
    pub(super) const COLUMNS: &str = "transaction_number, position, kind, aggregate_type, aggregate_id, \
                                      aggregate_version, agent_id, execution_id, principal, changes, created_at";
    /// How many these are.
    pub(super) const WIDTH: usize = 11;

    pub(super) fn read(row: &QueryResult) -> Result<Self> {
        Ok(Self {
            cursor: Cursor::new(row.try_get_by(0)?, row.try_get_by(1)?),
            kind: EventKind::parse(row.try_get_by::<String, _>(2)?.as_str()),
            aggregate_type: enum_value(row, 3)?.ok_or_else(|| Error::internal("an event of nothing"))?,
            aggregate_id: row.try_get_by(4)?,
            aggregate_version: row.try_get_by(5)?,
            agent_id: row.try_get_by(6)?,
            execution_id: row.try_get_by(7)?,
            principal: row.try_get_by(8)?,
            changes: row.try_get_by(9)?,
            occurred_at: row.try_get_by(10)?,
        })
    }
}
