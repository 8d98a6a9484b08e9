//! Writing events in the transaction of the change that they tell of.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::EventAggregate;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use super::EventKind;
use crate::database::{Batch, Column, columns};

/// A change.
#[derive(Clone, Debug)]
pub struct Event {
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
    /// What changed, by the names that GraphQL has.
    pub changes: Map<String, Json>,
}

fn columns() -> Vec<Column<Event>> {
    columns!(Event: kind, aggregate_type, aggregate_id, aggregate_version, agent_id, execution_id, changes).into()
}

/// Adds the writing of events, in their order.
pub(crate) fn append(batch: &mut Batch, principal: &str, at: DateTime<Utc>, events: &[Event]) {
    if events.is_empty() {
        return;
    }
    batch.add(|sql| {
        let columns = columns();
        let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
        let names = names.join(", ");
        sql.write(format_args!("INSERT INTO events (transaction_number, principal, created_at, {names}) SELECT "));
        sql.transaction_number().push(", ").bind(principal).push(", ").bind(at);
        sql.write(format_args!(", {names} FROM ")).records(&columns, events);
    });
}
