//! The books: each entry that moves money is a transaction, and one that takes an earlier entry back reverses the earlier
//! one's.

use chrono::{DateTime, NaiveDate, Utc};
use entity::{
    orders, payments,
    sea_orm_active_enums::{PaymentEntryKind, TransactionType},
};
use rust_decimal::Decimal;
use sea_orm::ActiveEnum;
use uuid::Uuid;

use super::entry::Entry;
use crate::{
    UnitOfWork,
    database::{Column, columns},
    finance::{budget::Fact, cost::Cost},
    money::currency,
    pricing::rate::{SAME, converted},
    refusal::{Code, Facts, Refusal},
    settings::Settings,
    zone,
};

/// Refuses a request while the books are closed for today: what it asks for would have to be booked.
pub(crate) fn check_open(settings: &Settings, now: DateTime<Utc>) -> Result<(), Refusal> {
    check_day(settings, day(settings, now))
}

/// The same for a day.
pub(crate) fn check_day(settings: &Settings, day: NaiveDate) -> Result<(), Refusal> {
    match settings.books_closed_until.filter(|until| day <= *until) {
        Some(until) => {
            let message = format!("the books are closed up to {until}");
            Err(Refusal::new(Code::ClosedPeriod, message).with(Facts::ClosedUntil(until)))
        }
        None => Ok(()),
    }
}

/// What is written of an entry.
struct Row<'a> {
    id: Uuid,
    category: &'a str,
    amount: Decimal,
    currency: &'a str,
    description: String,
    order_id: Uuid,
    customer_id: Option<Uuid>,
    payment_method: Option<&'a str>,
    transaction_date: NaiveDate,
    payment_entry_id: Uuid,
    report_amount: Option<Decimal>,
}

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    columns!(Row<'a>:
        id,
        category,
        amount,
        currency,
        description,
        order_id,
        customer_id,
        payment_method,
        transaction_date,
        payment_entry_id,
        report_amount,
    )
    .into()
}

/// Books an entry, if it moves money; what it costs the shop, if anything, still has to be counted on a budget.
pub(crate) fn book(
    unit: &UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    payment: &payments::Model,
    entry: &Entry,
) -> Option<Fact> {
    let (of_type, category) = account(entry.kind)?;
    let amount = if of_type == TransactionType::Adjustment { -entry.amount } else { entry.amount };
    let happened = day(settings, entry.occurred_at);
    let booked = first_open(happened, settings.books_closed_until);
    let description = match booked == happened {
        true => format!("Order {}", order.order_number),
        false => format!("Order {}, of {happened}: the books of that day are closed", order.order_number),
    };
    let row = Row {
        id: Uuid::now_v7(),
        category,
        amount,
        currency: &entry.currency,
        description,
        order_id: order.id,
        customer_id: order.customer_id,
        payment_method: payment.method.as_deref(),
        transaction_date: booked,
        payment_entry_id: entry.id,
        report_amount: reported(settings, order, amount),
    };
    match entry.request_id.filter(|_| of_type == TransactionType::Adjustment) {
        None => {
            let same = [("type", of_type.to_value().into()), ("created_at", unit.now().into())];
            unit.insert("transactions", &columns(), &same, [&row]);
        }
        Some(reversed) => unit.write(|sql| {
            let columns = columns();
            let names: Vec<&str> = columns.iter().map(|column| column.name).collect();
            sql.write(format_args!("INSERT INTO transactions (type, created_at, reverses_id, {}) ", names.join(", ")));
            sql.push("SELECT ").bind(of_type.to_value()).push(", ").bind(unit.now());
            sql.push(", (SELECT t.id FROM transactions AS t WHERE t.payment_entry_id = ").bind(reversed);
            sql.push("), k.* FROM ").records(&columns, [&row]);
        }),
    }
    (of_type == TransactionType::Expense).then(|| Fact {
        slice: None,
        category: category.to_owned(),
        day: booked,
        cost: Cost { amount, currency: entry.currency.clone(), reported: row.report_amount },
    })
}

/// Where an entry is booked: what it is, and its category.
fn account(kind: PaymentEntryKind) -> Option<(TransactionType, &'static str)> {
    match kind {
        PaymentEntryKind::Captured => Some((TransactionType::Revenue, "sales")),
        PaymentEntryKind::Refunded => Some((TransactionType::Refund, "returns")),
        PaymentEntryKind::RefundReversed => Some((TransactionType::Adjustment, "returns")),
        PaymentEntryKind::ChargedBack => Some((TransactionType::Refund, "chargeback")),
        PaymentEntryKind::ChargebackReversed => Some((TransactionType::Adjustment, "chargeback")),
        PaymentEntryKind::Fee => Some((TransactionType::Expense, "payment_fees")),
        _ => None,
    }
}

/// The day of a moment where the shop is.
pub(crate) fn day(settings: &Settings, at: DateTime<Utc>) -> NaiveDate {
    zone::day_of(at, settings.time_zone)
}

/// What happened in a closed period is booked on the first day after it.
pub(crate) fn first_open(day: NaiveDate, closed_until: Option<NaiveDate>) -> NaiveDate {
    let after = closed_until.and_then(|until| until.succ_opt());
    after.map_or(day, |open| day.max(open))
}

/// An amount in the shop's currency, at the order's rate; none where it is the same.
fn reported(settings: &Settings, order: &orders::Model, amount: Decimal) -> Option<Decimal> {
    let is_same = order.currency == settings.currency && order.exchange_rate_e10 == SAME;
    (!is_same).then(|| in_report_currency(settings, order, amount))
}

/// An amount of an order in the shop's currency.
pub(crate) fn in_report_currency(settings: &Settings, order: &orders::Model, amount: Decimal) -> Decimal {
    converted(amount, order.exchange_rate_e10, currency::step(&settings.currency))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closed_days_are_booked_on_the_first_open_one() {
        let day = |day| NaiveDate::from_ymd_opt(2026, 1, day).expect("a day");
        assert_eq!(first_open(day(5), None), day(5));
        assert_eq!(first_open(day(5), Some(day(4))), day(5));
        assert_eq!(first_open(day(5), Some(day(5))), day(6));
        assert_eq!(first_open(day(5), Some(day(20))), day(21));
    }

    #[test]
    fn nothing_is_asked_for_while_the_books_are_closed() {
        let now = DateTime::<Utc>::UNIX_EPOCH;
        let until = |day| Settings { books_closed_until: NaiveDate::from_ymd_opt(1970, 1, day), ..Settings::default() };
        assert_eq!(check_open(&Settings::default(), now), Ok(()));
        let refused = check_open(&until(1), now).expect_err("refused");
        assert_eq!(refused.code, Code::ClosedPeriod);
        let yesterday = Settings { books_closed_until: NaiveDate::from_ymd_opt(1969, 12, 31), ..Settings::default() };
        assert_eq!(check_open(&yesterday, now), Ok(()));
        // It is still yesterday there.
        let west = Settings { time_zone: chrono_tz::Tz::America__New_York, ..yesterday };
        assert!(check_open(&west, now).is_err());
    }
}
