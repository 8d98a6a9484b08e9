//! Writing events in the transaction of the change that they tell of.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::EventAggregate;
use serde::Serialize;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    Result,
    database::{Batch, Kind},
};

/// A change.
#[derive(Clone, Debug, Serialize)]
pub struct Event {
    /// What happened, for example `task.completed`.
    pub kind: &'static str,
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
    /// What changed, by the names that GraphQL has.
    pub changes: Map<String, Json>,
}

#[derive(Serialize)]
struct Row<'a> {
    #[serde(flatten)]
    event: &'a Event,
    principal: &'a str,
    created_at: DateTime<Utc>,
}

const COLUMNS: &[(&str, Kind)] = &[
    ("kind", Kind::Text),
    ("aggregate_type", Kind::Enum("event_aggregate")),
    ("aggregate_id", Kind::Id),
    ("aggregate_version", Kind::Integer),
    ("agent_id", Kind::Id),
    ("execution_id", Kind::Id),
    ("principal", Kind::Text),
    ("changes", Kind::Json),
    ("created_at", Kind::Time),
];

/// Adds the writing of events, in their order.
pub(crate) fn append(batch: &mut Batch, principal: &str, at: DateTime<Utc>, events: &[Event]) -> Result<()> {
    if events.is_empty() {
        return Ok(());
    }
    let rows: Vec<Row<'_>> = events.iter().map(|event| Row { event, principal, created_at: at }).collect();
    let names: Vec<&str> = COLUMNS.iter().map(|(name, _)| *name).collect();
    let names = names.join(", ");
    batch.add(|sql| {
        sql.write(format_args!("INSERT INTO events (transaction_number, {names}) SELECT ")).transaction_number();
        sql.write(format_args!(", {names} FROM ")).records(COLUMNS, &rows).map(drop)
    })
}
