//! Agents, what they can do and whom they work with.

use crate::schema::{
    Enum,
    OnDelete::{Cascade, NoAction},
    Table, TablesOf, boolean, enumeration, integer, list, object, tables_of, text, uuid, varchar,
};

const AGENT_TYPE: Enum = Enum { name: "agent_type", values: &["orchestrator", "director", "specialist"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0001_agents", &[&AGENT_TYPE], || vec![agents(), agent_capabilities(), agent_collaborations()])
}

fn agents() -> Table {
    Table::new("agents")
        .column(varchar("name", 255).unique())
        .column(enumeration("type", &AGENT_TYPE))
        .column(uuid("parent_id").null().references("agents", NoAction))
        .column(text("system_prompt").null())
        .column(list("mcp_tools"))
        .column(boolean("is_active").default("TRUE"))
        .edited()
        .check("parent", "(type = 'orchestrator') = (parent_id IS NULL)")
        .check("self", "parent_id <> id")
        .unique_where("active_orchestrator", &["type"], "type = 'orchestrator' AND is_active")
}

fn agent_capabilities() -> Table {
    Table::new("agent_capabilities")
        .column(uuid("agent_id").references("agents", Cascade))
        .column(varchar("capability_type", 100))
        .column(varchar("capability_name", 255))
        .column(object("configuration"))
        .column(boolean("is_active").default("TRUE"))
        .edited()
        .unique("capability", &["agent_id", "capability_type", "capability_name"])
}

fn agent_collaborations() -> Table {
    Table::new("agent_collaborations")
        .column(uuid("requesting_agent_id").references("agents", Cascade))
        .column(uuid("responding_agent_id").references("agents", Cascade))
        .column(varchar("collaboration_type", 100))
        .column(integer("priority").default("5"))
        .column(integer("sla_minutes").default("60"))
        .edited()
        .unique("collaboration", &["requesting_agent_id", "responding_agent_id", "collaboration_type"])
        .check("self", "requesting_agent_id <> responding_agent_id")
        .check("priority", "priority BETWEEN 1 AND 10")
        .check("sla", "sla_minutes > 0")
}
