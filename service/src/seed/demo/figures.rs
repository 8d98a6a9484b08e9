//! What the indicators come to, from the other rows of the demo data.

use std::collections::BTreeSet;

use chrono::{Datelike, Months};
use entity::{
    orders,
    sea_orm_active_enums::{
        AttributionModel, ExecutionStatus, FinancialStatus, KpiMetric, SubscriptionStatus, TaskStatus,
        TransactionType::{self, Adjustment, Expense, Refund, Revenue},
    },
    transactions,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::builder::{DemoBuilder, Period, counts};

/// What the metric was over the period; `None` where nothing can be divided by.
pub(super) fn over(demo: &DemoBuilder, metric: KpiMetric, period: Period) -> Option<Decimal> {
    let rows = &demo.rows;
    let orders: Vec<&orders::Model> =
        rows.orders.iter().filter(|order| counts(order) && period.has(&order.created_at)).collect();
    let revenue = revenue(demo, period);
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
        KpiMetric::RefundTotal => Some(refunds(demo, period)),
        KpiMetric::RefundRate => refunds(demo, period).checked_div(booked(demo, period, Revenue, |_| true)),
        KpiMetric::RevenueGrowth => {
            let before = Period { start: period.start - Months::new(1), end: period.start };
            growth(revenue, self::revenue(demo, before))
        }
        KpiMetric::BudgetUtilisation => {
            let budgets = || {
                let of_year = rows.budgets.iter().filter(|budget| budget.fiscal_year == period.start.year());
                of_year.filter(|budget| u32::try_from(budget.fiscal_month) == Ok(period.start.month()))
            };
            let allocated: Decimal = budgets().map(|budget| budget.allocated_amount).sum();
            budgets().map(|budget| budget.spent_amount).sum::<Decimal>().checked_div(allocated)
        }
        KpiMetric::NewCustomers => Some(Decimal::from(newcomers(demo, period))),
        KpiMetric::LifetimeValue => {
            let earlier = || rows.orders.iter().filter(|order| counts(order) && order.created_at < period.until());
            let buyers: BTreeSet<_> = earlier().map(|order| order.customer_id).collect();
            earlier().map(|order| order.report_amount).sum::<Decimal>().checked_div(Decimal::from(buyers.len()))
        }
        KpiMetric::Satisfaction => {
            let said = rows.customer_interactions.iter().filter(|row| period.has(&row.created_at));
            let moods: Vec<Decimal> = said.filter_map(|row| row.sentiment_score).collect();
            let mean = moods.iter().sum::<Decimal>().checked_div(Decimal::from(moods.len()))?;
            Some(Decimal::from(3) + Decimal::TWO * mean)
        }
        KpiMetric::AcquisitionCost => {
            let spent = booked(demo, period, Expense, |entry| entry.category == "advertising");
            spent.checked_div(Decimal::from(newcomers(demo, period)))
        }
        KpiMetric::ReturnOnAdSpend => touched(demo, period).checked_div(spent_by_campaigns(demo, period)),
        KpiMetric::ReturnOnInvestment => {
            let spent = spent_by_campaigns(demo, period);
            (touched(demo, period) - spent).checked_div(spent)
        }
        KpiMetric::CampaignClickRate => {
            let texts = rows.content.iter().filter(|text| text.published_at.is_some_and(|at| period.has(&at)));
            let figures: Vec<_> = texts.map(|text| &text.performance_metrics).collect();
            let sum = |name: &str| figures.iter().filter_map(|text| text[name].as_i64()).sum::<i64>();
            Decimal::from(sum("clicks")).checked_div(Decimal::from(sum("shown")))
        }
        KpiMetric::ExecutionErrorRate => {
            let ended = |status: ExecutionStatus| {
                let own = rows.workflow_executions.iter().filter(|row| row.status == status);
                Decimal::from(own.filter(|row| row.completed_at.is_some_and(|at| period.has(&at))).count())
            };
            let failed = ended(ExecutionStatus::Failed);
            failed.checked_div(failed + ended(ExecutionStatus::Completed))
        }
        KpiMetric::Manual => Some(Decimal::from(9 + period.start.month() % 5)),
        KpiMetric::InventoryValue | KpiMetric::StockoutCount => None,
    }
}

/// What a metric without a past is now.
pub(super) fn now(demo: &DemoBuilder, metric: KpiMetric) -> Decimal {
    let rows = &demo.rows;
    match metric {
        KpiMetric::StockoutCount => {
            let sold = rows.product_variants.iter().filter(|row| row.is_available && row.inventory_quantity == 0);
            Decimal::from(sold.count())
        }
        _ => stock_at_cost(demo),
    }
}

fn revenue(demo: &DemoBuilder, period: Period) -> Decimal {
    let orders = demo.rows.orders.iter().filter(|order| counts(order) && period.has(&order.created_at));
    orders.map(|order| order.total_amount).sum()
}

fn growth(now: Decimal, before: Decimal) -> Option<Decimal> {
    ((now - before) * Decimal::ONE_HUNDRED).checked_div(before)
}

fn newcomers(demo: &DemoBuilder, period: Period) -> usize {
    demo.rows.customers.iter().filter(|customer| period.has(&customer.created_at)).count()
}

/// What the books say of a type.
fn booked(
    demo: &DemoBuilder,
    period: Period,
    kind: TransactionType,
    fits: impl Fn(&transactions::Model) -> bool,
) -> Decimal {
    let days = period.start..period.end;
    let entries = demo.rows.transactions.iter().filter(|entry| entry.r#type == kind && fits(entry));
    entries.filter(|entry| days.contains(&entry.transaction_date)).map(|entry| entry.amount).sum()
}

/// Refunds, less those that came back.
fn refunds(demo: &DemoBuilder, period: Period) -> Decimal {
    booked(demo, period, Refund, |_| true) + booked(demo, period, Adjustment, |entry| entry.reverses_id.is_some())
}

fn spent_by_campaigns(demo: &DemoBuilder, period: Period) -> Decimal {
    booked(demo, period, Expense, |entry| entry.campaign_id.is_some())
}

/// Revenue that is owed to campaigns by the last touch.
fn touched(demo: &DemoBuilder, period: Period) -> Decimal {
    booked(demo, period, Revenue, |entry| {
        let mut shares = demo.rows.revenue_attribution.iter().filter(|share| share.transaction_id == entry.id);
        shares.any(|share| share.attribution_model == AttributionModel::LastTouch && share.campaign_id.is_some())
    })
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
