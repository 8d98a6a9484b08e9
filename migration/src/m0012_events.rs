//! The log of what happened to the work, in the order in which it was committed.

use crate::schema::{
    Enum, Table, TablesOf, big_integer, enumeration, integer, object, position, tables_of, uuid, varchar,
};

const EVENT_AGGREGATE: Enum =
    Enum { name: "event_aggregate", values: &["agent", "goal", "workflow", "execution", "task", "approval", "system"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0012_events", &[&EVENT_AGGREGATE], || vec![events()])
}

/// No foreign keys: an event outlives what it tells of.
fn events() -> Table {
    Table::keyed("events", &["position"])
        .column(position("position"))
        .column(big_integer("transaction_number"))
        .column(varchar("kind", 100))
        .column(enumeration("aggregate_type", &EVENT_AGGREGATE))
        .column(uuid("aggregate_id"))
        .column(integer("aggregate_version"))
        .column(uuid("agent_id").null())
        .column(uuid("execution_id").null())
        .column(varchar("principal", 255))
        .column(object("changes"))
        .created()
        .index(&["transaction_number", "position"])
        .index(&["aggregate_id", "transaction_number", "position"])
}
