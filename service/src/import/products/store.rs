//! Bringing one product of the database to what the file says.

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
    promised::Promised,
    refuse::{owners, refuse_currency, refuse_variant},
    sale::Sale,
};
use crate::{
    Change, Result,
    catalog::options::ONLY_NAME,
    import::{Counts, OnError, Options, Refusal, run},
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
    if let Some(refusal) = known.as_ref().and_then(|known| refuse_currency(product, &known.currency)) {
        stored.product.refused = 1;
        stored.variants.refused = run::count(product.variants.len());
        stored.refusals.push(refusal);
        return Ok(stored);
    }
    let currency = product.currency.as_deref().unwrap_or(currency);
    let currency = known.as_ref().map_or(currency, |known| known.currency.as_str()).to_owned();
    let Pairs { mut pairs, left } = pair(&product.variants, variants);
    let owners = owners(txn, &product.handle, &pairs).await?;
    let promised = Promised::read(txn, &pairs).await?;
    // What is refused stays as it is.
    let mut kept: Vec<Decimal> = left.iter().map(|model| model.price).collect();
    pairs.retain(|(variant, known)| {
        let refusal = refuse_variant(variant, &owners, &currency);
        let refusal = refusal.or_else(|| promised.refuse(variant, known.as_ref()));
        stored.variants.refused += u64::from(refusal.is_some());
        let is_taken = refusal.is_none();
        if !is_taken {
            kept.extend(known.as_ref().map(|known| known.price));
        }
        stored.refusals.extend(refusal);
        is_taken
    });
    let Some(base_price) = pairs.iter().map(|(variant, _)| variant.price).chain(kept).min() else {
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
    let has_options = product.option_names != Change::Set(vec![ONLY_NAME.to_owned()]);
    write_variants(txn, options, id, pairs, Said { sale, has_options }, &mut stored.variants).await?;
    Ok(stored)
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
    if let Change::Set(vendor) = &product.vendor {
        row.vendor.set_if_not_equals(vendor.clone());
    }
    if let Change::Set(category) = &product.category {
        row.category.set_if_not_equals(category.clone());
    }
    if let Change::Set(collection) = &product.collection {
        row.collection.set_if_not_equals(collection.clone());
    }
    if let Change::Set(tags) = &product.tags {
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

/// What a product says of all of its variants.
#[derive(Clone, Copy)]
struct Said {
    sale: Sale,
    /// Whether it has options. Where it has none, nobody says whether a variant has a size.
    has_options: bool,
}

async fn write_variants(
    txn: &DatabaseTransaction,
    options: &Options,
    product_id: Uuid,
    pairs: Vec<(&Variant, Option<variants::Model>)>,
    Said { sale, has_options }: Said,
    counts: &mut Counts,
) -> Result<()> {
    let now = run::timestamp(options);
    let mut new = Vec::new();
    for (variant, known) in pairs {
        let version = known.as_ref().map(|known| known.version);
        let was_available = known.as_ref().map(|known| known.is_available);
        let agreed = variant.terms.agree(known.as_ref());
        let is_sold_out = agreed.is_sold_out(known.as_ref());
        let mut row = known.map(IntoActiveModel::into_active_model).unwrap_or_default();
        if variant.has_sku_column {
            row.sku.set_if_not_equals(variant.sku.clone());
        }
        if variant.has_option_columns || version.is_none() {
            row.title.set_if_not_equals(variant.options.title.clone());
            row.option_values.set_if_not_equals(Value::from(variant.options.all.clone()));
        }
        if version.is_none() || (variant.has_option_columns && has_options) {
            row.size.set_if_not_equals(variant.options.size.clone());
            row.frame_type.set_if_not_equals(variant.options.frame_type.clone());
        }
        row.price.set_if_not_equals(variant.price);
        if let Change::Set(price) = variant.compare_at_price {
            row.compare_at_price.set_if_not_equals(price);
        }
        let is_available = sale.is_available(variant.terms.is_available, was_available);
        row.is_available.set_if_not_equals(is_available && !is_sold_out);
        row.stock_policy.set_if_not_equals(agreed.stock_policy);
        row.edition_size.set_if_not_equals(agreed.edition_size);
        row.tax_class.set_if_not_equals(agreed.tax_class);
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
