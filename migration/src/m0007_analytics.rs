//! What is measured, the measurements and the reports made of them.

use crate::schema::{
    Enum,
    OnDelete::{Cascade, SetNull},
    Table, TablesOf, boolean, decimal, enumeration, list, object, tables_of, text, timestamp, uuid, varchar,
};

/// The computations that a KPI may name; SQL in a row is never executed.
const KPI_METRIC: Enum = Enum {
    name: "kpi_metric",
    values: &[
        "revenue",
        "gross_margin",
        "order_count",
        "average_order_value",
        "conversion_rate",
        "customer_count",
        "repeat_customer_rate",
        "return_rate",
        "inventory_value",
        "email_subscribers",
        "tasks_completed",
        "task_success_rate",
    ],
};
const KPI_FREQUENCY: Enum =
    Enum { name: "kpi_frequency", values: &["hourly", "daily", "weekly", "monthly", "quarterly"] };

pub(crate) fn migration() -> TablesOf {
    tables_of("m0007_analytics", &[&KPI_METRIC, &KPI_FREQUENCY], || vec![kpis(), kpi_measurements(), reports()])
}

fn kpis() -> Table {
    Table::new("kpis")
        .column(varchar("name", 255).unique())
        .column(varchar("category", 100))
        .column(enumeration("metric", &KPI_METRIC))
        .column(text("formula"))
        .column(varchar("unit", 50).null())
        .column(decimal("target_value", 12, 4).null())
        .column(enumeration("frequency", &KPI_FREQUENCY))
        .column(uuid("owner_agent_id").null().references("agents", SetNull))
        .column(boolean("is_active").default("TRUE"))
        .edited()
}

fn kpi_measurements() -> Table {
    Table::new("kpi_measurements")
        .column(uuid("kpi_id").references("kpis", Cascade))
        .column(timestamp("measured_at"))
        .column(decimal("value", 12, 4))
        .column(timestamp("period_start").null())
        .column(timestamp("period_end").null())
        .column(object("metadata"))
        .created()
        .unique("period", &["kpi_id", "period_start", "period_end"])
        .check("period", "period_end > period_start")
        .index(&["kpi_id", "measured_at", "id"])
        .index(&["measured_at", "id"])
}

fn reports() -> Table {
    Table::new("reports")
        .column(varchar("name", 255))
        .column(varchar("type", 50))
        .column(uuid("created_by_agent_id").null().references("agents", SetNull))
        .column(list("recipient_agents"))
        .column(object("content"))
        .column(timestamp("generated_at"))
        .column(timestamp("sent_at").null())
        .edited()
}
