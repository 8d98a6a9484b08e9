//! What happened in the system, and how it is configured.

use crate::schema::{
    Enum, OnDelete::SetNull, Table, TablesOf, enumeration, json, object, tables_of, text, uuid, varchar,
};

const EVENT_SEVERITY: Enum =
    Enum { name: "event_severity", values: &["debug", "info", "warning", "error", "critical"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0009_system", &[&EVENT_SEVERITY], || vec![system_events(), configurations()])
}

fn system_events() -> Table {
    Table::new("system_events")
        .column(varchar("event_type", 100))
        .column(enumeration("severity", &EVENT_SEVERITY))
        .column(uuid("source_agent_id").null().references("agents", SetNull))
        .column(text("message"))
        .column(object("details"))
        .created()
        .index(&["event_type", "created_at", "id"])
        .index(&["created_at", "id"])
        .append_only(&[("source_agent_id", "agents")])
}

fn configurations() -> Table {
    Table::new("configurations")
        .column(varchar("key", 255).unique())
        .column(json("value"))
        .column(text("description").null())
        .column(uuid("updated_by_agent_id").null().references("agents", SetNull))
        .edited()
}
