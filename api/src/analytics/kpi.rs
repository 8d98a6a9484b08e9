//! KPIs: the numbers that the company watches.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::KpiMeasurement;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// A computation that the server knows.
    KpiMetric {
        /// What orders brought in.
        Revenue,
        /// The share of revenue left after what the goods cost.
        GrossMargin,
        /// How many orders were placed.
        OrderCount,
        /// What an order comes to on average.
        AverageOrderValue,
        /// The share of product views that ended in a purchase.
        ConversionRate,
        /// How many customers there are.
        CustomerCount,
        /// The share of buyers who bought again.
        RepeatCustomerRate,
        /// The share of orders that came back.
        ReturnRate,
        /// What the stock is worth.
        InventoryValue,
        /// How many addresses are subscribed.
        EmailSubscribers,
        /// How many tasks were done.
        TasksCompleted,
        /// The share of ended tasks that were done.
        TaskSuccessRate,
    }
    /// How often a KPI is measured.
    KpiFrequency {
        /// Every hour.
        Hourly,
        /// Every day.
        Daily,
        /// Every week.
        Weekly,
        /// Every month.
        Monthly,
        /// Every three months.
        Quarterly,
    }
}

resource! {
    /// A number that the company watches.
    Kpi: kpis, key [id], by [created_at desc];
    one kpi;
    list kpis;
    columns {
        /// Its key.
        id: Id,
        /// What it is called; unique.
        name: String,
        /// What it is about, an open list.
        category: String,
        /// Which computation gives it.
        metric: KpiMetric,
        /// How it is computed, in words for people; it is never executed.
        formula: String,
        /// The unit of its values; null for a bare number.
        unit: Option<String>,
        /// The value wished for; null for none.
        target_value: Option<Decimal>,
        /// How often it is measured.
        frequency: KpiFrequency,
        /// The agent who answers for it; null for nobody.
        owner_agent_id: Option<Id>,
        /// Whether it is in use.
        is_active: bool,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By category.
        category,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent who answers for it; null for nobody.
        owner_agent: Agent by owner_agent_id,
    }
    to_many {
        /// Its values, latest first.
        measurements: KpiMeasurement by kpi_id [measured_at desc],
    }
}
