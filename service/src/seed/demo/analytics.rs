//! Indicators, measured over closed periods from the other rows of the demo data.

use chrono::{DateTime, TimeDelta, Utc};
use chrono_tz::Tz;
use entity::{
    kpi_measurements, kpis,
    sea_orm_active_enums::{
        KpiFrequency::{self, Daily, Monthly, Weekly},
        KpiMetric,
    },
};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use uuid::Uuid;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder},
    figures::{over, without_cost},
};
use crate::{
    analytics::{formula, period::Window},
    settings::Settings,
    zone::{self, Period},
};

/// Where the shop is, as its configuration says.
const ZONE: Tz = Tz::America__New_York;

/// Name, category, metric, unit, target in hundredths, frequency, owner.
type Indicator = (&'static str, &'static str, KpiMetric, &'static str, Option<i64>, KpiFrequency, DemoAgent);

#[rustfmt::skip]
const INDICATORS: [Indicator; 27] = [
    ("Monthly revenue", "finance", KpiMetric::Revenue, "USD", Some(1_200_000), Monthly, DemoAgent::Finance),
    ("Weekly revenue", "finance", KpiMetric::Revenue, "USD", Some(250_000), Weekly, DemoAgent::Revenue),
    ("Gross margin", "finance", KpiMetric::GrossMargin, "percent", Some(6_000), Monthly, DemoAgent::Finance),
    ("Orders", "sales", KpiMetric::OrderCount, "orders", Some(1_200), Monthly, DemoAgent::Sales),
    ("Average order", "sales", KpiMetric::AverageOrderValue, "USD", Some(90_000), Monthly, DemoAgent::Sales),
    ("Conversion", "sales", KpiMetric::ConversionRate, "ratio", Some(2), Monthly, DemoAgent::Marketing),
    ("Customers", "customers", KpiMetric::CustomerCount, "customers", Some(5_000), Monthly, DemoAgent::Customer),
    ("Returning customers", "customers", KpiMetric::RepeatCustomerRate, "ratio", Some(25), Monthly, DemoAgent::Customer),
    ("Returns", "customers", KpiMetric::ReturnRate, "ratio", Some(4), Monthly, DemoAgent::Support),
    ("Stock at cost", "operations", KpiMetric::InventoryValue, "USD", None, Daily, DemoAgent::Operations),
    ("Newsletter readers", "marketing", KpiMetric::EmailSubscribers, "subscriptions", Some(8_000), Monthly, DemoAgent::Marketing),
    ("Tasks completed", "operations", KpiMetric::TasksCompleted, "tasks", None, Weekly, DemoAgent::Business),
    ("Tasks that succeed", "operations", KpiMetric::TaskSuccessRate, "ratio", Some(95), Weekly, DemoAgent::Business),
    ("Refunds", "finance", KpiMetric::RefundTotal, "USD", None, Monthly, DemoAgent::Finance),
    ("Share of refunds", "finance", KpiMetric::RefundRate, "ratio", Some(4), Monthly, DemoAgent::Finance),
    ("Growth", "finance", KpiMetric::RevenueGrowth, "percent", Some(500), Monthly, DemoAgent::Revenue),
    ("Budgets used", "finance", KpiMetric::BudgetUtilisation, "ratio", Some(100), Monthly, DemoAgent::Finance),
    ("New customers", "customers", KpiMetric::NewCustomers, "customers", Some(500), Monthly, DemoAgent::Customer),
    ("What a customer is worth", "customers", KpiMetric::LifetimeValue, "USD", Some(100_000), Monthly, DemoAgent::Customer),
    ("Satisfaction", "customers", KpiMetric::Satisfaction, "points", Some(350), Monthly, DemoAgent::Support),
    ("Cost of a customer", "marketing", KpiMetric::AcquisitionCost, "USD", Some(6_000), Monthly, DemoAgent::Marketing),
    ("Return on advertising", "marketing", KpiMetric::ReturnOnAdSpend, "ratio", Some(300), Monthly, DemoAgent::Marketing),
    ("Return on investment", "marketing", KpiMetric::ReturnOnInvestment, "percent", Some(20_000), Monthly, DemoAgent::Marketing),
    ("Clicks", "marketing", KpiMetric::CampaignClickRate, "ratio", Some(3), Monthly, DemoAgent::Marketing),
    ("Sold out", "operations", KpiMetric::StockoutCount, "variants", Some(0), Daily, DemoAgent::Operations),
    ("Executions that fail", "operations", KpiMetric::ExecutionErrorRate, "ratio", Some(5), Monthly, DemoAgent::Business),
    ("Letters from customers", "customers", KpiMetric::Manual, "letters", None, Monthly, DemoAgent::Support),
];

pub(super) fn build(demo: &mut DemoBuilder) {
    for (order, (name, category, metric, unit, target, frequency, owner)) in (0..).zip(INDICATORS) {
        let created = demo.ago(200 * DAY - order);
        let id = demo.id("kpis", created);
        let periods = closed(demo, frequency);
        let indicator = kpis::Model {
            id,
            name: name.to_owned(),
            category: category.to_owned(),
            metric,
            formula: formula(metric).to_owned(),
            unit: Some(unit.to_owned()),
            target_value: target.map(|hundredths| Decimal::new(hundredths * 100, 4)),
            frequency,
            owner_agent_id: Some(demo.agent(owner)),
            is_active: true,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
            measured_until: periods.last().map(|period| period.end.into()),
        };
        demo.rows.kpis.push(indicator);
        for period in periods {
            measure(demo, id, metric, &window(demo, frequency, period));
        }
    }
}

/// The last periods that are over, oldest first. Stock has no past: of days there is yesterday only.
pub(super) fn closed(demo: &DemoBuilder, frequency: KpiFrequency) -> Vec<Period> {
    let count = match frequency {
        Monthly => 6,
        Weekly => 8,
        _ => 1,
    };
    let mut periods = Vec::with_capacity(count);
    let mut period = zone::period_at(frequency, demo.now, ZONE);
    for _ in 0..count {
        period = period.before(frequency, ZONE);
        periods.push(period);
    }
    periods.reverse();
    periods
}

/// A period with its days.
pub(super) fn window(demo: &DemoBuilder, frequency: KpiFrequency, period: Period) -> Window {
    let settings = Settings { time_zone: ZONE, ..Settings::default() };
    Window::new(&settings, frequency, period, demo.now)
}

fn measure(demo: &mut DemoBuilder, kpi: Uuid, metric: KpiMetric, window: &Window) {
    if let Some(value) = over(demo, metric, window) {
        let measured = demo.by_now(window.period.end + TimeDelta::minutes(1));
        let metadata = match metric {
            KpiMetric::InventoryValue => json!({ "withoutCost": without_cost(demo) }),
            _ => json!({}),
        };
        note(demo, kpi, measured, window.period, value, metadata);
    }
}

fn note(
    demo: &mut DemoBuilder,
    kpi_id: Uuid,
    measured: DateTime<Utc>,
    period: Period,
    value: Decimal,
    metadata: Value,
) {
    let measurement = kpi_measurements::Model {
        id: demo.id("kpi_measurements", measured),
        kpi_id,
        measured_at: measured.into(),
        value,
        period_start: Some(period.start.into()),
        period_end: Some(period.end.into()),
        metadata,
        created_at: measured.into(),
    };
    demo.rows.kpi_measurements.push(measurement);
}
