//! Orders and who placed them. An order belongs to the period in which it was placed.

use super::{Figure, Metric, Part, Spans, cents, quotient, within};
use crate::database::Sql;

/// When an order `o` was placed; null for a draft.
pub(super) const PLACED_AT: &str = "o.placed_at";
/// Whether an order `o` was placed and not cancelled.
pub(super) const IS_PLACED: &str = "o.status NOT IN ('draft', 'cancelled')";

figures! {
    /// Orders that were placed in the period.
    Sales {
        /// How many.
        orders,
        /// What they total, in hundredths.
        amount,
    }
}

figures! {
    /// All orders, up to the end of the period.
    Lifetime {
        /// What they total, in hundredths.
        amount,
        /// How many customers placed them.
        customers,
        /// How many of these placed the first one in the period.
        newcomers,
    }
}

figures! {
    /// Customers with orders that count, up to the end of the period.
    Buyers {
        /// With one or more.
        buyers,
        /// With more than one.
        again,
    }
}

pub(super) const ORDER_COUNT: Metric =
    Metric::new("Orders that were placed and not cancelled.", &[Part::Sales], |it| Some(it.sales.orders.into()));

pub(super) const SALES: Metric = Metric::new(
    "What the orders that were placed and not cancelled are worth now, in the currency of the shop: less what was \
     refunded of them.",
    &[Part::Sales],
    |it| Some(cents(it.sales.amount)),
);

pub(super) const FIRST_BUYERS: Metric = Metric::new(
    "Customers whose first order that was placed and not cancelled lies in the period.",
    &[Part::Lifetime],
    |it| Some(it.lifetime.newcomers.into()),
);

pub(super) const AVERAGE_ORDER_VALUE: Metric = Metric::new(
    "Totals of the orders that were placed and not cancelled, divided by their number.",
    &[Part::Sales],
    |it| quotient(cents(it.sales.amount), it.sales.orders),
);

pub(super) const LIFETIME_VALUE: Metric = Metric::new(
    "The average order times the orders of a customer, of all orders up to the end of the period.",
    &[Part::Lifetime],
    |it| quotient(cents(it.lifetime.amount), it.lifetime.customers),
);

pub(super) const REPEAT_CUSTOMER_RATE: Metric = Metric::new(
    "Customers with more than one order divided by those with one or more, at the end of the period. Orders that were \
     cancelled, voided or refunded do not count.",
    &[Part::Buyers],
    |it| quotient(it.buyers.again, it.buyers.buyers),
);

impl Figure for Sales {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, COUNT(*) AS orders, ").sum("o.report_amount", Some(2)).push(" AS amount FROM ");
        spans.write(sql);
        sql.write(format_args!(" CROSS JOIN orders AS o WHERE {IS_PLACED}"));
        within(sql, PLACED_AT).push(" GROUP BY k.n");
    }
}

impl Figure for Lifetime {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT a.n, a.amount, COALESCE(c.customers, 0) AS customers, ");
        sql.push("COALESCE(c.newcomers, 0) AS newcomers FROM (");
        sql.push("SELECT k.n, ").sum("o.report_amount", Some(2)).push(" AS amount FROM ");
        spans.write(sql);
        sql.write(format_args!(" CROSS JOIN orders AS o WHERE {IS_PLACED} AND {PLACED_AT} < k.end_at GROUP BY k.n"));
        // Customers once, however many periods there are.
        sql.push(") AS a LEFT JOIN (SELECT k.n, COUNT(*) AS customers, ");
        sql.push("COUNT(CASE WHEN f.first_at >= k.start_at THEN 1 END) AS newcomers FROM ");
        spans.write(sql);
        sql.write(format_args!(" CROSS JOIN (SELECT MIN({PLACED_AT}) AS first_at FROM orders AS o WHERE {IS_PLACED} "));
        sql.push("AND o.customer_id IS NOT NULL GROUP BY o.customer_id) AS f ");
        sql.push("WHERE f.first_at < k.end_at GROUP BY k.n) AS c ON c.n = a.n");
    }
}

impl Figure for Buyers {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, COUNT(*) AS buyers, COUNT(CASE WHEN b.second_at < k.end_at THEN 1 END) AS again FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN (SELECT MIN(CASE WHEN r.place = 1 THEN r.placed_at END) AS first_at, ");
        sql.push("MIN(CASE WHEN r.place = 2 THEN r.placed_at END) AS second_at FROM (");
        sql.write(format_args!("SELECT o.customer_id, {PLACED_AT} AS placed_at, row_number() OVER "));
        sql.write(format_args!("(PARTITION BY o.customer_id ORDER BY {PLACED_AT}) AS place FROM orders AS o "));
        sql.write(format_args!("WHERE {IS_PLACED} AND o.financial_status NOT IN ('refunded', 'voided') "));
        sql.push("AND o.customer_id IS NOT NULL) AS r WHERE r.place <= 2 GROUP BY r.customer_id) AS b ");
        sql.push("WHERE b.first_at < k.end_at GROUP BY k.n");
    }
}
