//! What is sold: its margin, its stock, and how much of it is looked at, shipped and sent back.

use rust_decimal::Decimal;
use sea_orm::FromQueryResult;
use serde_json::Map;

use super::{
    Figure, Metric, Part, percent, quotient,
    sales::{IS_PLACED, PLACED_AT},
    within,
};
use crate::{analytics::period::Window, database::Sql};

/// Lines of orders whose product has a cost.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Margin {
    /// Their totals without taxes.
    net: Decimal,
    /// What their pieces cost.
    cost: Decimal,
}

/// What is on hand now.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Stock {
    /// Its cost.
    cost: Decimal,
    /// The variants whose product has a cost.
    variants: i64,
    /// The variants on hand whose product has none.
    without_cost: i64,
    /// The variants on sale without a piece.
    sold_out: i64,
}

/// Views and pieces.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Pieces {
    views: i64,
    purchases: i64,
    shipped: i64,
    /// What came back.
    received: i64,
}

pub(super) const GROSS_MARGIN: Metric = Metric::new(
    "Net sales less the cost of the pieces, divided by net sales, times 100. Lines of products without a cost are left \
     out.",
    &[Part::Margin],
    |it| percent(it.margin.net - it.margin.cost, it.margin.net),
);

pub(super) const INVENTORY_VALUE: Metric = Metric::new(
    "Pieces on hand, available and reserved, times the cost of their product. Products without a cost in the currency \
     of the shop are left out.",
    &[Part::Stock],
    |it| (it.stock.variants > 0).then_some(it.stock.cost),
)
.of_the_present()
.with_details(|it| Map::from_iter([("withoutCost".to_owned(), it.stock.without_cost.into())]));

pub(super) const STOCKOUT_COUNT: Metric =
    Metric::new("Variants on sale that take no backorders and of which no piece is available.", &[Part::Stock], |it| {
        Some(it.stock.sold_out.into())
    })
    .of_the_present()
    .better_low();

pub(super) const CONVERSION_RATE: Metric = Metric::new(
    "Purchases divided by views, of the product metrics whose days all lie in the period.",
    &[Part::Pieces],
    |it| quotient(it.pieces.purchases, it.pieces.views),
)
.of_days();

pub(super) const RETURN_RATE: Metric =
    Metric::new("Pieces that came back divided by pieces that were shipped.", &[Part::Pieces], |it| {
        quotient(it.pieces.received, it.pieces.shipped)
    })
    .better_low();

impl Figure for Margin {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT ROUND(COALESCE(SUM(l.net), 0), 4) AS net, ROUND(COALESCE(SUM(l.cost), 0), 4) AS cost FROM (");
        sql.push("SELECT (i.total_amount - i.tax_amount - i.included_tax_amount) * o.exchange_rate_e10 ");
        sql.push("/ 10000000000.0 AS net, i.quantity * p.cost * CASE WHEN p.currency = ");
        sql.bind(window.currency.as_str()).push(" THEN 1.0 ELSE o.exchange_rate_e10 / 10000000000.0 END ");
        sql.push("AS cost FROM orders AS o ");
        sql.push("JOIN order_items AS i ON i.order_id = o.id ");
        sql.push("JOIN product_variants AS v ON v.id = i.product_variant_id ");
        sql.push("JOIN products AS p ON p.id = v.product_id WHERE p.cost IS NOT NULL AND (p.currency = ");
        sql.bind(window.currency.as_str()).write(format_args!(" OR p.currency = o.currency) AND {IS_PLACED}"));
        within(sql, PLACED_AT, window).push(") AS l");
    }
}

impl Figure for Stock {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT ROUND(COALESCE(SUM(CASE WHEN s.has_cost = 1 THEN s.on_hand * s.cost END), 0), 2) AS cost, ");
        sql.push("COUNT(CASE WHEN s.has_cost = 1 THEN 1 END) AS variants, ");
        sql.push("COUNT(CASE WHEN s.has_cost = 0 AND s.on_hand > 0 THEN 1 END) AS without_cost, ");
        sql.push("COUNT(CASE WHEN s.is_sold_out = 1 THEN 1 END) AS sold_out FROM (");
        // Variant by variant: a join with the sums of all is slow where PostgreSQL joins without hashing.
        sql.push("SELECT p.cost, COALESCE((SELECT SUM(i.quantity_available + i.quantity_reserved) ");
        sql.push("FROM inventory AS i WHERE i.product_variant_id = v.id), 0) AS on_hand, ");
        sql.push("CASE WHEN p.cost IS NOT NULL AND p.currency = ");
        sql.bind(window.currency.as_str()).push(" THEN 1 ELSE 0 END AS has_cost, CASE WHEN p.status = 'active' ");
        sql.push("AND v.is_available AND v.stock_policy = 'deny' AND v.inventory_quantity <= 0 THEN 1 ELSE 0 END ");
        sql.push("AS is_sold_out FROM product_variants AS v JOIN products AS p ON p.id = v.product_id) AS s");
    }
}

impl Figure for Pieces {
    fn write(sql: &mut Sql, window: &Window) {
        let mut separator = "SELECT ";
        for name in ["views", "purchases"] {
            sql.write(format_args!("{separator}(SELECT COALESCE(SUM({name}), 0) FROM product_metrics "));
            sql.push("WHERE period_start >= ").bind(window.first_day);
            sql.push(" AND period_end < ").bind(window.end_day).write(format_args!(") AS {name}"));
            separator = ", ";
        }
        sql.push(", (SELECT COALESCE(SUM(l.quantity), 0) FROM fulfillments AS f JOIN fulfillment_lines AS l ");
        sql.push("ON l.fulfillment_id = f.id WHERE f.status IN ('shipped', 'delivered')");
        within(sql, "f.shipped_at", window).push(") AS shipped");
        sql.push(", (SELECT COALESCE(SUM(l.received_quantity), 0) FROM returns AS r JOIN return_lines AS l ");
        sql.push("ON l.return_id = r.id WHERE r.received_at IS NOT NULL");
        within(sql, "r.received_at", window).push(") AS received");
    }
}
