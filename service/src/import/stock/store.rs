//! Bringing stock rows to what the file says, and the variants' sums with them.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use entity::{inventory, product_variants as variants, products};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, Condition, DatabaseTransaction, EntityTrait, IntoActiveModel,
    QueryFilter, QueryOrder, QuerySelect,
};
use uuid::Uuid;

use super::parse::{Quantities, Stock, VariantKey};
use crate::{
    Result,
    import::{Counts, OnError, Options, Refusal, Stocked, run},
};

/// What became of some stock rows.
#[derive(Default)]
pub(super) struct Stored {
    pub(super) counts: Counts,
    pub(super) stocked: Stocked,
    pub(super) refusals: Vec<Refusal>,
}

/// What is to be written, once all refusals are found.
#[derive(Default)]
struct Changes {
    new: Vec<inventory::ActiveModel>,
    changed: Vec<inventory::ActiveModel>,
    gone: Vec<Uuid>,
}

/// A variant and how many of it are for sale at each location.
struct Shelf {
    variant: variants::Model,
    rows: BTreeMap<String, inventory::Model>,
    available: BTreeMap<String, i32>,
}

/// Stores the rows of one product, or a part of them; all refusals are found before the first write.
pub(super) async fn stock(txn: &DatabaseTransaction, options: &Options, rows: &[Stock]) -> Result<Stored> {
    let mut shelves = Shelves::load(txn, rows).await?;
    let mut stored = Stored::default();
    let mut changes = Changes::default();
    let mut named = HashSet::new();
    for row in rows {
        let outcome = match (shelves.find(row), &row.quantities) {
            (Found::Variant(shelf), _) if !named.insert((shelf.variant.id, row.location.as_str())) => {
                Err(refuse(row, "another line has other quantities for the variant and location of"))
            }
            (Found::Variant(shelf), Some(quantities)) => {
                put(options, row, quantities, shelf, &mut changes, &mut stored)
            }
            (Found::Variant(shelf), None) => clear(row, shelf, &mut changes, &mut stored),
            // Nothing was to be stored.
            (Found::None, None) => {
                stored.stocked.not_stocked += 1;
                Ok(())
            }
            (Found::None, Some(_)) => Err(refuse(row, "no variant has")),
            (Found::Several, _) => Err(refuse(row, "several variants have")),
        };
        if let Err(refusal) = outcome {
            stored.counts.refused += 1;
            stored.refusals.push(refusal);
        }
    }
    if options.on_error == OnError::Stop && !stored.refusals.is_empty() {
        return Ok(Stored {
            counts: Counts { refused: 1, ..Counts::default() },
            stocked: Stocked::default(),
            ..stored
        });
    }
    write(txn, options, changes, shelves).await?;
    Ok(stored)
}

/// The variants that the rows name, with their stock rows.
struct Shelves {
    shelves: HashMap<Uuid, Shelf>,
    ids: HashMap<VariantKey, Vec<Uuid>>,
}

/// The variant that a row names.
enum Found<'a> {
    Variant(&'a mut Shelf),
    None,
    Several,
}

impl Shelves {
    /// Reads and locks them.
    async fn load(txn: &DatabaseTransaction, rows: &[Stock]) -> Result<Self> {
        let mut skus = BTreeSet::new();
        let mut handles = BTreeSet::new();
        for row in rows {
            match &row.variant {
                VariantKey::Sku(sku) => skus.insert(sku),
                VariantKey::Options { handle, .. } => handles.insert(handle),
            };
        }
        let products = products::Entity::find()
            .select_only()
            .columns([products::Column::Id, products::Column::Handle])
            .filter(products::Column::Handle.is_in(handles));
        let products: HashMap<Uuid, String> = products.into_tuple().all(txn).await?.into_iter().collect();
        let of_products = variants::Column::ProductId.is_in(products.keys().copied());
        let found = variants::Entity::find()
            .filter(Condition::any().add(variants::Column::Sku.is_in(skus)).add(of_products))
            // In one order everywhere, so that two imports wait instead of blocking each other.
            .order_by_asc(variants::Column::Id)
            .lock_exclusive();
        let found = found.all(txn).await?;
        let mut ids: HashMap<VariantKey, Vec<Uuid>> = HashMap::new();
        for variant in &found {
            if let Some(sku) = variant.sku.clone() {
                ids.entry(VariantKey::Sku(sku)).or_default().push(variant.id);
            }
            if let Some(handle) = products.get(&variant.product_id).cloned() {
                let key = VariantKey::Options { handle, title: variant.title.clone() };
                ids.entry(key).or_default().push(variant.id);
            }
        }
        Ok(Self { shelves: shelves(txn, found).await?, ids })
    }

    fn find(&mut self, row: &Stock) -> Found<'_> {
        match self.ids.get(&row.variant).map(Vec::as_slice) {
            Some([id]) => self.shelves.get_mut(id).map_or(Found::None, Found::Variant),
            Some([_, _, ..]) => Found::Several,
            _ => Found::None,
        }
    }
}

/// Variants with their stock rows.
async fn shelves(txn: &DatabaseTransaction, variants: Vec<variants::Model>) -> Result<HashMap<Uuid, Shelf>> {
    let ids: Vec<Uuid> = variants.iter().map(|variant| variant.id).collect();
    let known = inventory::Entity::find()
        .filter(inventory::Column::ProductVariantId.is_in(ids))
        .lock_exclusive()
        .all(txn)
        .await?;
    let mut by_variant: HashMap<Uuid, Vec<inventory::Model>> = HashMap::new();
    for row in known {
        by_variant.entry(row.product_variant_id).or_default().push(row);
    }
    let shelf = |variant: variants::Model| {
        let rows = by_variant.remove(&variant.id).unwrap_or_default();
        let available = rows.iter().map(|row| (row.location.clone(), row.quantity_available)).collect();
        let rows = rows.into_iter().map(|row| (row.location.clone(), row)).collect();
        (variant.id, Shelf { variant, rows, available })
    };
    Ok(variants.into_iter().map(shelf).collect())
}

/// Refuses a row for what is known of its variant.
fn refuse(row: &Stock, known: &str) -> Refusal {
    match &row.variant {
        VariantKey::Sku(sku) => Refusal::new(row.line, "SKU", sku, format!("{known} this SKU")),
        VariantKey::Options { handle, title } => {
            Refusal::new(row.line, "Handle", handle, format!("{known} this handle and the options {title:?}"))
        }
    }
}

/// Brings one stock row to the file's quantities.
fn put(
    options: &Options,
    row: &Stock,
    quantities: &Quantities,
    shelf: &mut Shelf,
    changes: &mut Changes,
    stored: &mut Stored,
) -> Result<(), Refusal> {
    // What was sold beyond what there is cannot be sold again; the table has no numbers below 0.
    let available = quantities.available.max(0);
    let before = shelf.available.insert(row.location.clone(), available);
    if shelf.sum().is_none() {
        match before {
            Some(before) => shelf.available.insert(row.location.clone(), before),
            None => shelf.available.remove(&row.location),
        };
        let value = available.to_string();
        return Err(Refusal::new(
            row.line,
            "Available",
            &value,
            "all locations together add up to more than 2147483647",
        ));
    }
    let known = shelf.rows.get(&row.location).cloned();
    let version = known.as_ref().map(|known| known.version);
    let mut model = known.map(IntoActiveModel::into_active_model).unwrap_or_default();
    model.quantity_available.set_if_not_equals(available);
    let blank = if version.is_none() { Some(0) } else { None };
    if let Some(reserved) = quantities.reserved.or(blank) {
        model.quantity_reserved.set_if_not_equals(reserved);
    }
    if let Some(incoming) = quantities.incoming.or(blank) {
        model.quantity_incoming.set_if_not_equals(incoming);
    }
    stored.stocked.oversold += u64::from(quantities.available < 0);
    stored.stocked.unavailable += u64::from(quantities.unavailable.unsigned_abs());
    let now = run::timestamp(options);
    match version {
        Some(_) if !model.is_changed() => stored.counts.unchanged += 1,
        Some(version) => {
            stored.counts.updated += 1;
            model.version = Set(version + 1);
            model.updated_at = Set(now);
            changes.changed.push(model);
        }
        None => {
            stored.counts.created += 1;
            model.id = Set(Uuid::now_v7());
            model.product_variant_id = Set(shelf.variant.id);
            model.location = Set(row.location.clone());
            model.version = Set(1);
            model.created_at = Set(now);
            model.updated_at = Set(now);
            changes.new.push(model);
        }
    }
    Ok(())
}

/// Takes away the stock row of a place that is no longer stocked.
fn clear(row: &Stock, shelf: &mut Shelf, changes: &mut Changes, stored: &mut Stored) -> Result<(), Refusal> {
    match shelf.rows.get(&row.location) {
        None => stored.stocked.not_stocked += 1,
        Some(known) if known.quantity_reserved > 0 => {
            let reason = format!("{} pieces there are reserved for open orders", known.quantity_reserved);
            return Err(Refusal::new(row.line, "Available", "not stocked", reason));
        }
        Some(known) => {
            stored.stocked.removed += 1;
            changes.gone.push(known.id);
            shelf.available.remove(&row.location);
        }
    }
    Ok(())
}

async fn write(txn: &DatabaseTransaction, options: &Options, changes: Changes, shelves: Shelves) -> Result<()> {
    if !changes.new.is_empty() {
        inventory::Entity::insert_many(changes.new).exec_without_returning(txn).await?;
    }
    for row in changes.changed {
        row.update(txn).await?;
    }
    if !changes.gone.is_empty() {
        inventory::Entity::delete_many().filter(inventory::Column::Id.is_in(changes.gone)).exec(txn).await?;
    }
    for shelf in shelves.shelves.into_values() {
        let sum = shelf.sum().unwrap_or(shelf.variant.inventory_quantity);
        let version = shelf.variant.version;
        let mut variant = shelf.variant.into_active_model();
        variant.inventory_quantity.set_if_not_equals(sum);
        if variant.is_changed() {
            variant.version = Set(version + 1);
            variant.updated_at = Set(run::timestamp(options));
            variant.update(txn).await?;
        }
    }
    Ok(())
}

impl Shelf {
    /// What `product_variants.inventory_quantity` must be, when it fits.
    fn sum(&self) -> Option<i32> {
        i32::try_from(self.available.values().map(|&available| i64::from(available)).sum::<i64>()).ok()
    }
}
