//! The books: payments, refunds and bills, and the budgets they are held against.

use chrono::{DateTime, Datelike, TimeDelta, Utc};
use entity::{
    budgets,
    sea_orm_active_enums::{
        FinancialStatus::{Paid, PartiallyRefunded, Refunded},
        TransactionType::{self, Adjustment, Expense, Refund, Revenue},
    },
    transactions,
};
use rust_decimal::Decimal;

use super::{
    DemoAgent,
    builder::{DAY, DemoBuilder, counts, rng},
    catalog::usd,
};

/// Category, name, whose it is, US dollars a month.
const BUDGETS: [(&str, &str, DemoAgent, i64); 4] = [
    ("advertising", "Campaigns", DemoAgent::Revenue, 700),
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
        id: uuid::Uuid::nil(),
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
    }
}

/// One payment per paid order, one refund where money went back.
fn payments(demo: &DemoBuilder, entries: &mut Vec<transactions::Model>) {
    let mut rng = rng("payments");
    for order in &demo.rows.orders {
        if !matches!(order.financial_status, Paid | PartiallyRefunded | Refunded) {
            continue;
        }
        let method =
            if order.subtotal_amount > usd(3_000) { "bank_transfer" } else { rng.pick(&["card", "card", "paypal"]) };
        let of_order = |kind, category, amount, time: DateTime<Utc>, mark: &str| transactions::Model {
            description: Some(format!(
                "{} of order {}",
                if kind == Revenue { "Payment" } else { "Refund" },
                order.order_number
            )),
            order_id: Some(order.id),
            customer_id: order.customer_id,
            payment_method: Some(method.to_owned()),
            external_id: Some(format!("demo-{mark}-{}", order.order_number)),
            ..entry(demo, kind, category, amount, time)
        };
        let paid = order.created_at.to_utc() + TimeDelta::minutes(5);
        entries.push(of_order(Revenue, "sales", order.total_amount, paid, "payment"));
        let back = match order.financial_status {
            Refunded => order.total_amount,
            PartiallyRefunded => (order.total_amount * Decimal::new(rng.between(10, 25), 2)).round_dp(2),
            _ => continue,
        };
        entries.push(of_order(Refund, "returns", back, order.updated_at.to_utc(), "refund"));
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
            let bill = entry(demo, Expense, "advertising", amount, day.and_time(chrono::NaiveTime::MIN).and_utc());
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
            let spent = (demo.rows.transactions.iter())
                .filter(|entry| entry.r#type == Expense && entry.category == category)
                .filter(|entry| entry.transaction_date.year() == year && entry.transaction_date.month() == number)
                .map(|entry| entry.amount)
                .sum();
            let first = month.with_day(1).unwrap_or(month).and_time(chrono::NaiveTime::MIN).and_utc();
            let created = first - TimeDelta::days(5);
            let budget = budgets::Model {
                id: demo.id("budgets", created),
                name: format!("{name} {year}-{number:02}"),
                category: category.to_owned(),
                fiscal_year: year,
                fiscal_month: i32::try_from(number).unwrap_or_default(),
                allocated_amount: usd(dollars),
                spent_amount: spent,
                currency: "USD".to_owned(),
                owner_agent_id: Some(demo.agent(owner)),
                version: 1,
                created_at: created.into(),
                updated_at: created.into(),
            };
            demo.rows.budgets.push(budget);
        }
    }
}
