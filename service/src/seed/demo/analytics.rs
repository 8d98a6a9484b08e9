//! Indicators, measured over closed periods from the other rows of the demo data.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    kpi_measurements, kpis,
    sea_orm_active_enums::{
        KpiFrequency::{self, Daily, Monthly, Weekly},
        KpiMetric,
    },
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, Period},
    figures::{now, over},
};

/// Name, category, metric, how it is computed, unit, target in hundredths, frequency, owner.
type Indicator =
    (&'static str, &'static str, KpiMetric, &'static str, &'static str, Option<i64>, KpiFrequency, DemoAgent);

#[rustfmt::skip]
const INDICATORS: [Indicator; 27] = [
    ("Monthly revenue", "finance", KpiMetric::Revenue, "Totals of the month's orders, without cancelled and refunded ones.", "USD", Some(1_200_000), Monthly, DemoAgent::Finance),
    ("Weekly revenue", "finance", KpiMetric::Revenue, "Totals of the week's orders, without cancelled and refunded ones.", "USD", Some(250_000), Weekly, DemoAgent::Revenue),
    ("Gross margin", "finance", KpiMetric::GrossMargin, "One less the cost of the pieces sold by their price after discounts.", "ratio", Some(60), Monthly, DemoAgent::Finance),
    ("Orders", "sales", KpiMetric::OrderCount, "Number of the month's orders, without cancelled and refunded ones.", "orders", Some(1_200), Monthly, DemoAgent::Sales),
    ("Average order", "sales", KpiMetric::AverageOrderValue, "Revenue divided by the number of orders.", "USD", Some(90_000), Monthly, DemoAgent::Sales),
    ("Conversion", "sales", KpiMetric::ConversionRate, "Orders with a piece divided by the views of its page, over all pieces.", "ratio", Some(2), Monthly, DemoAgent::Marketing),
    ("Customers", "customers", KpiMetric::CustomerCount, "Customers known at the end of the month.", "customers", Some(5_000), Monthly, DemoAgent::Customer),
    ("Returning customers", "customers", KpiMetric::RepeatCustomerRate, "Of those who bought in the month, how many had bought before.", "ratio", Some(25), Monthly, DemoAgent::Customer),
    ("Returns", "customers", KpiMetric::ReturnRate, "Orders of the month that were refunded in whole or in part, divided by all orders of it.", "ratio", Some(4), Monthly, DemoAgent::Support),
    ("Stock at cost", "operations", KpiMetric::InventoryValue, "Pieces on hand, free and promised, times their product's cost, as it is now.", "USD", None, Daily, DemoAgent::Operations),
    ("Newsletter readers", "marketing", KpiMetric::EmailSubscribers, "Subscriptions in force at the end of the month, over all lists.", "subscriptions", Some(8_000), Monthly, DemoAgent::Marketing),
    ("Tasks completed", "operations", KpiMetric::TasksCompleted, "Tasks that were completed in the week.", "tasks", None, Weekly, DemoAgent::Business),
    ("Tasks that succeed", "operations", KpiMetric::TaskSuccessRate, "Of the tasks that ended in the week, how many were completed and did not fail.", "ratio", Some(95), Weekly, DemoAgent::Business),
    ("Refunds", "finance", KpiMetric::RefundTotal, "Refunds in the books of the month, less those that came back.", "USD", None, Monthly, DemoAgent::Finance),
    ("Share of refunds", "finance", KpiMetric::RefundRate, "Refunds divided by revenue, both by the books.", "ratio", Some(4), Monthly, DemoAgent::Finance),
    ("Growth", "finance", KpiMetric::RevenueGrowth, "By how much the month's revenue is above that of the month before.", "percent", Some(500), Monthly, DemoAgent::Revenue),
    ("Budgets used", "finance", KpiMetric::BudgetUtilisation, "What was spent of the month's budgets, divided by what was allocated.", "ratio", Some(100), Monthly, DemoAgent::Finance),
    ("New customers", "customers", KpiMetric::NewCustomers, "Customers who became known in the month.", "customers", Some(500), Monthly, DemoAgent::Customer),
    ("What a customer is worth", "customers", KpiMetric::LifetimeValue, "The average order, times the orders of a buyer.", "USD", Some(100_000), Monthly, DemoAgent::Customer),
    ("Satisfaction", "customers", KpiMetric::Satisfaction, "Three, and twice the mean sentiment of what customers said in the month.", "points", Some(350), Monthly, DemoAgent::Support),
    ("Cost of a customer", "marketing", KpiMetric::AcquisitionCost, "Advertising of the month divided by its new customers.", "USD", Some(6_000), Monthly, DemoAgent::Marketing),
    ("Return on advertising", "marketing", KpiMetric::ReturnOnAdSpend, "Revenue whose last touch was a campaign, divided by what campaigns spent.", "ratio", Some(300), Monthly, DemoAgent::Marketing),
    ("Return on investment", "marketing", KpiMetric::ReturnOnInvestment, "The same revenue less what campaigns spent, divided by it.", "ratio", Some(200), Monthly, DemoAgent::Marketing),
    ("Clicks", "marketing", KpiMetric::CampaignClickRate, "Clicks on what was published in the month, divided by how often it was shown.", "ratio", Some(3), Monthly, DemoAgent::Marketing),
    ("Sold out", "operations", KpiMetric::StockoutCount, "Variants on sale of which no piece is available, as it is now.", "variants", Some(0), Daily, DemoAgent::Operations),
    ("Executions that fail", "operations", KpiMetric::ExecutionErrorRate, "Of the executions that ended in the month, how many failed.", "ratio", Some(5), Monthly, DemoAgent::Business),
    ("Letters from customers", "customers", KpiMetric::Manual, "Counted by hand.", "letters", None, Monthly, DemoAgent::Support),
];

pub(super) fn build(demo: &mut DemoBuilder) {
    for (order, (name, category, metric, formula, unit, target, frequency, owner)) in (0..).zip(INDICATORS) {
        let created = demo.ago(200 * DAY - order);
        let id = demo.id("kpis", created);
        let indicator = kpis::Model {
            id,
            name: name.to_owned(),
            category: category.to_owned(),
            metric,
            formula: formula.to_owned(),
            unit: Some(unit.to_owned()),
            target_value: target.map(|hundredths| Decimal::new(hundredths * 100, 4)),
            frequency,
            owner_agent_id: Some(demo.agent(owner)),
            is_active: true,
            version: 1,
            created_at: created.into(),
            updated_at: created.into(),
        };
        demo.rows.kpis.push(indicator);
        match frequency {
            Monthly => demo.closed_months(6).into_iter().for_each(|month| measure(demo, id, metric, month)),
            Weekly => demo.closed_weeks(8).into_iter().for_each(|week| measure(demo, id, metric, week)),
            // Stock has no past: it is measured as it is.
            _ => {
                let value = now(demo, metric);
                note(demo, id, demo.now, None, value);
            }
        }
    }
}

fn measure(demo: &mut DemoBuilder, kpi: Uuid, metric: KpiMetric, period: Period) {
    if let Some(value) = over(demo, metric, period) {
        let measured = demo.by_now(period.until() + TimeDelta::minutes(150));
        note(demo, kpi, measured, Some(period), value);
    }
}

fn note(demo: &mut DemoBuilder, kpi_id: Uuid, measured: DateTime<Utc>, period: Option<Period>, value: Decimal) {
    let measurement = kpi_measurements::Model {
        id: demo.id("kpi_measurements", measured),
        kpi_id,
        measured_at: measured.into(),
        value: value.round_dp(4),
        period_start: period.map(|period| period.from().into()),
        period_end: period.map(|period| period.until().into()),
        metadata: json!({ "source": "demo" }),
        created_at: measured.into(),
    };
    demo.rows.kpi_measurements.push(measurement);
}
