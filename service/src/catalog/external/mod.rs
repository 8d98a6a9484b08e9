//! Products that another system decides about: what it says of them is taken over.
//!
//! - `apply`: how a product and its variants follow.

mod apply;

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{ProductStatus, StockPolicy};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    assortment::{Assortment, Facts, Hold, Product, Wanted},
    product::{blank, hold_names},
};
use crate::{
    Result, UnitOfWork,
    access::Operation,
    edit::check,
    refusal::{Code, Refusal},
    settings,
};

/// A product as another system has it.
#[derive(Clone, Debug)]
pub(crate) struct ExternalProduct {
    /// Shopify's id, in digits.
    pub(crate) shopify_id: String,
    /// Its name in addresses.
    pub(crate) handle: String,
    /// What it is called.
    pub(crate) title: String,
    /// More about it.
    pub(crate) description: Option<String>,
    /// Who makes it.
    pub(crate) vendor: Option<String>,
    /// What sort of thing it is.
    pub(crate) category: Option<String>,
    /// Its tags.
    pub(crate) tags: Vec<String>,
    /// Its status.
    pub(crate) status: ProductStatus,
    /// Whether customers are shown it while it is active.
    pub(crate) is_listed: bool,
    /// What sets its variants apart.
    pub(crate) option_names: Vec<String>,
    /// Its variants. Those that are not named any more are taken off sale.
    pub(crate) variants: Vec<ExternalVariant>,
    /// When the other system changed it last.
    pub(crate) updated_at: DateTime<Utc>,
}

/// A variant as another system has it.
#[derive(Clone, Debug)]
pub(crate) struct ExternalVariant {
    /// Shopify's id, in digits.
    pub(crate) shopify_id: String,
    /// Shopify's id of what is counted of it.
    pub(crate) inventory_item_id: Option<String>,
    /// Its stock keeping unit.
    pub(crate) sku: Option<String>,
    /// Its values of the product's options.
    pub(crate) option_values: Vec<String>,
    /// What it costs.
    pub(crate) price: Decimal,
    /// What it is compared with.
    pub(crate) compare_at_price: Option<Decimal>,
    /// Whether its stock is counted; none if that is not told.
    pub(crate) is_tracked: Option<bool>,
    /// Whether more is sold than there is.
    pub(crate) is_backordered: bool,
}

impl ExternalVariant {
    /// What happens when more is ordered than there is, by what was known before.
    fn stock_policy(&self, before: StockPolicy) -> StockPolicy {
        let is_tracked = self.is_tracked.unwrap_or(before != StockPolicy::Untracked);
        match (is_tracked, self.is_backordered) {
            (false, _) => StockPolicy::Untracked,
            (true, true) => StockPolicy::Backorder,
            (true, false) => StockPolicy::Deny,
        }
    }
}

/// What became of a product.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Taken {
    /// It is as the other system has it.
    Followed,
    /// Something later is known.
    Stale,
    /// It is unknown.
    Unknown,
}

/// Takes a product over, found by its Shopify id, else by its handle; variants by their ids, else by SKU, else by their
/// options. Refused are values that a product cannot have, and a handle or a SKU that another one has.
pub(crate) async fn upsert(unit: &mut UnitOfWork, given: &ExternalProduct) -> Result<Taken> {
    hold_names(unit).await?;
    let known = find(unit, given).await?;
    let ids: Vec<Uuid> = known.into_iter().collect();
    let mut assortment = Assortment::load(unit, &ids, Hold::All).await?;
    let mut product = match ids.first().and_then(|id| assortment.product(*id)) {
        Some(product) if is_stale(product, given.updated_at) => return Ok(Taken::Stale),
        Some(product) => product.clone(),
        None => {
            let mut product = blank(unit, &settings::load(unit).await?.currency, ProductStatus::Draft)?;
            product.row.collection = given.tags.first().cloned();
            product
        }
    };
    let places = apply::pair(unit, &mut product, given);
    let facts = Facts::read(unit, &wanted(&product, given, &places)).await?;
    apply::product(&mut product.row, given)?;
    apply::variants(&mut product, given, &places, &facts)?;
    assortment.put(product);
    assortment.save(unit, Operation::UpsertProducts).await?;
    Ok(Taken::Followed)
}

/// Archives a product that was deleted at a time. A later update may bring it back, an earlier one not.
pub(crate) async fn archive(unit: &mut UnitOfWork, shopify_id: &str, at: DateTime<Utc>) -> Result<Taken> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM products WHERE shopify_id = ").bind(shopify_id);
    let ids: Vec<Uuid> = unit.ids(sql).await?;
    let mut assortment = Assortment::load(unit, &ids, Hold::All).await?;
    let Some(mut product) = ids.first().and_then(|id| assortment.product(*id)).cloned() else {
        return Ok(Taken::Unknown);
    };
    if product.row.source_updated_at.is_some_and(|known| known.to_utc() > at) {
        return Ok(Taken::Stale);
    }
    product.row.status = ProductStatus::Archived;
    product.row.source_deleted_at = product.row.source_deleted_at.or(Some(at.into()));
    for variant in &mut product.variants {
        variant.row.is_available = false;
    }
    assortment.put(product);
    assortment.save(unit, Operation::SetProductStatus).await?;
    Ok(Taken::Followed)
}

/// Whether something later is known of a product: a change, or that it was deleted.
fn is_stale(product: &Product, updated_at: DateTime<Utc>) -> bool {
    let row = &product.row;
    let is_known_later = row.source_updated_at.is_some_and(|known| known.to_utc() > updated_at);
    is_known_later || row.source_deleted_at.is_some_and(|gone| gone.to_utc() >= updated_at)
}

/// The product, if it exists.
async fn find(unit: &UnitOfWork, given: &ExternalProduct) -> Result<Option<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT id, shopify_id FROM products WHERE shopify_id = ").bind(given.shopify_id.as_str());
    sql.push(" OR handle = ").bind(given.handle.as_str());
    let (mut own, mut with_handle) = (None, None);
    for row in unit.rows(sql).await? {
        let (id, shopify_id): (Uuid, Option<String>) = (row.try_get_by("id")?, row.try_get_by("shopify_id")?);
        match shopify_id {
            Some(shopify_id) if shopify_id == given.shopify_id => own = Some(id),
            Some(_) => with_handle = Some((id, false)),
            None => with_handle = Some((id, true)),
        }
    }
    match (own, with_handle) {
        (own, None) => Ok(own),
        (None, Some((id, true))) => Ok(Some(id)),
        _ => {
            let message = format!("another product has the handle {:?}", given.handle);
            Err(Refusal::new(Code::AlreadyExists, message).at(["handle"]).into())
        }
    }
}

/// What has to be known to check the variants.
fn wanted(product: &Product, given: &ExternalProduct, places: &[usize]) -> Wanted {
    let skus = given.variants.iter().filter_map(|variant| variant.sku.clone());
    let mut wanted = Wanted { skus: skus.collect(), ..Wanted::default() };
    for (place, variant) in places.iter().zip(&given.variants) {
        let known = product.variants.get(*place).and_then(|known| known.before.as_ref());
        if let Some(known) = known.filter(|known| apply::switches(known, variant)) {
            wanted.switched.insert(known.id);
        }
    }
    wanted
}

/// Refuses two variants that have the same id, SKU or options: of ours, each has its own.
fn check_unique(given: &ExternalProduct) -> Result<(), Refusal> {
    type Value = fn(&ExternalVariant) -> Option<String>;
    const UNIQUE: [(&str, Value); 4] = [
        ("id", |variant| Some(variant.shopify_id.clone())),
        ("inventoryItemId", |variant| variant.inventory_item_id.clone()),
        ("sku", |variant| variant.sku.clone()),
        ("optionValues", |variant| Some(variant.option_values.join(" / "))),
    ];
    for (field, value) in UNIQUE {
        let mut known = HashSet::new();
        for (index, value) in given.variants.iter().map(value).enumerate() {
            let Some(value) = value.filter(|value| known.replace(value.clone()).is_some()) else { continue };
            let message = format!("two variants of the product have {value:?}");
            return Err(check::invalid(field, message).under(["variants".to_owned(), index.to_string()]));
        }
    }
    Ok(())
}

/// Refuses a product without variants, or one whose names are not those of its variants' values.
fn check_options(given: &ExternalProduct) -> Result<(), Refusal> {
    if given.variants.is_empty() {
        return Err(check::invalid("variants", "a product needs at least one variant"));
    }
    let names = given.option_names.len().max(1);
    match given.variants.iter().position(|variant| variant.option_values.len() != names) {
        Some(index) => {
            let message = format!("each variant needs {names} option values");
            Err(check::invalid("optionValues", message).under(["variants".to_owned(), index.to_string()]))
        }
        None => Ok(()),
    }
}
