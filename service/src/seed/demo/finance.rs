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
    Who,
    catalog::usd,
    house::{DAY, House, counts, dice},
};

/// Category, name, whose it is, US dollars a month.
const BUDGETS: [(&str, &str, Who, i64); 4] = [
    ("advertising", "Campaigns", Who::Revenue, 700),
    ("materials", "Canvas, ink and frames", Who::Operations, 5_500),
    ("shipping", "Carriers and crates", Who::Operations, 1_600),
    ("software", "Subscriptions", Who::Finance, 240),
];
/// What each week's sales cost, in thousandths of them: category, share, text.
const WEEKLY: [(&str, i64, &str); 3] = [
    ("materials", 305, "Prints and frames of the week"),
    ("shipping", 88, "Carriers' bill of the week"),
    ("payment_fees", 29, "Card fees of the week"),
];

pub(super) fn plant(house: &mut House) {
    let mut entries = Vec::new();
    payments(house, &mut entries);
    weekly_bills(house, &mut entries);
    monthly_bills(house, &mut entries);
    advertising(house, &mut entries);
    entries.push(transactions::Model {
        description: Some("A carrier's credit note was booked twice".to_owned()),
        ..entry(house, Adjustment, "shipping", Decimal::new(-3_500, 2), house.ago(33 * DAY))
    });
    entries.sort_by_key(|entry| entry.created_at);
    for mut entry in entries {
        entry.id = house.id("transactions", entry.created_at.to_utc());
        house.rows.transactions.push(entry);
    }
    plan(house);
}

/// A line of the books without its id.
fn entry(
    house: &House,
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
        agent_id: Some(house.agent(Who::Finance)),
        campaign_id: None,
        payment_method: None,
        external_id: None,
        transaction_date: created.date_naive(),
        created_at: created.into(),
    }
}

/// One payment per paid order, one refund where money went back.
fn payments(house: &House, entries: &mut Vec<transactions::Model>) {
    let mut dice = dice("payments");
    for order in &house.rows.orders {
        if !matches!(order.financial_status, Paid | PartiallyRefunded | Refunded) {
            continue;
        }
        let method =
            if order.subtotal_amount > usd(3_000) { "bank_transfer" } else { dice.pick(&["card", "card", "paypal"]) };
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
            ..entry(house, kind, category, amount, time)
        };
        let paid = order.created_at.to_utc() + TimeDelta::minutes(5);
        entries.push(of_order(Revenue, "sales", order.total_amount, paid, "payment"));
        let back = match order.financial_status {
            Refunded => order.total_amount,
            PartiallyRefunded => (order.total_amount * Decimal::new(dice.between(10, 25), 2)).round_dp(2),
            _ => continue,
        };
        entries.push(of_order(Refund, "returns", back, order.updated_at.to_utc(), "refund"));
    }
}

fn weekly_bills(house: &House, entries: &mut Vec<transactions::Model>) {
    for week in house.closed_weeks(26) {
        let sold: Decimal = (house.rows.orders.iter())
            .filter(|order| week.has(&order.created_at) && counts(order))
            .map(|order| order.subtotal_amount - order.discount_amount)
            .sum();
        for (category, share, text) in WEEKLY {
            let amount = (sold * Decimal::new(share, 3)).round_dp(2);
            if amount > Decimal::ZERO {
                let bill = entry(house, Expense, category, amount, week.until());
                entries.push(transactions::Model { description: Some(text.to_owned()), ..bill });
            }
        }
    }
}

fn monthly_bills(house: &House, entries: &mut Vec<transactions::Model>) {
    for (order, month) in (0..).zip(house.closed_months(6)) {
        for (cents, text) in
            [(12_900, "Shop platform"), (4_900 + order * 400, "Workflow hosting"), (3_850, "Mail service")]
        {
            let bill = entry(house, Expense, "software", Decimal::new(cents, 2), month.from() + TimeDelta::hours(6));
            entries.push(transactions::Model { description: Some(text.to_owned()), ..bill });
        }
    }
}

/// Splits what each campaign spent over its weeks until yesterday.
fn advertising(house: &House, entries: &mut Vec<transactions::Model>) {
    for campaign in &house.rows.campaigns {
        let (Some(start), Some(end)) = (campaign.start_date, campaign.end_date) else { continue };
        if campaign.spent.is_zero() {
            continue;
        }
        let weeks = ((end.min(house.day(-1)) - start).num_days() / 7).max(1);
        let usual = (campaign.spent / Decimal::from(weeks)).trunc_with_scale(2);
        for week in 0..weeks {
            let rest = campaign.spent - usual * Decimal::from(weeks - 1);
            let amount = if week + 1 == weeks { rest } else { usual };
            let day = start + TimeDelta::days(week * 7);
            let bill = entry(house, Expense, "advertising", amount, day.and_time(chrono::NaiveTime::MIN).and_utc());
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
fn plan(house: &mut House) {
    let mut months: Vec<_> = house.closed_months(6).iter().map(|month| month.start).collect();
    months.push(house.now.date_naive());
    for month in months {
        for (category, name, owner, dollars) in BUDGETS {
            let (year, number) = (month.year(), month.month());
            let spent = (house.rows.transactions.iter())
                .filter(|entry| entry.r#type == Expense && entry.category == category)
                .filter(|entry| entry.transaction_date.year() == year && entry.transaction_date.month() == number)
                .map(|entry| entry.amount)
                .sum();
            let first = month.with_day(1).unwrap_or(month).and_time(chrono::NaiveTime::MIN).and_utc();
            let created = first - TimeDelta::days(5);
            let budget = budgets::Model {
                id: house.id("budgets", created),
                name: format!("{name} {year}-{number:02}"),
                category: category.to_owned(),
                fiscal_year: year,
                fiscal_month: i32::try_from(number).unwrap_or_default(),
                allocated_amount: usd(dollars),
                spent_amount: spent,
                currency: "USD".to_owned(),
                owner_agent_id: Some(house.agent(owner)),
                version: 1,
                created_at: created.into(),
                updated_at: created.into(),
            };
            house.rows.budgets.push(budget);
        }
    }
}
