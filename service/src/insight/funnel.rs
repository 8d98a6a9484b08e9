//! How many of those who look at products buy them.

use rust_decimal::Decimal;
use sea_orm::QueryResult;

use super::{
    number::rate,
    period::{Over, Range},
};
use crate::{
    Error, Result, Service,
    analytics::{IS_PLACED, PLACED_AT},
    database::Source,
};

/// The way from a view to the next order.
#[derive(Clone, Copy, Debug)]
pub struct Funnel {
    /// The period.
    pub range: Range,
    /// Views of products.
    pub views: i64,
    /// How often one was put into a cart.
    pub add_to_carts: i64,
    /// How often one was bought.
    pub purchases: i64,
    /// Customers who ordered again.
    pub repeat_customers: i64,
}

impl Funnel {
    /// A number as a share of another one, with four digits.
    pub fn share(part: i64, whole: i64) -> Option<Decimal> {
        rate(part, whole)
    }
}

/// The funnel of a period.
pub async fn funnel(service: &Service, over: Over) -> Result<Funnel> {
    let source = service.source();
    let (range, window) = over.window(&source).await?;
    let mut sql = source.sql();
    sql.push("SELECT ");
    for name in ["views", "add_to_carts", "purchases"] {
        sql.write(format_args!("(SELECT CAST(COALESCE(SUM(m.{name}), 0) AS bigint) FROM product_metrics AS m "));
        sql.push("WHERE m.period_start >= ").bind(window.first_day);
        sql.push(" AND m.period_start < ").bind(window.end_day);
        sql.push(" AND m.period_end < ").bind(window.end_day).write(format_args!(") AS {name}, "));
    }
    sql.write(format_args!("(SELECT COUNT(DISTINCT o.customer_id) FROM orders AS o WHERE {IS_PLACED} "));
    sql.write(format_args!("AND {PLACED_AT} >= ")).bind(window.period.start);
    sql.write(format_args!(" AND {PLACED_AT} < ")).bind(window.period.end);
    sql.push(" AND EXISTS (SELECT 1 FROM orders AS p WHERE p.customer_id = o.customer_id ");
    sql.push("AND p.status NOT IN ('draft', 'cancelled') AND (p.placed_at < o.placed_at ");
    sql.push("OR p.placed_at = o.placed_at AND p.id < o.id))) AS repeat_customers");
    let rows = source.rows(sql).await?;
    let row = rows.first().ok_or_else(|| Error::internal("sums of no row"))?;
    let number = |row: &QueryResult, name: &str| row.try_get_by::<i64, _>(name);
    Ok(Funnel {
        range,
        views: number(row, "views")?,
        add_to_carts: number(row, "add_to_carts")?,
        purchases: number(row, "purchases")?,
        repeat_customers: number(row, "repeat_customers")?,
    })
}
