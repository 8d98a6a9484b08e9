//! Goals, the workflows that serve them, their executions and the tasks in these.

use crate::schema::{
    Enum,
    OnDelete::{Cascade, NoAction, Restrict},
    Table, TablesOf, boolean, date, decimal, enumeration, integer, object, tables_of, text, timestamp, uuid, varchar,
};

const GOAL_TYPE: Enum =
    Enum { name: "goal_type", values: &["revenue", "efficiency", "customer_satisfaction", "growth"] };
const GOAL_STATUS: Enum =
    Enum { name: "goal_status", values: &["active", "achieved", "missed", "suspended", "abandoned"] };
const WORKFLOW_TRIGGER_TYPE: Enum =
    Enum { name: "workflow_trigger_type", values: &["manual", "webhook", "schedule", "event", "sub_workflow", "chat"] };
const EXECUTION_STATUS: Enum =
    Enum { name: "execution_status", values: &["pending", "running", "paused", "completed", "failed", "cancelled"] };
const TASK_STATUS: Enum = Enum {
    name: "task_status",
    values: &["pending", "in_progress", "waiting", "completed", "failed", "cancelled", "skipped"],
};

pub(crate) fn migration() -> TablesOf {
    tables_of(
        "m0002_work",
        &[&GOAL_TYPE, &GOAL_STATUS, &WORKFLOW_TRIGGER_TYPE, &EXECUTION_STATUS, &TASK_STATUS],
        || vec![goals(), workflows(), workflow_executions(), tasks()],
    )
}

fn goals() -> Table {
    Table::new("goals")
        .column(varchar("name", 255))
        .column(text("description").null())
        .column(enumeration("type", &GOAL_TYPE))
        .column(decimal("target_value", 12, 2).null())
        .column(decimal("current_value", 12, 2).default("0"))
        .column(date("target_date").null())
        .column(uuid("owner_agent_id").null().references("agents", NoAction))
        .column(uuid("parent_goal_id").null().references("goals", NoAction))
        .column(enumeration("status", &GOAL_STATUS))
        .edited()
        .check("self", "parent_goal_id <> id")
}

fn workflows() -> Table {
    Table::new("workflows")
        .column(varchar("name", 255))
        .column(text("description").null())
        .column(uuid("goal_id").null().references("goals", NoAction))
        .column(uuid("owner_agent_id").references("agents", NoAction))
        .column(varchar("n8n_workflow_id", 255).null().unique())
        .column(enumeration("trigger_type", &WORKFLOW_TRIGGER_TYPE))
        .column(object("trigger_config"))
        .column(boolean("is_active").default("TRUE"))
        .edited()
        .unique("owner_name", &["owner_agent_id", "name"])
}

fn workflow_executions() -> Table {
    Table::new("workflow_executions")
        .column(uuid("workflow_id").references("workflows", Restrict))
        .column(varchar("execution_id", 255).null().unique())
        .column(enumeration("status", &EXECUTION_STATUS))
        .column(timestamp("started_at").null())
        .column(timestamp("completed_at").null())
        .column(object("input_data"))
        .column(object("output_data"))
        .column(text("error_message").null())
        .column(object("metrics"))
        .edited()
        .check("times", "completed_at >= started_at")
        .latest_index("workflow_id", "started_at")
        .index(&["created_at", "id"])
}

fn tasks() -> Table {
    Table::new("tasks")
        .column(uuid("workflow_execution_id").null().references("workflow_executions", Cascade))
        .column(uuid("assigned_agent_id").references("agents", NoAction))
        .column(varchar("task_type", 100))
        .column(integer("priority").default("5"))
        .column(enumeration("status", &TASK_STATUS))
        .column(object("input_data"))
        .column(object("output_data"))
        .column(timestamp("started_at").null())
        .column(timestamp("completed_at").null())
        .column(integer("sla_minutes").default("60"))
        .edited()
        .check("priority", "priority BETWEEN 1 AND 10")
        .check("sla", "sla_minutes > 0")
        .check("times", "completed_at >= started_at")
        .index(&["assigned_agent_id", "status", "priority", "created_at", "id"])
        .index(&["created_at", "id"])
}
