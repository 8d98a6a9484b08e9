//! Orders and who placed them. An order belongs to the period in which it was placed.

use rust_decimal::Decimal;
use sea_orm::FromQueryResult;

use super::{Figure, Metric, Part, quotient};
use crate::{analytics::period::Window, database::Sql};

/// When an order `o` was placed.
pub(super) const PLACED_AT: &str = "COALESCE(o.placed_at, o.created_at)";
/// Whether an order `o` was placed and not cancelled.
pub(super) const IS_PLACED: &str = "o.status NOT IN ('draft', 'cancelled')";

/// Orders that were placed.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Sales {
    /// How many in the period.
    orders: i64,
    /// What they total.
    amount: Decimal,
    /// What all total up to the end of the period.
    amount_ever: Decimal,
    /// How many customers placed them.
    customers_ever: i64,
}

/// Customers with orders, up to the end of the period.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Buyers {
    /// With one or more.
    all: i64,
    /// With more than one.
    again: i64,
}

pub(super) const ORDER_COUNT: Metric =
    Metric::new("Orders that were placed and not cancelled.", &[Part::Sales], |it| Some(it.sales.orders.into()));

pub(super) const AVERAGE_ORDER_VALUE: Metric = Metric::new(
    "Totals of the orders that were placed and not cancelled, divided by their number.",
    &[Part::Sales],
    |it| quotient(it.sales.amount, it.sales.orders),
);

pub(super) const LIFETIME_VALUE: Metric = Metric::new(
    "The average order times the orders of a customer, of all orders up to the end of the period.",
    &[Part::Sales],
    |it| quotient(it.sales.amount_ever, it.sales.customers_ever),
);

pub(super) const REPEAT_CUSTOMER_RATE: Metric = Metric::new(
    "Customers with more than one order divided by those with one or more, at the end of the period. Orders that were \
     cancelled, voided or refunded do not count.",
    &[Part::Buyers],
    |it| quotient(it.buyers.again, it.buyers.all),
);

impl Figure for Sales {
    fn write(sql: &mut Sql, window: &Window) {
        let start = window.period.start;
        sql.push("SELECT COUNT(CASE WHEN p.placed_at >= ").bind(start).push(" THEN 1 END) AS orders, ");
        sql.push("ROUND(COALESCE(SUM(CASE WHEN p.placed_at >= ").bind(start);
        sql.push(" THEN p.amount END), 0), 2) AS amount, ROUND(COALESCE(SUM(p.amount), 0), 2) AS amount_ever, ");
        sql.push("COUNT(DISTINCT p.customer_id) AS customers_ever ");
        sql.write(format_args!("FROM (SELECT {PLACED_AT} AS placed_at, o.report_amount AS amount, o.customer_id "));
        sql.write(format_args!("FROM orders AS o WHERE {IS_PLACED} AND {PLACED_AT} < ")).bind(window.period.end);
        sql.push(") AS p");
    }
}

impl Figure for Buyers {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT COUNT(*) AS \"all\", COUNT(CASE WHEN b.orders > 1 THEN 1 END) AS again FROM (");
        sql.write(format_args!("SELECT COUNT(*) AS orders FROM orders AS o WHERE {IS_PLACED} "));
        sql.push("AND o.financial_status NOT IN ('refunded', 'voided') AND o.customer_id IS NOT NULL ");
        sql.write(format_args!("AND {PLACED_AT} < ")).bind(window.period.end);
        sql.push(" GROUP BY o.customer_id) AS b");
    }
}
