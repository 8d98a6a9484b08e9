//! All orders, and what customers have bought up to a moment.

use super::{
    Figure, Metric, Part, Spans, cents, quotient,
    sales::{IS_PLACED, PLACED_AT},
};
use crate::database::Sql;

/// Whether an order `o` counts for its customer.
const COUNTS: &str = "o.financial_status NOT IN ('refunded', 'voided')";

figures! {
    /// All orders, up to the end of the period.
    Ever {
        /// What they total, in hundredths.
        amount,
        /// How many customers placed them.
        customers,
        /// How many of these placed the first one in the period.
        newcomers,
        /// Customers with one or more that count.
        buyers,
        /// Customers with more than one that counts.
        again,
    }
}

pub(super) const FIRST_BUYERS: Metric = Metric::new(
    "Customers whose first order that was placed and not cancelled lies in the period.",
    &[Part::Ever],
    |it| Some(it.ever.newcomers.into()),
);

pub(super) const LIFETIME_VALUE: Metric = Metric::new(
    "The average order times the orders of a customer, of all orders up to the end of the period.",
    &[Part::Ever],
    |it| quotient(cents(it.ever.amount), it.ever.customers),
);

pub(super) const REPEAT_CUSTOMER_RATE: Metric = Metric::new(
    "Customers with more than one order divided by those with one or more, at the end of the period. Orders that were \
     cancelled, voided or refunded do not count.",
    &[Part::Ever],
    |it| quotient(it.ever.again, it.ever.buyers),
);

/// So many periods are told apart while all orders are read once. Of more, the numbers at each moment are counted up in
/// the order of time.
const FEW: usize = 2;

impl Figure for Ever {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        if spans.count() <= FEW {
            return write_few(sql, spans);
        }
        sql.push("SELECT l.n, l.amount, l.customers, l.newcomers, b.buyers, b.again FROM (");
        write_lifetime(sql, spans);
        sql.push(") AS l JOIN (");
        write_buyers(sql, spans);
        sql.push(") AS b ON b.n = l.n");
    }
}

/// Writes a row for each period, made of one row per customer.
fn write_few(sql: &mut Sql, spans: &Spans<'_>) {
    sql.push("SELECT k.n");
    for name in ["amount", "customers", "newcomers", "buyers", "again"] {
        sql.push(", CASE k.n");
        for (n, _) in spans.numbered() {
            sql.write(format_args!(" WHEN {n} THEN x.{name}_{n}"));
        }
        sql.write(format_args!(" END AS {name}"));
    }
    sql.push(" FROM ");
    spans.write(sql);
    sql.push(" CROSS JOIN (SELECT ");
    for (n, window) in spans.numbered() {
        sql.write(format_args!("CAST(SUM(c.amount_{n}) AS bigint) AS amount_{n}, "));
        sql.write(format_args!("COUNT(CASE WHEN c.first_at < ")).bind(window.period.end);
        sql.write(format_args!(" THEN c.customer_id END) AS customers_{n}, COUNT(CASE WHEN c.first_at >= "));
        sql.bind(window.period.start).push(" AND c.first_at < ").bind(window.period.end);
        sql.write(format_args!(" THEN c.customer_id END) AS newcomers_{n}, "));
        sql.write(format_args!("COUNT(CASE WHEN c.bought_{n} > 0 THEN c.customer_id END) AS buyers_{n}, "));
        sql.write(format_args!("COUNT(CASE WHEN c.bought_{n} > 1 THEN c.customer_id END) AS again_{n}, "));
    }
    sql.write(format_args!("COUNT(*) AS rows_read FROM (SELECT o.customer_id, MIN({PLACED_AT}) AS first_at"));
    for (n, window) in spans.numbered() {
        sql.push(", SUM(CASE WHEN ").write(format_args!("{PLACED_AT} < ")).bind(window.period.end);
        sql.push(" THEN ").units("o.report_amount", 2).write(format_args!(" END) AS amount_{n}, "));
        sql.write(format_args!("COUNT(CASE WHEN {COUNTS} AND {PLACED_AT} < ")).bind(window.period.end);
        sql.write(format_args!(" THEN 1 END) AS bought_{n}"));
    }
    sql.write(format_args!(" FROM orders AS o WHERE {IS_PLACED} GROUP BY o.customer_id) AS c) AS x"));
}

/// Writes what all orders came to at the end of each period, and who placed the first one in it.
fn write_lifetime(sql: &mut Sql, spans: &Spans<'_>) {
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

/// Writes who had bought by the end of each period, and who had bought again.
fn write_buyers(sql: &mut Sql, spans: &Spans<'_>) {
    sql.push("SELECT s.n, CAST(s.buyers AS bigint) AS buyers, CAST(s.again AS bigint) AS again FROM (");
    sql.push("SELECT e.n, SUM(e.buyers) OVER w AS buyers, SUM(e.again) OVER w AS again FROM (");
    sql.push("SELECT k.n, k.end_at AS at, 0 AS turn, 0 AS buyers, 0 AS again FROM ");
    spans.write(sql);
    sql.push(" UNION ALL SELECT NULL, r.placed_at, 1, CASE r.place WHEN 1 THEN 1 ELSE 0 END, ");
    sql.push("CASE r.place WHEN 2 THEN 1 ELSE 0 END FROM (");
    sql.write(format_args!("SELECT {PLACED_AT} AS placed_at, row_number() OVER "));
    sql.write(format_args!("(PARTITION BY o.customer_id ORDER BY {PLACED_AT}) AS place FROM orders AS o "));
    sql.write(format_args!("WHERE {IS_PLACED} AND {COUNTS} "));
    sql.push("AND o.customer_id IS NOT NULL) AS r WHERE r.place <= 2) AS e ");
    sql.push("WINDOW w AS (ORDER BY e.at, e.turn ROWS UNBOUNDED PRECEDING)) AS s WHERE s.n IS NOT NULL");
}
