//! The books: payments, refunds and bills, and the budgets they are held against.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use entity::{
    budgets,
    sea_orm_active_enums::{
        PaymentEntryKind,
        TransactionType::{self, Adjustment, Expense, Refund, Revenue},
    },
    transactions,
};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, counts},
    catalog::usd,
};

/// The category of what campaigns cost.
pub(super) const ADVERTISING: &str = "advertising";
/// Category, name, whose it is, US dollars a month.
const BUDGETS: [(&str, &str, DemoAgent, i64); 4] = [
    (ADVERTISING, "Campaigns", DemoAgent::Revenue, 700),
    ("materials", "Canvas, ink and frames", DemoAgent::Operations, 5_500),
    ("shipping", "Carriers and crates", DemoAgent::Operations, 1_600),
    ("software", "Subscriptions", DemoAgent::Finance, 240),
];
/// What each week's sales cost, in thousandths of them: category, share, text.
const WEEKLY: [(&str, i64, &str); 3] = [
    ("materials", 305, "Prints and frames of the week"),
    ("shipping", 88, "Carriers' bill of the week"),
    ("payment_fees", 29, "Card fees of the week"),
];

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut entries = Vec::new();
    payments(demo, &mut entries);
    weekly_bills(demo, &mut entries);
    monthly_bills(demo, &mut entries);
    advertising(demo, &mut entries);
    entries.push(transactions::Model {
        description: Some("A carrier's credit note was booked twice".to_owned()),
        ..entry(demo, Adjustment, "shipping", Decimal::new(-3_500, 2), demo.ago(33 * DAY))
    });
    entries.sort_by_key(|entry| entry.created_at);
    for mut entry in entries {
        entry.id = demo.id("transactions", entry.created_at.to_utc());
        demo.rows.transactions.push(entry);
    }
    reverse(demo);
    plan(demo);
}

/// A line of the books without its id.
fn entry(
    demo: &DemoBuilder,
    kind: TransactionType,
    category: &str,
    amount: Decimal,
    created: DateTime<Utc>,
) -> transactions::Model {
    transactions::Model {
        id: Uuid::nil(),
        r#type: kind,
        category: category.to_owned(),
        amount,
        currency: "USD".to_owned(),
        description: None,
        order_id: None,
        customer_id: None,
        agent_id: Some(demo.agent(DemoAgent::Finance)),
        campaign_id: None,
        payment_method: None,
        external_id: None,
        transaction_date: created.date_naive(),
        created_at: created.into(),
        payment_entry_id: None,
        reverses_id: None,
        report_amount: None,
        budget_slice_id: None,
    }
}

/// A line for each entry of the payments' ledger that moved money.
fn payments(demo: &DemoBuilder, entries: &mut Vec<transactions::Model>) {
    for moved in &demo.rows.payment_entries {
        let (kind, category, what) = match moved.kind {
            PaymentEntryKind::Captured => (Revenue, "sales", "Payment"),
            PaymentEntryKind::Refunded => (Refund, "returns", "Refund"),
            PaymentEntryKind::ChargedBack => (Refund, "chargeback", "Charge-back"),
            PaymentEntryKind::Fee => (Expense, "payment_fees", "Fee of the bank"),
            PaymentEntryKind::RefundReversed => (Adjustment, "returns", "Refund came back"),
            PaymentEntryKind::ChargebackReversed => (Adjustment, "chargeback", "Charge-back came back"),
            _ => continue,
        };
        let payment = demo.rows.payments.iter().find(|payment| payment.id == moved.payment_id);
        let order = demo.rows.orders.iter().find(|order| payment.is_some_and(|payment| payment.order_id == order.id));
        let (Some(payment), Some(order)) = (payment, order) else { continue };
        let amount = if kind == Adjustment { -moved.amount } else { moved.amount };
        entries.push(transactions::Model {
            description: Some(format!("{what} of order {}", order.order_number)),
            order_id: Some(order.id),
            customer_id: order.customer_id,
            payment_method: payment.method.clone(),
            payment_entry_id: Some(moved.id),
            ..entry(demo, kind, category, amount, moved.occurred_at.to_utc())
        });
    }
}

/// Says of each reversal which line it reverses: that of the entry which the ledger's names.
fn reverse(demo: &mut DemoBuilder) {
    let booked: Vec<(Option<Uuid>, Uuid)> =
        demo.rows.transactions.iter().map(|entry| (entry.payment_entry_id, entry.id)).collect();
    for entry in demo.rows.transactions.iter_mut().filter(|entry| entry.r#type == Adjustment) {
        let moved = demo.rows.payment_entries.iter().find(|moved| Some(moved.id) == entry.payment_entry_id);
        let original = moved.and_then(|moved| moved.request_id);
        let original = booked.iter().find(|(entry, _)| entry.is_some() && *entry == original);
        entry.reverses_id = original.map(|(_, id)| *id);
    }
}

fn weekly_bills(demo: &DemoBuilder, entries: &mut Vec<transactions::Model>) {
    for week in demo.closed_weeks(26) {
        let sold: Decimal = (demo.rows.orders.iter())
            .filter(|order| week.has(&order.created_at) && counts(order))
            .map(|order| order.subtotal_amount - order.discount_amount)
            .sum();
        for (category, share, text) in WEEKLY {
            let amount = (sold * Decimal::new(share, 3)).round_dp(2);
            if amount > Decimal::ZERO {
                let bill = entry(demo, Expense, category, amount, week.until());
                entries.push(transactions::Model { description: Some(text.to_owned()), ..bill });
            }
        }
    }
}

fn monthly_bills(demo: &DemoBuilder, entries: &mut Vec<transactions::Model>) {
    for (order, month) in (0..).zip(demo.closed_months(6)) {
        for (cents, text) in
            [(12_900, "Shop platform"), (4_900 + order * 400, "Workflow hosting"), (3_850, "Mail service")]
        {
            let bill = entry(demo, Expense, "software", Decimal::new(cents, 2), month.from() + TimeDelta::hours(6));
            entries.push(transactions::Model { description: Some(text.to_owned()), ..bill });
        }
    }
}

/// Splits what each campaign spent over its weeks until yesterday.
fn advertising(demo: &DemoBuilder, entries: &mut Vec<transactions::Model>) {
    for campaign in &demo.rows.campaigns {
        let (Some(start), Some(end)) = (campaign.start_date, campaign.end_date) else { continue };
        if campaign.spent.is_zero() {
            continue;
        }
        let weeks = ((end.min(demo.day(-1)) - start).num_days() / 7).max(1);
        let usual = (campaign.spent / Decimal::from(weeks)).trunc_with_scale(2);
        for week in 0..weeks {
            let rest = campaign.spent - usual * Decimal::from(weeks - 1);
            let amount = if week + 1 == weeks { rest } else { usual };
            let day = start + TimeDelta::days(week * 7);
            let bill = entry(demo, Expense, ADVERTISING, amount, day.and_time(chrono::NaiveTime::MIN).and_utc());
            entries.push(transactions::Model {
                description: Some(format!("{}, week {}", campaign.name, week + 1)),
                campaign_id: Some(campaign.id),
                agent_id: campaign.owner_agent_id,
                ..bill
            });
        }
    }
}

/// Six months back, and this one.
fn plan(demo: &mut DemoBuilder) {
    let mut months: Vec<_> = demo.closed_months(6).iter().map(|month| month.start).collect();
    months.push(demo.now.date_naive());
    for month in months {
        for (category, name, owner, dollars) in BUDGETS {
            let (year, number) = (month.year(), month.month());
            let first = month.with_day(1).unwrap_or(month).and_time(chrono::NaiveTime::MIN).and_utc();
            let created = first - TimeDelta::days(5);
            let mut budget = budgets::Model {
                id: demo.id("budgets", created),
                name: format!("{name} {year}-{number:02}"),
                category: category.to_owned(),
                fiscal_year: year,
                fiscal_month: i32::try_from(number).unwrap_or_default(),
                allocated_amount: usd(dollars),
                spent_amount: Decimal::ZERO,
                currency: "USD".to_owned(),
                owner_agent_id: Some(demo.agent(owner)),
                version: 1,
                created_at: created.into(),
                updated_at: created.into(),
            };
            let expenses = demo.rows.transactions.iter().filter(|entry| counts_on(entry, &budget));
            budget.spent_amount = expenses.map(|entry| entry.amount).sum();
            demo.rows.budgets.push(budget);
        }
    }
}

/// Whether an expense is one of a budget's category and month.
pub(super) fn counts_on(entry: &transactions::Model, budget: &budgets::Model) -> bool {
    let day = entry.transaction_date;
    entry.r#type == Expense
        && entry.category == budget.category
        && day.year() == budget.fiscal_year
        && i32::try_from(day.month()) == Ok(budget.fiscal_month)
}
