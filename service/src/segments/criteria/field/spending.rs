//! What customers spent, and when.

use chrono::TimeDelta;
use entity::sea_orm_active_enums::{FinancialStatus, OrderStatus};
use rust_decimal::Decimal;

use super::{
    Condition, Read, column,
    group::{Count, Rows, counted},
};
use crate::{
    database::{Alias, Col, Sql},
    refusal::Refusal,
    segments::criteria::{
        given::Given,
        operand::{Moment, Number, Whole},
        test::{Comparison, Test},
    },
};

pub(super) const FIELDS: &[(&str, Read)] = &[
    ("totalSpent", |given| column::<Number>(given, "total_spent")),
    ("ordersCount", |given| column::<Whole>(given, "orders_count")),
    ("averageOrderValue", |given| column::<Number>(given, "average_order_value")),
    ("lastOrderDate", |given| column::<Moment>(given, "last_order_date")),
    ("daysSinceLastOrder", days_since_last_order),
    ("ordersIn", |given| whole(given, &ORDERS, "COUNT(*)")),
    ("spentIn", spent_in),
    ("returnedIn", |given| whole(given, &RETURNS, "SUM(l.received_quantity)")),
];

/// The orders that count, as they do in the totals of customers.
static ORDERS: Rows = Rows {
    from: "orders AS o",
    owner: "o.customer_id",
    at: "COALESCE(o.placed_at, o.created_at)",
    only: write_counted,
};

/// The pieces that came back.
static RETURNS: Rows = Rows {
    from: "return_lines AS l JOIN returns AS r ON r.id = l.return_id JOIN orders AS o ON o.id = r.order_id",
    owner: "o.customer_id",
    at: "COALESCE(r.received_at, r.updated_at)",
    only: |sql| {
        sql.push(" AND l.received_quantity > 0");
    },
};

/// Writes which orders `o` count.
pub(super) fn write_counted(sql: &mut Sql) {
    sql.push(" AND o.status NOT").is_one_of(&[OrderStatus::Draft, OrderStatus::Cancelled]);
    sql.push(" AND o.financial_status NOT").is_one_of(&[FinancialStatus::Refunded, FinancialStatus::Voided]);
}

/// A number of rows, or of pieces, of the last days.
fn whole(given: &Given<'_>, rows: &'static Rows, value: &'static str) -> Result<Condition, Refusal> {
    given.only(&["days"])?;
    let count = Count { rows, value, of_none: Some(Whole(0)), last: given.last_days()?, only: None };
    Ok(counted(count, Test::read(given)?))
}

/// What was spent in the last days, in the shop's currency.
fn spent_in(given: &Given<'_>) -> Result<Condition, Refusal> {
    given.only(&["days"])?;
    let (value, of_none) = ("ROUND(SUM(o.report_amount), 2)", Some(Number(Decimal::ZERO)));
    let count = Count { rows: &ORDERS, value, of_none, last: given.last_days()?, only: None };
    Ok(counted(count, Test::read(given)?))
}

/// The most days that are asked about.
const DAYS: i64 = 36_525;

/// Whole days since the last order; null without one.
fn days_since_last_order(given: &Given<'_>) -> Result<Condition, Refusal> {
    given.only(&[])?;
    let test = Test::<Whole>::read(given)?;
    let is_asked = |days: &Whole| (0..=DAYS).contains(&days.0);
    let are_asked = match &test {
        Test::OneOf(days, _) => days.iter().all(is_asked),
        Test::Compare(_, days) => is_asked(days),
        Test::Between(from, to) => is_asked(from) && is_asked(to),
        _ => true,
    };
    if !are_asked {
        return Err(given.refuse("value", format!("a number of days is between 0 and {DAYS}")));
    }
    Ok(Condition::new(move |sql, customer| write_days(sql, customer, &test)))
}

/// Writes what is asked of the days as what it means for the moment: a day is over when the next one begins.
fn write_days(sql: &mut Sql, table: Alias, test: &Test<Whole>) {
    let moment = Col { table, name: "last_order_date" };
    match test {
        Test::OneOf(days, is_wanted) => {
            sql.push("(").any(days, |sql, days| write_span(sql, moment, Some(days.0), days.0.checked_add(1)));
            sql.push(if *is_wanted { ")" } else { ") IS NOT TRUE" });
        }
        Test::Compare(how, Whole(days)) => match how {
            Comparison::Less => write_span(sql, moment, None, Some(*days)),
            Comparison::LessOrEqual => write_span(sql, moment, None, days.checked_add(1)),
            Comparison::Greater => write_span(sql, moment, days.checked_add(1), None),
            Comparison::GreaterOrEqual => write_span(sql, moment, Some(*days), None),
        },
        Test::Between(from, to) => write_span(sql, moment, Some(from.0), to.0.checked_add(1)),
        other => other.write(sql, &moment.to_string()),
    }
}

/// Writes that the number of days since a moment is in a range.
fn write_span(sql: &mut Sql, moment: Col, least: Option<i64>, below: Option<i64>) {
    sql.write(format_args!("({moment} IS NOT NULL"));
    if let Some(days) = least {
        sql.write(format_args!(" AND {moment} <= ")).ago(TimeDelta::days(days));
    }
    if let Some(days) = below {
        sql.write(format_args!(" AND {moment} > ")).ago(TimeDelta::days(days));
    }
    sql.push(")");
}
