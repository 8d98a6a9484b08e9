//! How products do: views and sales of a period, as analytics outside counts them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;
use entity::product_metrics;
use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, Value};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Change, Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, OnError},
    database::{Column, columns},
    edit::check,
    money::{currency, round},
    refusal::{Located, Refusal},
};

/// The digits of a rate behind the point.
const DIGITS: u32 = 4;

/// Records how products do.
#[derive(Clone, Debug, Serialize)]
pub struct Record {
    /// Of which product and period.
    pub items: Vec<Metric>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

/// How a product does in a period; what is not said stays as it is, of a new period 0.
#[derive(Clone, Debug, Serialize)]
pub struct Metric {
    /// The product.
    pub product_id: Uuid,
    /// The first day.
    pub period_start: NaiveDate,
    /// The last day.
    pub period_end: NaiveDate,
    /// How often it was looked at.
    pub views: Change<i32>,
    /// How often it was put into a cart.
    pub add_to_carts: Change<i32>,
    /// How often it was bought.
    pub purchases: Change<i32>,
    /// What these purchases came to, in the product's currency.
    pub revenue: Change<Decimal>,
}

impl Verb for Record {
    /// The metrics.
    type Outcome = Vec<ItemResult<Uuid>>;
    const OPERATION: Operation = Operation::RecordProductMetrics;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        let products: BTreeSet<Uuid> = self.items.iter().map(|item| item.product_id).collect();
        let products: Vec<Uuid> = products.into_iter().collect();
        let currencies = hold_products(unit, &products).await?;
        let mut metrics = Metrics { currencies, ..self.there(unit, products).await? };
        let recorded = self.items.iter().map(|item| metrics.record(unit, item));
        let results = batch::collect(self.on_error, recorded)?;
        metrics.write(unit);
        Ok(results)
    }
}

impl Record {
    /// The metrics that are there, of these products and first days.
    async fn there(&self, unit: &UnitOfWork, products: Vec<Uuid>) -> Result<Metrics> {
        let days: BTreeSet<NaiveDate> = self.items.iter().map(|item| item.period_start).collect();
        let there = product_metrics::Entity::find()
            .filter(product_metrics::Column::ProductId.is_in(products))
            .filter(product_metrics::Column::PeriodStart.is_in(days));
        let there = there.all(unit.txn().await?).await?;
        let there = there.into_iter().map(|row| ((row.product_id, row.period_start, row.period_end), row)).collect();
        Ok(Metrics { there, ..Metrics::default() })
    }
}

/// The currencies of products, which are held: whoever holds one is the only one who records how it does.
async fn hold_products(unit: &UnitOfWork, products: &[Uuid]) -> Result<HashMap<Uuid, String>> {
    let mut sql = unit.sql();
    sql.push("SELECT id, currency FROM products WHERE id").is_any(products).push(" ORDER BY id").for_update();
    let mut currencies = HashMap::new();
    for row in unit.rows(sql).await? {
        currencies.insert(row.try_get_by("id")?, row.try_get_by("currency")?);
    }
    Ok(currencies)
}

/// What a metric is known by: the product and the period.
type Key = (Uuid, NaiveDate, NaiveDate);

/// Metrics on their way.
#[derive(Default)]
struct Metrics {
    currencies: HashMap<Uuid, String>,
    there: BTreeMap<Key, product_metrics::Model>,
    named: HashSet<Key>,
    new: Vec<product_metrics::Model>,
    changed: Vec<product_metrics::Model>,
}

impl Metrics {
    fn record(&mut self, unit: &UnitOfWork, item: &Metric) -> Result<Uuid> {
        let currency = self.currencies.get(&item.product_id);
        let currency = currency.ok_or_else(|| Error::NotFound("product", item.product_id).located(["productId"]))?;
        if item.period_end < item.period_start {
            return Err(check::invalid("periodEnd", "`periodEnd` is before `periodStart`").into());
        }
        let key = (item.product_id, item.period_start, item.period_end);
        let before = self.there.get(&key);
        let row = item.row(unit, before, currency)?;
        if !self.named.insert(key) {
            return Err(check::invalid("periodStart", "an earlier item is about the same product and period").into());
        }
        let id = row.id;
        let rows = if before.is_none() { &mut self.new } else { &mut self.changed };
        rows.push(row);
        Ok(id)
    }

    fn write(&self, unit: &UnitOfWork) {
        let times: [(&str, Value); 2] = [("created_at", unit.now().into()), ("updated_at", unit.now().into())];
        let columns = metric_columns();
        if !self.new.is_empty() {
            unit.write(|sql| {
                sql.insert("product_metrics", &columns, &times, &self.new);
            });
        }
        if !self.changed.is_empty() {
            unit.write(|sql| {
                sql.update("product_metrics", &columns, &times[1..], &self.changed);
            });
        }
    }
}

impl Metric {
    /// The row as it is to be: rate and average follow from the counts.
    fn row(
        &self,
        unit: &UnitOfWork,
        before: Option<&product_metrics::Model>,
        code: &str,
    ) -> Result<product_metrics::Model, Refusal> {
        let mut row = before.cloned().unwrap_or_else(|| product_metrics::Model {
            id: Uuid::now_v7(),
            product_id: self.product_id,
            period_start: self.period_start,
            period_end: self.period_end,
            views: 0,
            add_to_carts: 0,
            purchases: 0,
            revenue: Decimal::ZERO,
            conversion_rate: None,
            average_order_value: None,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        });
        self.views.apply(&mut row.views);
        self.add_to_carts.apply(&mut row.add_to_carts);
        self.purchases.apply(&mut row.purchases);
        self.revenue.apply(&mut row.revenue);
        for (field, count) in [("views", row.views), ("addToCarts", row.add_to_carts), ("purchases", row.purchases)] {
            check::within(field, count, 0..=i32::MAX)?;
        }
        currency::check_amount("revenue", row.revenue, code)?;
        row.conversion_rate = conversion(row.purchases, row.views);
        row.average_order_value = average(row.revenue, row.purchases, code);
        Ok(row)
    }
}

/// Purchases by view. Who buys may have looked before the period: it is 1 at most.
fn conversion(purchases: i32, views: i32) -> Option<Decimal> {
    let rate = Decimal::from(purchases).checked_div(Decimal::from(views))?;
    Some(rate.round_dp_with_strategy(DIGITS, MidpointAwayFromZero).min(Decimal::ONE))
}

/// Revenue by purchase.
fn average(revenue: Decimal, purchases: i32, code: &str) -> Option<Decimal> {
    Some(round(revenue.checked_div(Decimal::from(purchases))?, currency::step(code)))
}

fn metric_columns() -> Vec<Column<product_metrics::Model>> {
    columns!(product_metrics::Model:
        id,
        product_id,
        period_start,
        period_end,
        views,
        add_to_carts,
        purchases,
        revenue,
        conversion_rate,
        average_order_value,
    )
    .into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_divided_by_nothing() {
        assert_eq!(conversion(1, 3), Some(Decimal::new(3333, 4)));
        assert_eq!(conversion(2, 3), Some(Decimal::new(6667, 4)));
        assert_eq!(conversion(0, 0), None);
        assert_eq!(conversion(5, 4), Some(Decimal::ONE));
        assert_eq!(average(Decimal::from(10), 3, "USD"), Some(Decimal::new(333, 2)));
        assert_eq!(average(Decimal::from(10), 3, "JPY"), Some(Decimal::from(3)));
        assert_eq!(average(Decimal::from(10), 0, "USD"), None);
    }
}
