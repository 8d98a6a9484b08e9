//! What each product brought in a period, and its class by that.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    number::{money, rate},
    page::{Page, Rows},
    period::Over,
};
use crate::{
    Result, Service,
    analytics::{IS_PLACED, PLACED_AT},
    database::Source,
};

/// What a product brought.
#[derive(Clone, Copy, Debug)]
pub struct Product {
    /// The product.
    pub id: Uuid,
    /// Pieces in placed orders.
    pub units: i64,
    /// Placed orders with it.
    pub orders: i64,
    /// Pieces times prices.
    pub gross: Decimal,
    /// Discounts.
    pub discounts: Decimal,
    /// Totals of the lines without taxes.
    pub net: Decimal,
    /// What was refunded in the period.
    pub refunded: Decimal,
    /// Views.
    pub views: i64,
    /// Purchases by views.
    pub conversion_rate: Option<Decimal>,
    /// The share of all net sales that products with more have.
    pub share_before: Option<Decimal>,
    /// Its class.
    pub class: Class,
}

/// Products by what they bring.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// Those that bring the first 80 percent.
    A,
    /// The next 15 percent.
    B,
    /// The rest.
    C,
}

/// The class of a product: what those with more brought, and all of them.
fn class(net: i64, before: i64, total: i64) -> Class {
    let before = i128::from(before) * 100;
    match i128::from(total) {
        _ if net <= 0 => Class::C,
        total if before < total * 80 => Class::A,
        total if before < total * 95 => Class::B,
        _ => Class::C,
    }
}

/// The products with something to report, those with the most net sales first.
pub async fn products(service: &Service, over: Over, page: Page) -> Result<Rows<Product>> {
    let source = service.source();
    let (_, window) = over.window(&source).await?;
    let rate_of = "o.exchange_rate_e10 / 10000000000.0";
    let mut sql = source.sql();
    sql.push("SELECT r.* FROM (SELECT t.*, t.net AS rank, CAST(COALESCE(SUM(t.net) OVER (ORDER BY t.net DESC, t.id ");
    sql.push("ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS bigint) AS net_before, ");
    sql.push("CAST(SUM(t.net) OVER () AS bigint) AS net_total FROM (SELECT p.id");
    for (of, name) in [
        ("s", "units"),
        ("s", "orders"),
        ("s", "gross"),
        ("s", "discounts"),
        ("s", "net"),
        ("f", "refunded"),
        ("m", "views"),
        ("m", "purchases"),
    ] {
        sql.write(format_args!(", CAST(COALESCE({of}.{name}, 0) AS bigint) AS {name}"));
    }
    sql.push(" FROM products AS p LEFT JOIN (SELECT l.product_id, SUM(l.quantity) AS units, ");
    sql.push("COUNT(DISTINCT l.order_id) AS orders");
    for name in ["gross", "discounts", "net"] {
        sql.push(", ").sum(&format!("l.{name}"), Some(6)).write(format_args!(" AS {name}"));
    }
    sql.push(" FROM (SELECT v.product_id, i.order_id, i.quantity");
    for (amount, name) in [
        ("i.quantity * i.price", "gross"),
        ("i.discount_amount", "discounts"),
        ("(i.total_amount - i.tax_amount - i.included_tax_amount)", "net"),
    ] {
        sql.write(format_args!(", ROUND({amount} * {rate_of}, 6) AS {name}"));
    }
    sql.push(" FROM orders AS o JOIN order_items AS i ON i.order_id = o.id ");
    sql.write(format_args!("JOIN product_variants AS v ON v.id = i.product_variant_id WHERE {IS_PLACED} "));
    sql.write(format_args!("AND {PLACED_AT} >= ")).bind(window.period.start);
    sql.write(format_args!(" AND {PLACED_AT} < ")).bind(window.period.end);
    sql.push(") AS l GROUP BY l.product_id) AS s ON s.product_id = p.id LEFT JOIN (SELECT l.product_id, ");
    sql.sum("l.amount", Some(6)).push(" AS refunded FROM (");
    sql.write(format_args!("SELECT v.product_id, ROUND(l.amount * {rate_of}, 6) AS amount FROM refunds AS r "));
    sql.push("JOIN orders AS o ON o.id = r.order_id JOIN refund_lines AS l ON l.refund_id = r.id ");
    sql.push("JOIN order_items AS i ON i.id = l.order_item_id ");
    sql.push("JOIN product_variants AS v ON v.id = i.product_variant_id WHERE r.id IN (");
    // On the day on which the money went back; of several, on the first one. What came back again is no refund.
    sql.push("SELECT e.refund_id FROM transactions AS t JOIN payment_entries AS e ON e.id = t.payment_entry_id ");
    sql.push("WHERE t.type = 'refund' AND e.refund_id IS NOT NULL AND t.transaction_date >= ").bind(window.first_day);
    sql.push(" AND t.transaction_date < ").bind(window.end_day);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM transactions AS x WHERE x.reverses_id = t.id)");
    sql.push(
        " AND NOT EXISTS (SELECT 1 FROM payment_entries AS g JOIN transactions AS h ON h.payment_entry_id = g.id ",
    );
    sql.push("WHERE g.refund_id = e.refund_id AND h.type = 'refund' AND h.transaction_date < ").bind(window.first_day);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM transactions AS x WHERE x.reverses_id = h.id))) ");
    sql.push("AND r.status = 'succeeded') AS l GROUP BY l.product_id) AS f ON f.product_id = p.id LEFT JOIN (");
    sql.push("SELECT m.product_id, SUM(m.views) AS views, SUM(m.purchases) AS purchases FROM product_metrics AS m ");
    sql.push("WHERE m.period_start >= ").bind(window.first_day).push(" AND m.period_start < ").bind(window.end_day);
    sql.push(" AND m.period_end < ").bind(window.end_day);
    sql.push(" GROUP BY m.product_id) AS m ON m.product_id = p.id WHERE s.product_id IS NOT NULL ");
    sql.push("OR f.product_id IS NOT NULL OR m.product_id IS NOT NULL) AS t) AS r");
    page.write(&mut sql);
    page.read(&source.rows(sql).await?, |row, id| {
        let number = |name: &str| row.try_get_by::<i64, _>(name);
        let (net, before, total) = (number("net")?, number("net_before")?, number("net_total")?);
        Ok(Product {
            id,
            units: number("units")?,
            orders: number("orders")?,
            gross: money(number("gross")?),
            discounts: money(number("discounts")?),
            net: money(net),
            refunded: money(number("refunded")?),
            views: number("views")?,
            conversion_rate: rate(number("purchases")?, number("views")?),
            share_before: rate(before, total),
            class: class(net, before, total),
        })
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn products_are_classed_by_what_those_before_them_brought() {
        let nets = [700, 150, 100, 50, 0];
        let mut before = 0;
        let classes = nets.map(|net| {
            let class = class(net, before, 1_000);
            before += net;
            class
        });
        assert_eq!(classes, [Class::A, Class::A, Class::B, Class::C, Class::C]);
        assert_eq!(class(0, 0, 0), Class::C);
    }
}
