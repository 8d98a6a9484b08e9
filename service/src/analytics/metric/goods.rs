//! What is sold: its margin, its stock, and how much of it is looked at, shipped and sent back.

use serde_json::Map;

use super::{
    Figure, Metric, Part, Spans, cents, quotient,
    sales::{IS_PLACED, PLACED_AT},
    within,
};
use crate::database::Sql;

figures! {
    /// Lines of orders.
    Margin {
        /// The totals of all lines without taxes, in ten-thousandths.
        net,
        /// Of those whose product has a cost.
        covered,
        /// What the pieces of these cost.
        cost,
    }
}

figures! {
    /// What is on hand now.
    Stock {
        /// Its cost, in hundredths.
        cost,
        /// The variants whose product has a cost.
        variants,
        /// The variants on hand whose product has none.
        without_cost,
        /// All variants on hand.
        stocked,
        /// The variants on sale without a piece.
        sold_out,
    }
}

figures! {
    /// Product metrics.
    Views {
        views,
        purchases,
    }
}

figures! {
    /// Pieces of parcels.
    Pieces {
        shipped,
        /// What came back.
        received,
    }
}

pub(super) const GROSS_MARGIN: Metric = Metric::new(
    "Net sales less the cost of the pieces, divided by net sales, times 100. Lines of products without a cost are left \
     out.",
    &[Part::Margin],
    |it| quotient(it.margin.covered - it.margin.cost, it.margin.covered),
)
.in_percent()
.with_coverage(|it| quotient(it.margin.covered, it.margin.net));

pub(super) const INVENTORY_VALUE: Metric = Metric::new(
    "Pieces on hand, available and reserved, times the cost of their product. Products without a cost in the currency \
     of the shop are left out.",
    &[Part::Stock],
    |it| (it.stock.variants > 0).then_some(cents(it.stock.cost)),
)
.of_the_present()
.with_details(|it| Map::from_iter([("withoutCost".to_owned(), it.stock.without_cost.into())]))
.with_coverage(|it| quotient(it.stock.stocked - it.stock.without_cost, it.stock.stocked));

pub(super) const STOCKOUT_COUNT: Metric =
    Metric::new("Variants on sale that take no backorders and of which no piece is available.", &[Part::Stock], |it| {
        Some(it.stock.sold_out.into())
    })
    .of_the_present()
    .better_low();

pub(super) const CONVERSION_RATE: Metric = Metric::new(
    "Purchases divided by views, of the product metrics whose days all lie in the period.",
    &[Part::Views],
    |it| quotient(it.views.purchases, it.views.views),
)
.of_days();

pub(super) const RETURN_RATE: Metric =
    Metric::new("Pieces that came back divided by pieces that were shipped.", &[Part::Pieces], |it| {
        quotient(it.pieces.received, it.pieces.shipped)
    })
    .better_low();

impl Figure for Margin {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT l.n, ").sum("l.net", Some(4)).push(" AS net, ");
        sql.sum("CASE WHEN l.cost IS NOT NULL THEN l.net END", Some(4)).push(" AS covered, ");
        sql.sum("l.cost", Some(4)).push(" AS cost FROM (");
        sql.push("SELECT k.n, ROUND((i.total_amount - i.tax_amount - i.included_tax_amount) * o.exchange_rate_e10 ");
        sql.push("/ 10000000000.0, 4) AS net, ROUND(CASE WHEN p.currency = ").bind(spans.currency());
        sql.push(" THEN i.quantity * p.cost WHEN p.currency = o.currency ");
        sql.push("THEN i.quantity * p.cost * o.exchange_rate_e10 / 10000000000.0 END, 4) AS cost FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN orders AS o JOIN order_items AS i ON i.order_id = o.id ");
        sql.push("LEFT JOIN product_variants AS v ON v.id = i.product_variant_id ");
        sql.write(format_args!("LEFT JOIN products AS p ON p.id = v.product_id WHERE {IS_PLACED}"));
        within(sql, PLACED_AT).push(") AS l GROUP BY l.n");
    }
}

impl Figure for Stock {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, s.cost, s.variants, s.without_cost, s.stocked, s.sold_out FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN (SELECT ");
        sql.sum("CASE WHEN s.has_cost = 1 THEN s.on_hand * s.cost END", Some(2)).push(" AS cost, ");
        sql.push("COUNT(CASE WHEN s.has_cost = 1 THEN 1 END) AS variants, ");
        sql.push("COUNT(CASE WHEN s.has_cost = 0 AND s.on_hand > 0 THEN 1 END) AS without_cost, ");
        sql.push("COUNT(CASE WHEN s.on_hand > 0 THEN 1 END) AS stocked, ");
        sql.push("COUNT(CASE WHEN s.is_sold_out = 1 THEN 1 END) AS sold_out FROM (");
        // Variant by variant: a join with the sums of all is slow where PostgreSQL joins without hashing.
        sql.push("SELECT p.cost, COALESCE((SELECT SUM(i.quantity_available + i.quantity_reserved) ");
        sql.push("FROM inventory AS i WHERE i.product_variant_id = v.id), 0) AS on_hand, ");
        sql.push("CASE WHEN p.cost IS NOT NULL AND p.currency = ");
        sql.bind(spans.currency()).push(" THEN 1 ELSE 0 END AS has_cost, CASE WHEN p.status = 'active' ");
        sql.push("AND v.is_available AND v.stock_policy = 'deny' AND v.inventory_quantity <= 0 THEN 1 ELSE 0 END ");
        sql.push("AS is_sold_out FROM product_variants AS v JOIN products AS p ON p.id = v.product_id) AS s) AS s");
    }
}

impl Figure for Views {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push(
            "SELECT k.n, CAST(SUM(m.views) AS bigint) AS views, CAST(SUM(m.purchases) AS bigint) AS purchases FROM ",
        );
        spans.write(sql);
        sql.push(" CROSS JOIN product_metrics AS m WHERE m.period_start >= k.first_day ");
        // The second condition follows from the third one, and has an index.
        sql.push("AND m.period_start < k.end_day AND m.period_end < k.end_day GROUP BY k.n");
    }
}

impl Figure for Pieces {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push(
            "SELECT k.n, (SELECT COALESCE(SUM(l.quantity), 0) FROM fulfillments AS f JOIN fulfillment_lines AS l ",
        );
        sql.push("ON l.fulfillment_id = f.id WHERE f.status IN ('shipped', 'delivered')");
        within(sql, "f.shipped_at").push(") AS shipped");
        sql.push(", (SELECT COALESCE(SUM(l.received_quantity), 0) FROM returns AS r JOIN return_lines AS l ");
        sql.push("ON l.return_id = r.id WHERE r.received_at IS NOT NULL");
        within(sql, "r.received_at").push(") AS received FROM ");
        spans.write(sql);
    }
}
