//! Price lists: what a variant costs in a currency, for a segment of customers, from a number of pieces on.

use std::collections::{BTreeSet, HashMap, HashSet};

use entity::prices;
use rust_decimal::Decimal;
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    assortment::Assortment,
    rows::{Keyed, Rows},
    variant::compare_at,
};
use crate::{
    Change, Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{self, ItemResult, OnError},
    database::{Column, columns},
    edit::check,
    money::currency,
    refusal::{Located, Refusal},
    value,
};

/// Sets prices of price lists.
#[derive(Clone, Debug, Serialize)]
pub struct Set {
    /// Which ones.
    pub items: Vec<Price>,
    /// What happens to the others when one is refused.
    pub on_error: OnError,
}

/// A price of a price list.
#[derive(Clone, Debug, Serialize)]
pub struct Price {
    /// The variant.
    pub variant_id: Uuid,
    /// The currency of the price.
    pub currency: String,
    /// The segment whose members get it; none for everybody.
    pub segment_id: Option<Uuid>,
    /// From how many pieces on.
    pub min_quantity: i32,
    /// The version that the caller has seen; 0 when there is none.
    pub expected_version: Option<i32>,
    /// The price; none removes it.
    pub price: Change<Option<Decimal>>,
    /// What it is compared with; 0 is none.
    pub compare_at_price: Change<Option<Decimal>>,
}

/// What became of a price.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct PriceSet {
    /// The price; none when it was removed.
    pub price: Option<Uuid>,
}

impl Verb for Set {
    type Outcome = Vec<ItemResult<PriceSet>>;
    const OPERATION: Operation = Operation::SetPrices;

    /// Each item is checked by itself.
    fn check_values(&self) -> Result<()> {
        Ok(())
    }

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        batch::check_size("items", self.items.len())?;
        let variants: BTreeSet<Uuid> = self.items.iter().map(|item| item.variant_id).collect();
        let variants: Vec<Uuid> = variants.into_iter().collect();
        // Whoever holds a variant is the only one who changes its prices.
        let assortment = Assortment::of_variants(unit, &variants).await?;
        let segments = self.segments(unit).await?;
        let there = prices::Entity::find().filter(prices::Column::ProductVariantId.is_in(variants));
        let there = Keyed::new(there.all(unit.txn().await?).await?, key_of);
        let products = assortment.products_of_variants();
        let rows = Rows::new(Self::OPERATION);
        let mut prices = Prices { assortment, products, segments, there, rows };
        let set = self.items.iter().map(|item| prices.set(unit, item));
        let results = batch::collect(self.on_error, set)?;
        prices.rows.write(unit, "prices", &price_columns());
        prices.assortment.save(unit, Self::OPERATION).await?;
        Ok(results)
    }
}

impl Set {
    /// The segments that are there, held: nobody deletes them.
    async fn segments(&self, unit: &UnitOfWork) -> Result<HashSet<Uuid>> {
        let ids: Vec<Uuid> = self.items.iter().filter_map(|item| item.segment_id).collect();
        if ids.is_empty() {
            return Ok(HashSet::new());
        }
        let mut sql = unit.sql();
        sql.push("SELECT id FROM customer_segments WHERE id").is_any(&ids).push(" ORDER BY id").for_key_share();
        unit.ids(sql).await
    }
}

/// What a price is known by: variant, currency, segment, least number of pieces.
type Key = (Uuid, String, Option<Uuid>, i32);

fn key_of(row: &prices::Model) -> Key {
    (row.product_variant_id, row.currency.clone(), row.segment_id, row.min_quantity)
}

/// Prices on their way.
struct Prices {
    assortment: Assortment,
    /// The product of each variant.
    products: HashMap<Uuid, Uuid>,
    segments: HashSet<Uuid>,
    there: Keyed<Key, prices::Model>,
    rows: Rows<prices::Model>,
}

impl Prices {
    fn set(&mut self, unit: &mut UnitOfWork, item: &Price) -> Result<PriceSet> {
        value::check(item)?;
        let unknown = || Error::NotFound("variant", item.variant_id).located(["variantId"]);
        let product = self.products.get(&item.variant_id).copied().ok_or_else(unknown)?;
        if let Some(segment) = item.segment_id.filter(|segment| !self.segments.contains(segment)) {
            return Err(Error::NotFound("segment", segment).located(["segmentId"]));
        }
        currency::check_code("currency", &item.currency)?;
        check::within("minQuantity", item.min_quantity, 1..=i32::MAX)?;
        let key = (item.variant_id, item.currency.clone(), item.segment_id, item.min_quantity);
        let before = self.there.find(&key, item.expected_version, "variantId")?;
        if item.price == Change::Set(None) {
            self.there.take(key);
            if let Some(before) = before {
                self.rows.remove(unit, &before);
                self.assortment.reprice(product, item.variant_id);
            }
            return Ok(PriceSet { price: None });
        }
        let row = item.row(unit, before.as_ref())?;
        self.there.take(key);
        let price = Some(row.id);
        if !self.rows.put(unit, before.as_ref(), row).is_empty() {
            self.assortment.reprice(product, item.variant_id);
        }
        Ok(PriceSet { price })
    }
}

impl Price {
    /// The row as it is to be.
    fn row(&self, unit: &UnitOfWork, before: Option<&prices::Model>) -> Result<prices::Model, Refusal> {
        let mut row = before.cloned().unwrap_or_else(|| prices::Model {
            id: Uuid::now_v7(),
            product_variant_id: self.variant_id,
            currency: self.currency.clone(),
            segment_id: self.segment_id,
            min_quantity: self.min_quantity,
            price: Decimal::ZERO,
            compare_at_price: None,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        });
        match self.price {
            Change::Set(Some(price)) => {
                currency::check_price("price", price, &self.currency)?;
                row.price = price;
            }
            _ if before.is_none() => return Err(check::invalid("price", "there is no such price yet: give `price`")),
            _ => {}
        }
        if let Change::Set(price) = self.compare_at_price {
            row.compare_at_price = compare_at(price, &self.currency)?;
        }
        Ok(row)
    }
}

fn price_columns() -> Vec<Column<prices::Model>> {
    columns!(prices::Model:
        id,
        product_variant_id,
        currency,
        segment_id,
        min_quantity,
        price,
        compare_at_price,
        version,
    )
    .into()
}
