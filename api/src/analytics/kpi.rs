//! KPIs: the numbers that the company watches.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{KpiLatest, KpiMeasurement, latest};
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// A computation built into the server.
    KpiMetric {
        /// Revenue less refunds, by the books, in the shop's currency.
        Revenue,
        /// Share of net sales left after the cost of goods, in percent.
        GrossMargin,
        /// Number of orders placed.
        OrderCount,
        /// Average total of an order, in the shop's currency.
        AverageOrderValue,
        /// Share of product views that led to a purchase, 0 to 1.
        ConversionRate,
        /// Number of customers at the end of the period.
        CustomerCount,
        /// Share of buyers who bought again, 0 to 1.
        RepeatCustomerRate,
        /// Pieces that came back, as a share of the pieces that were shipped.
        ReturnRate,
        /// Value of the stock at cost, in the shop's currency.
        InventoryValue,
        /// Number of addresses that are subscribed to a list.
        EmailSubscribers,
        /// Number of completed tasks.
        TasksCompleted,
        /// Share of ended tasks that were completed, 0 to 1.
        TaskSuccessRate,
        /// Money paid back to customers, in the shop's currency.
        RefundTotal,
        /// Money paid back, as a share of revenue: 1 is all of it.
        RefundRate,
        /// Number of variants that are sold out.
        StockoutCount,
        /// Number of customers who were created in the period.
        NewCustomers,
        /// Growth of revenue over the period before, in percent.
        RevenueGrowth,
        /// Cost of marketing for each new customer, in the shop's currency.
        AcquisitionCost,
        /// What a customer spends on average over all orders, in the shop's currency.
        LifetimeValue,
        /// Revenue from campaigns, divided by what they cost.
        ReturnOnAdSpend,
        /// Revenue from campaigns less what they cost, divided by the cost.
        ReturnOnInvestment,
        /// Satisfaction of customers, from 1 (bad) to 5 (good).
        Satisfaction,
        /// Share of sent messages in which a link was followed, 0 to 1.
        CampaignClickRate,
        /// Share of the budgets that was spent: 1 is all of it.
        BudgetUtilisation,
        /// Share of ended executions that failed, 0 to 1.
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
        /// End of the last period that was looked at, whether or not there was data; null if none was.
        measured_until: Option<DateTime<Utc>>,
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
    computed {
        /// Its latest measured value, compared with the period before; null if there is none.
        latest: Option<KpiLatest> = latest::latest [id, metric, target_value];
    }
}
