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
        sql.push("SELECT s.n, CAST(MAX(CASE WHEN s.is_end = 1 THEN s.amount END) AS bigint) AS amount, ");
        sql.push("CAST(MAX(CASE WHEN s.is_end = 1 THEN s.customers END) AS bigint) AS customers, ");
        sql.push("CAST(MAX(CASE WHEN s.is_end = 1 THEN s.customers END) ");
        sql.push("- MAX(CASE WHEN s.is_end = 0 THEN s.customers END) AS bigint) AS newcomers FROM (");
        // In the order of time: how much there was when each period began, and when it ended.
        sql.push("SELECT e.n, e.is_end, SUM(e.amount) OVER w AS amount, SUM(e.customers) OVER w AS customers FROM (");
        sql.push("SELECT k.n, 1 AS is_end, k.end_at AS at, 0 AS turn, 0 AS amount, 0 AS customers FROM ");
        spans.write(sql);
        sql.push(" UNION ALL SELECT k.n, 0, k.start_at, 0, 0, 0 FROM ");
        spans.write(sql);
        sql.write(format_args!(" UNION ALL SELECT NULL, NULL, {PLACED_AT}, 1, ")).units("o.report_amount", 2);
        sql.write(format_args!(", 0 FROM orders AS o WHERE {IS_PLACED}"));
        sql.write(format_args!(" UNION ALL SELECT NULL, NULL, MIN({PLACED_AT}), 1, 0, 1 FROM orders AS o "));
        sql.write(format_args!("WHERE {IS_PLACED} AND o.customer_id IS NOT NULL GROUP BY o.customer_id"));
        sql.push(") AS e WINDOW w AS (ORDER BY e.at, e.turn ROWS UNBOUNDED PRECEDING)");
        sql.push(") AS s WHERE s.n IS NOT NULL GROUP BY s.n");
    }
}

impl Figure for Buyers {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT s.n, CAST(s.buyers AS bigint) AS buyers, CAST(s.again AS bigint) AS again FROM (");
        sql.push("SELECT e.n, SUM(e.buyers) OVER w AS buyers, SUM(e.again) OVER w AS again FROM (");
        sql.push("SELECT k.n, k.end_at AS at, 0 AS turn, 0 AS buyers, 0 AS again FROM ");
        spans.write(sql);
        sql.push(" UNION ALL SELECT NULL, r.placed_at, 1, CASE r.place WHEN 1 THEN 1 ELSE 0 END, ");
        sql.push("CASE r.place WHEN 2 THEN 1 ELSE 0 END FROM (");
        sql.write(format_args!("SELECT {PLACED_AT} AS placed_at, row_number() OVER "));
        sql.write(format_args!("(PARTITION BY o.customer_id ORDER BY {PLACED_AT}) AS place FROM orders AS o "));
        sql.write(format_args!("WHERE {IS_PLACED} AND o.financial_status NOT IN ('refunded', 'voided') "));
        sql.push("AND o.customer_id IS NOT NULL) AS r WHERE r.place <= 2) AS e ");
        sql.push("WINDOW w AS (ORDER BY e.at, e.turn ROWS UNBOUNDED PRECEDING)) AS s WHERE s.n IS NOT NULL");
    }
}
