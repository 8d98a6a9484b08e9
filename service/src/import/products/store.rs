//! Bringing one product of the database to what the file says.

use std::collections::HashMap;

use entity::{product_variants as variants, products, sea_orm_active_enums::ProductStatus};
use rust_decimal::Decimal;
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
    QueryOrder, QuerySelect, QueryTrait,
};
use serde_json::Value;
use uuid::Uuid;

use super::{
    compare::{Pairs, pair},
    parse::{Product, Variant},
};
use crate::{
    Change, Result,
    catalog::{edition, options::ONLY_NAME},
    import::{Counts, OnError, Options, Refusal, run},
    money::currency,
};

/// Rows of one statement: far below what the engines bind at once.
const CHUNK: usize = 500;

/// What became of a product.
#[derive(Default)]
pub(super) struct Stored {
    pub(super) product: Counts,
    pub(super) variants: Counts,
    /// Variants that the file does not name.
    pub(super) left: u64,
    pub(super) refusals: Vec<Refusal>,
}

/// Stores a product and its variants; all refusals are found before the first write. A new product has this currency.
pub(super) async fn product(
    txn: &DatabaseTransaction,
    options: &Options,
    currency: &str,
    product: &Product,
) -> Result<Stored> {
    let mut stored = Stored::default();
    let (known, variants) = known(txn, &product.handle).await?;
    let currency = known.as_ref().map_or(currency, |known| known.currency.as_str()).to_owned();
    let Pairs { mut pairs, left } = pair(&product.variants, variants);
    let owners = owners(txn, &product.handle, &pairs).await?;
    pairs.retain(|(variant, _)| match refuse(variant, &owners, &currency) {
        None => true,
        Some(refusal) => {
            stored.refusals.push(refusal);
            stored.variants.refused += 1;
            false
        }
    });
    let prices = pairs.iter().map(|(variant, _)| variant.price).chain(left.iter().map(|model| model.price));
    let Some(base_price) = prices.min() else {
        stored.product.refused = 1;
        let reason = "no variant of this product can be taken, so it has no price";
        stored.refusals.push(Refusal::new(product.line, "Handle", &product.handle, reason));
        return Ok(stored);
    };
    if options.on_error == OnError::Stop && !stored.refusals.is_empty() {
        stored.variants.refused = 1;
        return Ok(stored);
    }
    stored.left = run::count(left.len());
    let sale = Sale::new(product, known.as_ref());
    let written = Written { product, currency, base_price };
    let id = write_product(txn, options, written, known, &mut stored.product).await?;
    write_variants(txn, options, id, pairs, sale, &mut stored.variants).await?;
    Ok(stored)
}

/// Whether a product's variants are for sale: it is active and listed. Stock does not count, it is another file's.
#[derive(Clone, Copy)]
struct Sale {
    is_active: bool,
    /// `None` where the file does not say.
    is_listed: Option<bool>,
    was_active: bool,
}

impl Sale {
    fn new(product: &Product, known: Option<&products::Model>) -> Self {
        let before = known.map_or(ProductStatus::Active, |known| known.status);
        let mut status = before;
        product.status.apply(&mut status);
        let is_listed = match product.is_listed {
            Change::Set(listed) => Some(listed),
            Change::Keep => None,
        };
        Self { is_active: status == ProductStatus::Active, is_listed, was_active: before == ProductStatus::Active }
    }

    /// Of an active product a variant tells itself whether it was listed; of another nobody knows, and it counts as so.
    fn is_available(self, was_available: Option<bool>) -> bool {
        let was_listed = || !self.was_active || was_available.unwrap_or(true);
        self.is_active && self.is_listed.unwrap_or_else(was_listed)
    }
}

/// The product and its variants, if they are there, locked: the variants first, as whoever changes them does.
async fn known(txn: &DatabaseTransaction, handle: &str) -> Result<(Option<products::Model>, Vec<variants::Model>)> {
    let product = products::Entity::find().filter(products::Column::Handle.eq(handle));
    let id = product.clone().select_only().column(products::Column::Id).into_query();
    let first = variants::Entity::find()
        .select_only()
        .column(variants::Column::Id)
        .filter(variants::Column::ProductId.in_subquery(id))
        .order_by_asc(variants::Column::Id)
        .lock_exclusive();
    first.into_tuple::<Uuid>().all(txn).await?;
    let Some(product) = product.lock_exclusive().one(txn).await? else { return Ok((None, Vec::new())) };
    // Somebody may have added others between the two.
    let all = variants::Entity::find().filter(variants::Column::ProductId.eq(product.id));
    let all = all.order_by_asc(variants::Column::Id).lock_exclusive().all(txn).await?;
    Ok((Some(product), all))
}

/// Why a variant cannot be taken, by those who have the SKUs and the currency of its prices.
fn refuse(variant: &Variant, owners: &HashMap<String, String>, code: &str) -> Option<Refusal> {
    if let Some((sku, owner)) = variant.sku.as_ref().and_then(|sku| Some((sku, owners.get(sku)?))) {
        let reason = format!("the product {owner:?} has this SKU");
        return Some(Refusal::new(variant.line, "Variant SKU", sku, reason));
    }
    let compare_at_price = match variant.compare_at_price {
        Change::Set(price) => price,
        Change::Keep => None,
    };
    let prices = [("Variant Price", Some(variant.price)), ("Variant Compare At Price", compare_at_price)];
    let mut prices = prices.into_iter().filter_map(|(column, price)| Some((column, price?)));
    let (column, price) = prices.find(|(_, price)| !currency::is_multiple(*price, code))?;
    let reason = format!("a price in {code} is a multiple of {}", currency::step(code));
    Some(Refusal::new(variant.line, column, &price.to_string(), reason))
}

/// The handles of other products that have the SKUs which this one does not have yet.
///
/// Other by handle, not by id: another import may have created this very product after it was
/// looked for. Then the handle collides below, and everything is read again.
async fn owners(
    txn: &DatabaseTransaction,
    handle: &str,
    pairs: &[(&Variant, Option<variants::Model>)],
) -> Result<HashMap<String, String>> {
    let new = pairs.iter().filter(|(variant, model)| model.as_ref().is_none_or(|model| model.sku != variant.sku));
    let skus: Vec<&String> = new.filter_map(|(variant, _)| variant.sku.as_ref()).collect();
    let mut owners = HashMap::new();
    for skus in skus.chunks(CHUNK) {
        let found = variants::Entity::find()
            .select_only()
            .column(variants::Column::Sku)
            .column(products::Column::Handle)
            .inner_join(products::Entity)
            .filter(variants::Column::Sku.is_in(skus.iter().copied()))
            .filter(products::Column::Handle.ne(handle));
        owners.extend(found.into_tuple::<(String, String)>().all(txn).await?);
    }
    Ok(owners)
}

/// A product that is written, with what its rows do not say.
struct Written<'a> {
    product: &'a Product,
    /// The currency, of a new one.
    currency: String,
    /// The lowest of its prices.
    base_price: Decimal,
}

async fn write_product(
    txn: &DatabaseTransaction,
    options: &Options,
    Written { product, currency, base_price }: Written<'_>,
    known: Option<products::Model>,
    counts: &mut Counts,
) -> Result<Uuid> {
    let id = known.as_ref().map_or_else(Uuid::now_v7, |known| known.id);
    let version = known.as_ref().map(|known| known.version);
    let mut row = known.map(IntoActiveModel::into_active_model).unwrap_or_default();
    row.handle.set_if_not_equals(product.handle.clone());
    row.title.set_if_not_equals(product.title.clone());
    if let Change::Set(description) = &product.description {
        row.description.set_if_not_equals(description.clone());
    }
    if let Change::Set(category) = &product.category {
        row.category.set_if_not_equals(category.clone());
    }
    if let Change::Set(tags) = &product.tags {
        row.collection.set_if_not_equals(tags.first().cloned());
        row.tags.set_if_not_equals(tags.iter().cloned().map(Value::String).collect::<Value>());
    }
    if let Change::Set(names) = &product.option_names {
        row.option_names.set_if_not_equals(Value::from(names.clone()));
    }
    if let Change::Set(status) = product.status {
        row.status.set_if_not_equals(status);
    }
    row.base_price.set_if_not_equals(base_price);
    if product.cost.is_some() {
        row.cost.set_if_not_equals(product.cost);
    }
    let now = run::timestamp(options);
    match version {
        Some(_) if !row.is_changed() => counts.unchanged += 1,
        Some(version) => {
            counts.updated += 1;
            row.version = Set(version + 1);
            row.updated_at = Set(now);
            row.update(txn).await?;
        }
        None => {
            counts.created += 1;
            row.id = Set(id);
            row.currency = Set(currency);
            if product.option_names == Change::Keep {
                row.option_names = Set(Value::from(vec![ONLY_NAME]));
            }
            if product.status == Change::Keep {
                // Exports before 2021 have no such column: whatever was in them was active.
                row.status = Set(ProductStatus::Active);
            }
            row.version = Set(1);
            row.created_at = Set(now);
            row.updated_at = Set(now);
            products::Entity::insert(row).exec_without_returning(txn).await?;
        }
    }
    Ok(id)
}

async fn write_variants(
    txn: &DatabaseTransaction,
    options: &Options,
    product_id: Uuid,
    pairs: Vec<(&Variant, Option<variants::Model>)>,
    sale: Sale,
    counts: &mut Counts,
) -> Result<()> {
    let now = run::timestamp(options);
    let mut new = Vec::new();
    for (variant, known) in pairs {
        let version = known.as_ref().map(|known| known.version);
        let was_available = known.as_ref().map(|known| known.is_available);
        let is_sold_out = known.as_ref().is_some_and(edition::is_sold_out);
        let mut row = known.map(IntoActiveModel::into_active_model).unwrap_or_default();
        if variant.has_sku_column {
            row.sku.set_if_not_equals(variant.sku.clone());
        }
        if variant.has_option_columns || version.is_none() {
            row.title.set_if_not_equals(variant.options.title.clone());
            row.size.set_if_not_equals(variant.options.size.clone());
            row.frame_type.set_if_not_equals(variant.options.frame_type.clone());
            row.option_values.set_if_not_equals(Value::from(variant.options.all.clone()));
        }
        row.price.set_if_not_equals(variant.price);
        if let Change::Set(price) = variant.compare_at_price {
            row.compare_at_price.set_if_not_equals(price);
        }
        row.is_available.set_if_not_equals(sale.is_available(was_available) && !is_sold_out);
        match version {
            Some(_) if !row.is_changed() => counts.unchanged += 1,
            Some(version) => {
                counts.updated += 1;
                row.version = Set(version + 1);
                row.updated_at = Set(now);
                row.update(txn).await?;
            }
            None => {
                row.id = Set(Uuid::now_v7());
                row.product_id = Set(product_id);
                row.inventory_quantity = Set(0);
                row.version = Set(1);
                row.created_at = Set(now);
                row.updated_at = Set(now);
                new.push(row);
            }
        }
    }
    counts.created += run::count(new.len());
    for rows in new.chunks(CHUNK) {
        variants::Entity::insert_many(rows.to_vec()).exec_without_returning(txn).await?;
    }
    Ok(())
}
