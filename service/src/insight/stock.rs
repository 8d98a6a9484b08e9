//! How long the stock of each variant lasts.

use chrono::Duration;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Unit,
    number::rate,
    page::{Page, Rows},
};
use crate::{
    Result, Service,
    analytics::{IS_PLACED, PLACED_AT},
    database::{Source, Sql},
    settings,
};

/// Over how many days sales are counted.
pub const SALES_DAYS: i64 = 28;
/// After how many days without a sale stock is dead.
pub const DEAD_DAYS: i64 = 90;
/// The place of those that sell nothing: behind all others.
const LAST: i64 = -i64::MAX;

/// The stock of a variant, and how it sells.
#[derive(Clone, Copy, Debug)]
pub struct Stock {
    /// The variant.
    pub id: Uuid,
    /// Pieces that can be sold.
    pub available: i64,
    /// Pieces that are promised.
    pub reserved: i64,
    /// Pieces that are on their way.
    pub incoming: i64,
    /// Pieces that were sold in the last [`SALES_DAYS`].
    pub units: i64,
    /// Pieces a day.
    pub daily: Decimal,
    /// For how many days there is stock; none where nothing is sold.
    pub days_of_cover: Option<Decimal>,
    /// Sold pieces as a share of these and those on hand.
    pub sell_through: Option<Decimal>,
    /// Whether it is on sale and sold out.
    pub is_stockout: bool,
    /// Whether a location has no more than its reorder point.
    pub is_low: bool,
    /// Whether there is stock that nobody has bought for [`DEAD_DAYS`].
    pub is_dead: bool,
    /// How many pieces to order.
    pub suggested: i64,
}

/// Which variants to report.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Condition {
    /// Those that are on sale and sold out.
    Stockout,
    /// Those with no more than a reorder point.
    Low,
    /// Those with stock that nobody buys.
    Dead,
}

/// The variants: first those that are sold out, the most sold before the others, then those that will be soonest.
pub async fn stock(service: &Service, only: Option<Condition>, page: Page) -> Result<Rows<Stock>> {
    let source = service.source();
    let cover = settings::load(&source).await?.cover_days;
    let mut sql = source.sql();
    sql.push("SELECT r.* FROM (SELECT d.* FROM (SELECT t.*, CASE WHEN t.is_old = 1 AND t.sales = 0 ");
    sql.push("AND t.available + t.reserved > 0 THEN 1 ELSE 0 END AS is_dead, CASE WHEN t.available <= 0 THEN t.units WHEN t.units = 0 THEN ").bind(LAST);
    sql.write(format_args!(" ELSE -(t.available * {SALES_DAYS} * 10000 / t.units) END AS rank FROM ("));
    write_variants(&mut sql);
    sql.push(") AS t) AS d WHERE ").push(match only {
        None => "TRUE",
        Some(Condition::Stockout) => "d.is_stockout = 1",
        Some(Condition::Low) => "d.is_low = 1",
        Some(Condition::Dead) => "d.is_dead = 1",
    });
    sql.push(") AS r");
    page.write(&mut sql);
    page.read(&source.rows(sql).await?, |row, id| {
        let number = |name: &str| row.try_get_by::<i64, _>(name);
        let is = |name: &str| row.try_get_by::<i32, _>(name).map(|value| value == 1);
        let (available, reserved, incoming) = (number("available")?, number("reserved")?, number("incoming")?);
        let units = number("units")?;
        Ok(Stock {
            id,
            available,
            reserved,
            incoming,
            units,
            daily: rate(units, SALES_DAYS).unwrap_or_default(),
            days_of_cover: days_of_cover(available, units),
            sell_through: rate(units, units + available + reserved),
            is_stockout: is("is_stockout")?,
            is_low: is("is_low")?,
            is_dead: is("is_dead")?,
            suggested: suggested(units, cover.into(), available, incoming),
        })
    })
}

/// Writes the stock of each variant, with what was sold of it.
fn write_variants(sql: &mut Sql) {
    sql.push("SELECT v.id");
    for name in ["available", "reserved", "incoming"] {
        sql.write(format_args!(", CAST(COALESCE((SELECT SUM(n.quantity_{name}) FROM inventory AS n "));
        sql.write(format_args!("WHERE n.product_variant_id = v.id), 0) AS bigint) AS {name}"));
    }
    sql.push(", CASE WHEN EXISTS (SELECT 1 FROM inventory AS n WHERE n.product_variant_id = v.id ");
    sql.push("AND n.quantity_available <= n.reorder_point) THEN 1 ELSE 0 END AS is_low, ");
    sql.push("CASE WHEN v.created_at < ").ago(Duration::days(DEAD_DAYS)).push(" THEN 1 ELSE 0 END AS is_old, ");
    sql.push("CASE WHEN p.status = 'active' AND v.is_available AND v.stock_policy = 'deny' ");
    sql.push("AND v.inventory_quantity <= 0 THEN 1 ELSE 0 END AS is_stockout, ");
    sql.push("CAST(COALESCE(s.units, 0) AS bigint) AS units, CAST(COALESCE(s.sales, 0) AS bigint) AS sales ");
    sql.push("FROM product_variants AS v JOIN products AS p ON p.id = v.product_id LEFT JOIN (");
    sql.write(format_args!("SELECT i.product_variant_id, SUM(CASE WHEN {PLACED_AT} >= "))
        .ago(Duration::days(SALES_DAYS));
    sql.push(" THEN i.quantity ELSE 0 END) AS units, COUNT(*) AS sales FROM orders AS o ");
    sql.write(format_args!("JOIN order_items AS i ON i.order_id = o.id WHERE {IS_PLACED} AND {PLACED_AT} >= "));
    sql.ago(Duration::days(DEAD_DAYS)).push(" GROUP BY i.product_variant_id) AS s ON s.product_variant_id = v.id ");
    sql.push("WHERE v.stock_policy <> 'untracked'");
}

/// How long pieces last when so many are sold in [`SALES_DAYS`].
fn days_of_cover(available: i64, units: i64) -> Option<Decimal> {
    if available <= 0 {
        return Some(Decimal::new(0, 2));
    }
    let days = (Decimal::from(available) * Decimal::from(SALES_DAYS)).checked_div(units.into())?;
    Some(Unit::Score.rounded(days))
}

/// How many pieces are lacking for so many days, rounded up.
fn suggested(units: i64, days: i64, available: i64, incoming: i64) -> i64 {
    let needed = (i128::from(units) * i128::from(days) + i128::from(SALES_DAYS - 1)) / i128::from(SALES_DAYS);
    let lacking = needed - i128::from(available) - i128::from(incoming);
    i64::try_from(lacking.max(0)).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stock_lasts_as_long_as_it_sells() {
        assert_eq!(days_of_cover(12, 14).map(|days| days.to_string()).as_deref(), Some("24.00"));
        assert_eq!(days_of_cover(0, 0).map(|days| days.to_string()).as_deref(), Some("0.00"));
        assert_eq!(days_of_cover(5, 0), None);
        assert_eq!(rate(14, 14 + 12 + 3).map(|rate| rate.to_string()).as_deref(), Some("0.4828"));
    }

    #[test]
    fn what_is_lacking_is_rounded_up() {
        // 14 in 28 days: 10.5 in 21.
        assert_eq!(suggested(14, 21, 12, 0), 0);
        assert_eq!(suggested(14, 21, 4, 3), 4);
        assert_eq!(suggested(0, 21, 0, 0), 0);
    }
}
