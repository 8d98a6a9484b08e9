//! Indicators, measured over closed periods from the other rows of the demo data.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    kpi_measurements, kpis, orders,
    sea_orm_active_enums::{
        FinancialStatus,
        KpiFrequency::{self, Daily, Monthly, Weekly},
        KpiMetric, SubscriptionStatus, TaskStatus,
    },
};
use rust_decimal::Decimal;
use serde_json::json;
use uuid::Uuid;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, Period, counts},
};

/// Name, category, metric, how it is computed, unit, target in hundredths, frequency, owner.
type Indicator =
    (&'static str, &'static str, KpiMetric, &'static str, &'static str, Option<i64>, KpiFrequency, DemoAgent);

#[rustfmt::skip]
const INDICATORS: [Indicator; 13] = [
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
                let value = stock_at_cost(demo);
                note(demo, id, demo.now, None, value);
            }
        }
    }
}

fn measure(demo: &mut DemoBuilder, kpi: Uuid, metric: KpiMetric, period: Period) {
    if let Some(value) = value(demo, metric, period) {
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

/// What the metric was over the period; `None` where nothing can be divided by.
fn value(demo: &DemoBuilder, metric: KpiMetric, period: Period) -> Option<Decimal> {
    let rows = &demo.rows;
    let orders: Vec<&orders::Model> =
        rows.orders.iter().filter(|order| counts(order) && period.has(&order.created_at)).collect();
    let revenue: Decimal = orders.iter().map(|order| order.total_amount).sum();
    let ended = |status: TaskStatus| {
        rows.tasks
            .iter()
            .filter(|task| task.status == status && task.completed_at.is_some_and(|at| period.has(&at)))
            .count()
    };
    match metric {
        KpiMetric::Revenue => Some(revenue),
        KpiMetric::OrderCount => Some(Decimal::from(orders.len())),
        KpiMetric::AverageOrderValue => revenue.checked_div(Decimal::from(orders.len())),
        KpiMetric::GrossMargin => margin(demo, &orders),
        KpiMetric::ConversionRate => {
            let months = || rows.product_metrics.iter().filter(|month| month.period_start == period.start);
            let purchases: i32 = months().map(|month| month.purchases).sum();
            Decimal::from(purchases).checked_div(Decimal::from(months().map(|month| month.views).sum::<i32>()))
        }
        KpiMetric::CustomerCount => {
            Some(Decimal::from(rows.customers.iter().filter(|customer| customer.created_at < period.until()).count()))
        }
        KpiMetric::RepeatCustomerRate => {
            let mut buyers: Vec<Option<Uuid>> = orders.iter().map(|order| order.customer_id).collect();
            buyers.sort_unstable();
            buyers.dedup();
            let before = |buyer: &&Option<Uuid>| {
                let own = rows.orders.iter().filter(|order| order.customer_id == **buyer && counts(order));
                own.filter(|order| order.created_at < period.until()).count() > 1
            };
            Decimal::from(buyers.iter().filter(before).count()).checked_div(Decimal::from(buyers.len()))
        }
        KpiMetric::ReturnRate => {
            let all: Vec<_> = rows.orders.iter().filter(|order| period.has(&order.created_at)).collect();
            let back = all.iter().filter(|order| {
                matches!(order.financial_status, FinancialStatus::Refunded | FinancialStatus::PartiallyRefunded)
            });
            Decimal::from(back.count()).checked_div(Decimal::from(all.len()))
        }
        KpiMetric::EmailSubscribers => {
            let inside = rows.email_subscribers.iter().filter(|row| {
                matches!(row.status, SubscriptionStatus::Subscribed | SubscriptionStatus::Unsubscribed)
                    && row.subscribed_at < period.until()
                    && row.unsubscribed_at.is_none_or(|left| left >= period.until())
            });
            Some(Decimal::from(inside.count()))
        }
        KpiMetric::TasksCompleted => Some(Decimal::from(ended(TaskStatus::Completed))),
        KpiMetric::TaskSuccessRate => {
            let done = Decimal::from(ended(TaskStatus::Completed));
            done.checked_div(done + Decimal::from(ended(TaskStatus::Failed)))
        }
        KpiMetric::InventoryValue => None,
    }
}

/// One less cost by net price; a product's cost is meant for its lowest price and grows with it.
fn margin(demo: &DemoBuilder, orders: &[&orders::Model]) -> Option<Decimal> {
    let mut net = Decimal::ZERO;
    let mut cost = Decimal::ZERO;
    for item in demo.rows.order_items.iter().filter(|item| orders.iter().any(|order| order.id == item.order_id)) {
        let variant = demo.rows.product_variants.iter().find(|row| Some(row.id) == item.product_variant_id)?;
        let product = demo.rows.products.iter().find(|row| row.id == variant.product_id)?;
        let gross = item.price * Decimal::from(item.quantity);
        net += gross - item.discount_amount;
        cost += gross * product.cost.unwrap_or_default().checked_div(product.base_price)?;
    }
    Some(Decimal::ONE - cost.checked_div(net)?)
}

fn stock_at_cost(demo: &DemoBuilder) -> Decimal {
    let cost = |variant: Uuid| {
        let variant = demo.rows.product_variants.iter().find(|row| row.id == variant)?;
        demo.rows.products.iter().find(|row| row.id == variant.product_id)?.cost
    };
    (demo.rows.inventory.iter())
        .map(|row| {
            let hand = Decimal::from(row.quantity_available + row.quantity_reserved);
            hand * cost(row.product_variant_id).unwrap_or_default()
        })
        .sum()
}
