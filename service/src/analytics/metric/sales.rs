//! Orders and who placed them. An order belongs to the period in which it was placed.

use super::{Figure, Metric, Part, Spans, cents, quotient, within};
use crate::database::Sql;

/// When an order `o` was placed; null for a draft.
pub(crate) const PLACED_AT: &str = "o.placed_at";
/// Whether an order `o` was placed and not cancelled.
pub(crate) const IS_PLACED: &str = "o.status NOT IN ('draft', 'cancelled')";

figures! {
    /// Orders that were placed in the period.
    Sales {
        /// How many.
        orders,
        /// What they total, in hundredths.
        amount,
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

pub(super) const AVERAGE_ORDER_VALUE: Metric = Metric::new(
    "Totals of the orders that were placed and not cancelled, divided by their number.",
    &[Part::Sales],
    |it| quotient(cents(it.sales.amount), it.sales.orders),
);

impl Figure for Sales {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, COUNT(*) AS orders, ").sum("o.report_amount", Some(2)).push(" AS amount FROM ");
        spans.write(sql);
        sql.write(format_args!(" CROSS JOIN orders AS o WHERE {IS_PLACED}"));
        within(sql, PLACED_AT).push(" GROUP BY k.n");
    }
}
