//! What the indicators measure, from the other rows of the demo data. The server measures the same.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Datelike, NaiveDate, TimeZone, Utc};
use entity::{
    orders,
    sea_orm_active_enums::{
        AttemptOutcome, ExecutionStatus, KpiMetric, OrderStatus, ParcelStatus, ProductStatus, StockPolicy,
        SubscriptionStatus, TaskStatus,
        TransactionType::{Expense, Refund, Revenue},
    },
    transactions,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    books::{self, booked, credited, net, spent_by_campaigns},
    builder::{DemoBuilder, counts},
};
use crate::analytics::period::Window;

/// What the metric was over the period; none where nothing can be divided by.
pub(super) fn over(demo: &DemoBuilder, metric: KpiMetric, window: &Window) -> Option<Decimal> {
    exact(demo, metric, window).map(crate::analytics::rounded)
}

fn exact(demo: &DemoBuilder, metric: KpiMetric, window: &Window) -> Option<Decimal> {
    let now = (window.first_day, window.end_day);
    let net = net(demo, now);
    let placed = placed(demo, window);
    let sold: Decimal = placed.iter().map(|order| order.report_amount).sum();
    match metric {
        KpiMetric::Revenue => Some(net),
        KpiMetric::RefundTotal => Some(booked(demo, now, Refund, |_| true)),
        KpiMetric::RefundRate => share(booked(demo, now, Refund, |_| true), booked(demo, now, Revenue, |_| true)),
        KpiMetric::RevenueGrowth => {
            let before = books::net(demo, (window.first_day_before, window.first_day));
            share((net - before) * Decimal::ONE_HUNDRED, before)
        }
        KpiMetric::AcquisitionCost => {
            let of_marketing = |entry: &transactions::Model| window.marketing.contains(&entry.category);
            share(booked(demo, now, Expense, of_marketing), newcomers(demo, window))
        }
        KpiMetric::ReturnOnAdSpend => share(credited(demo, now), spent_by_campaigns(demo, now)),
        KpiMetric::ReturnOnInvestment => {
            let spent = spent_by_campaigns(demo, now);
            share((credited(demo, now) - spent) * Decimal::ONE_HUNDRED, spent)
        }
        KpiMetric::OrderCount => Some(placed.len().into()),
        KpiMetric::AverageOrderValue => share(sold, placed.len()),
        KpiMetric::LifetimeValue => {
            let ever = demo.rows.orders.iter().filter(|order| is_placed(order) && placed_at(order) < window.period.end);
            let ever: Vec<&orders::Model> = ever.collect();
            let customers: BTreeSet<Uuid> = ever.iter().filter_map(|order| order.customer_id).collect();
            share(ever.iter().map(|order| order.report_amount).sum::<Decimal>(), customers.len())
        }
        KpiMetric::RepeatCustomerRate => repeat_customers(demo, window),
        KpiMetric::GrossMargin => margin(demo, &placed),
        KpiMetric::InventoryValue => window.is_present.then(|| stock_at_cost(demo)),
        KpiMetric::StockoutCount => window.is_present.then(|| sold_out(demo).into()),
        KpiMetric::ConversionRate => {
            let of_days = |start, end| start >= window.first_day && end < window.end_day;
            let metrics = demo.rows.product_metrics.iter().filter(|row| of_days(row.period_start, row.period_end));
            let (views, purchases) = metrics.fold((0, 0), |sums, row| (sums.0 + row.views, sums.1 + row.purchases));
            share(purchases, views)
        }
        KpiMetric::ReturnRate => share(received(demo, window), shipped(demo, window)),
        KpiMetric::CustomerCount => {
            let known = demo.rows.customers.iter().filter(|row| row.erased_at.is_none());
            Some(known.filter(|row| row.created_at < window.period.end).count().into())
        }
        KpiMetric::NewCustomers => Some(newcomers(demo, window).into()),
        KpiMetric::EmailSubscribers => Some(subscribers(demo, window).into()),
        KpiMetric::Satisfaction => {
            let said = demo.rows.customer_interactions.iter().filter(|row| has(window, &row.created_at));
            let moods: Vec<Decimal> = said.filter_map(|row| row.sentiment_score).collect();
            share(moods.iter().sum::<Decimal>() * Decimal::TWO, moods.len()).map(|mean| mean + Decimal::from(3))
        }
        KpiMetric::CampaignClickRate => {
            let messages = demo.rows.campaign_recipients.iter();
            let sent: Vec<_> = messages.filter(|row| row.sent_at.is_some_and(|at| has(window, &at))).collect();
            share(sent.iter().filter(|row| row.clicked_at.is_some()).count(), sent.len())
        }
        KpiMetric::BudgetUtilisation => {
            let last = window.end_day.pred_opt().unwrap_or(window.end_day);
            let met = months(window.first_day)..=months(last);
            let (mut allocated, mut spent) = (Decimal::ZERO, Decimal::ZERO);
            for budget in &demo.rows.budgets {
                if met.contains(&(budget.fiscal_year * 12 + budget.fiscal_month)) {
                    allocated += budget.allocated_amount;
                    spent += budget.spent_amount;
                }
            }
            share(spent, allocated)
        }
        KpiMetric::TasksCompleted => Some(attempts(demo, window).0.into()),
        KpiMetric::TaskSuccessRate => {
            let (completed, failed) = attempts(demo, window);
            share(completed, completed + failed)
        }
        KpiMetric::ExecutionErrorRate => {
            let ended = |status: ExecutionStatus| {
                let own = demo.rows.workflow_executions.iter().filter(|row| row.status == status);
                own.filter(|row| row.completed_at.is_some_and(|at| has(window, &at))).count()
            };
            let failed = ended(ExecutionStatus::Failed);
            share(failed, failed + ended(ExecutionStatus::Completed))
        }
        KpiMetric::Manual => Some(Decimal::from(9 + window.first_day.month() % 5)),
    }
}

fn has<Zone: TimeZone>(window: &Window, at: &DateTime<Zone>) -> bool {
    window.period.contains(at.to_utc())
}

/// The number of a day's month.
fn months(day: NaiveDate) -> i32 {
    day.year() * 12 + day.month().cast_signed()
}

fn share(part: impl Into<Decimal>, whole: impl Into<Decimal>) -> Option<Decimal> {
    let (part, whole): (Decimal, Decimal) = (part.into(), whole.into());
    part.checked_div(whole)
}

fn placed_at(order: &orders::Model) -> DateTime<Utc> {
    order.placed_at.unwrap_or(order.created_at).to_utc()
}

fn is_placed(order: &orders::Model) -> bool {
    !matches!(order.status, OrderStatus::Draft | OrderStatus::Cancelled)
}

/// The orders of the period.
fn placed<'a>(demo: &'a DemoBuilder, window: &Window) -> Vec<&'a orders::Model> {
    let placed = demo.rows.orders.iter().filter(|order| is_placed(order));
    placed.filter(|order| window.period.contains(placed_at(order))).collect()
}

fn repeat_customers(demo: &DemoBuilder, window: &Window) -> Option<Decimal> {
    let mut numbers: BTreeMap<Uuid, usize> = BTreeMap::new();
    for order in demo.rows.orders.iter().filter(|order| counts(order) && placed_at(order) < window.period.end) {
        if let Some(customer) = order.customer_id {
            *numbers.entry(customer).or_default() += 1;
        }
    }
    share(numbers.values().filter(|number| **number > 1).count(), numbers.len())
}

fn newcomers(demo: &DemoBuilder, window: &Window) -> usize {
    let known = demo.rows.customers.iter().filter(|row| row.erased_at.is_none());
    known.filter(|row| has(window, &row.created_at)).count()
}

fn cost(demo: &DemoBuilder, variant: Uuid) -> Option<Decimal> {
    let variant = demo.rows.product_variants.iter().find(|row| row.id == variant)?;
    demo.rows.products.iter().find(|row| row.id == variant.product_id)?.cost
}

/// What is left of net sales, in percent.
fn margin(demo: &DemoBuilder, orders: &[&orders::Model]) -> Option<Decimal> {
    let (mut net, mut costs) = (Decimal::ZERO, Decimal::ZERO);
    for item in &demo.rows.order_items {
        let Some(order) = orders.iter().find(|order| order.id == item.order_id) else { continue };
        let Some(cost) = item.product_variant_id.and_then(|variant| cost(demo, variant)) else { continue };
        let sold = item.total_amount - item.tax_amount - item.included_tax_amount;
        net += sold * Decimal::new(order.exchange_rate_e10, 10);
        costs += cost * Decimal::from(item.quantity);
    }
    share((net - costs) * Decimal::ONE_HUNDRED, net)
}

fn on_hand(demo: &DemoBuilder, variant: Uuid) -> i32 {
    let own = demo.rows.inventory.iter().filter(|row| row.product_variant_id == variant);
    own.map(|row| row.quantity_available + row.quantity_reserved).sum()
}

fn stock_at_cost(demo: &DemoBuilder) -> Decimal {
    let variants = demo.rows.product_variants.iter();
    variants.filter_map(|row| Some(cost(demo, row.id)? * Decimal::from(on_hand(demo, row.id)))).sum()
}

/// How many variants on hand have no cost.
pub(super) fn without_cost(demo: &DemoBuilder) -> usize {
    let variants = demo.rows.product_variants.iter();
    variants.filter(|row| cost(demo, row.id).is_none() && on_hand(demo, row.id) > 0).count()
}

fn sold_out(demo: &DemoBuilder) -> usize {
    let is_active =
        |product: Uuid| demo.rows.products.iter().any(|row| row.id == product && row.status == ProductStatus::Active);
    let variants = demo.rows.product_variants.iter().filter(|row| row.is_available && row.inventory_quantity <= 0);
    variants.filter(|row| row.stock_policy == StockPolicy::Deny && is_active(row.product_id)).count()
}

/// The pieces that were shipped.
fn shipped(demo: &DemoBuilder, window: &Window) -> i32 {
    let parcels = demo.rows.fulfillments.iter().filter(|row| row.shipped_at.is_some_and(|at| has(window, &at)));
    let sent: BTreeSet<Uuid> = parcels
        .filter(|row| matches!(row.status, ParcelStatus::Shipped | ParcelStatus::Delivered))
        .map(|row| row.id)
        .collect();
    demo.rows.fulfillment_lines.iter().filter(|row| sent.contains(&row.fulfillment_id)).map(|row| row.quantity).sum()
}

/// The pieces that came back.
fn received(demo: &DemoBuilder, window: &Window) -> i32 {
    let returns = demo.rows.returns.iter().filter(|row| row.received_at.is_some_and(|at| has(window, &at)));
    let back: BTreeSet<Uuid> = returns.map(|row| row.id).collect();
    demo.rows.return_lines.iter().filter(|row| back.contains(&row.return_id)).map(|row| row.received_quantity).sum()
}

/// The addresses that were subscribed at the end of the period; of the last one those that are now.
fn subscribers(demo: &DemoBuilder, window: &Window) -> usize {
    let inside = demo.rows.email_subscribers.iter().filter(|row| match window.is_present {
        true => row.status == SubscriptionStatus::Subscribed,
        false => {
            matches!(row.status, SubscriptionStatus::Subscribed | SubscriptionStatus::Unsubscribed)
                && row.subscribed_at < window.period.end
                && row.unsubscribed_at.is_none_or(|left| left >= window.period.end)
        }
    });
    inside.map(|row| row.email.to_lowercase()).collect::<BTreeSet<_>>().len()
}

/// The attempts that completed their task, and those that left it failed.
fn attempts(demo: &DemoBuilder, window: &Window) -> (usize, usize) {
    let (mut completed, mut failed) = (0, 0);
    let of_agents = demo.rows.task_attempts.iter().filter(|row| row.agent_id.is_some());
    for attempt in of_agents.filter(|row| has(window, &row.created_at)) {
        let Some(task) = demo.rows.tasks.iter().find(|task| task.id == attempt.task_id) else { continue };
        match attempt.outcome {
            AttemptOutcome::Completed => completed += 1,
            AttemptOutcome::Failed | AttemptOutcome::TimedOut | AttemptOutcome::LeaseLost
                if task.status == TaskStatus::Failed
                    && task.attempt == attempt.number
                    && task.completed_at == Some(attempt.ended_at) =>
            {
                failed += 1;
            }
            _ => {}
        }
    }
    (completed, failed)
}
