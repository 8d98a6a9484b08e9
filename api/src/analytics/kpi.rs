//! KPIs: the numbers that the company watches.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::KpiMeasurement;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// A computation built into the server.
    KpiMetric {
        /// Revenue from orders.
        Revenue,
        /// Share of revenue left after the cost of goods.
        GrossMargin,
        /// Number of orders placed.
        OrderCount,
        /// Average total of an order.
        AverageOrderValue,
        /// Share of product views that led to a purchase.
        ConversionRate,
        /// Number of customers.
        CustomerCount,
        /// Share of buyers who bought again.
        RepeatCustomerRate,
        /// Share of orders that were returned.
        ReturnRate,
        /// Value of the stock.
        InventoryValue,
        /// Number of subscribed addresses.
        EmailSubscribers,
        /// Number of completed tasks.
        TasksCompleted,
        /// Share of ended tasks that were completed.
        TaskSuccessRate,
        /// Money paid back to customers.
        RefundTotal,
        /// Money paid back, as a share of revenue.
        RefundRate,
        /// Number of variants that are sold out.
        StockoutCount,
        /// Number of customers who are new.
        NewCustomers,
        /// Growth of revenue over the period before, in percent.
        RevenueGrowth,
        /// Cost of marketing for each new customer.
        AcquisitionCost,
        /// What a customer spends on average, over all orders.
        LifetimeValue,
        /// Revenue from campaigns, divided by what they cost.
        ReturnOnAdSpend,
        /// Revenue from campaigns less what they cost, divided by the cost.
        ReturnOnInvestment,
        /// Satisfaction of customers, from 1 (bad) to 5 (good).
        Satisfaction,
        /// Share of sent messages of which a link was opened.
        CampaignClickRate,
        /// Share of the budgets that was spent.
        BudgetUtilisation,
        /// Share of ended executions that failed.
        ExecutionErrorRate,
        /// Not computed: recorded by people or agents.
        Manual,
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
    /// A key performance indicator (KPI): a number the company tracks.
    Kpi: kpis, key [id], by [created_at desc];
    one kpi;
    list kpis;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Unique name.
        name: String,
        /// Subject; any name.
        category: String,
        /// The computation of its values.
        metric: KpiMetric,
        /// How it is computed, in words; never executed.
        formula: String,
        /// Unit of its values; null for a plain number.
        unit: Option<String>,
        /// Target value; null if none.
        target_value: Option<Decimal>,
        /// How often it is measured.
        frequency: KpiFrequency,
        /// The agent responsible for it; null if none.
        owner_agent_id: Option<Id>,
        /// Whether the KPI is in use.
        is_active: bool,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By category.
        category,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {
        /// The agent responsible for it; null if none.
        owner_agent: Agent by owner_agent_id,
    }
    to_many {
        /// Its measurements, latest first.
        measurements: KpiMeasurement by kpi_id [measured_at desc],
    }
}
