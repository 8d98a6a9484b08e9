//! Bringing stock rows to what the file says, and the journal and the variants' sums with them.

use std::collections::HashSet;

use entity::{inventory, stock_movements};
use sea_orm::{
    ActiveModelTrait, ActiveValue::Set, ColumnTrait, DatabaseTransaction, EntityTrait, IntoActiveModel, QueryFilter,
};
use uuid::Uuid;

use super::{
    journal::movement,
    parse::{Quantities, Stock, VariantKey},
    shelves::{Found, Shelf, Shelves},
};
use crate::{
    Change, Result,
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
    movements: Vec<stock_movements::ActiveModel>,
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
            (Found::Variant(shelf), None) => clear(options, row, shelf, &mut changes, &mut stored),
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
    write(txn, changes, shelves).await?;
    Ok(stored)
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

/// Brings one stock row to the file's quantities. What is reserved stays: baskets and orders of here keep it.
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
    if let Some(reason) = excess(shelf) {
        match before {
            Some(before) => shelf.available.insert(row.location.clone(), before),
            None => shelf.available.remove(&row.location),
        };
        return Err(Refusal::new(row.line, "Available", &available.to_string(), reason));
    }
    let known = shelf.rows.get(&row.location).cloned();
    let version = known.as_ref().map(|known| known.version);
    let old = known.as_ref().map_or(0, |known| known.quantity_available);
    changes.movements.extend(movement(options, shelf, &row.location, old, available));
    let mut model = known.map(IntoActiveModel::into_active_model).unwrap_or_default();
    model.quantity_available.set_if_not_equals(available);
    let blank = if version.is_none() { Some(0) } else { None };
    if let Some(incoming) = quantities.incoming.or(blank) {
        model.quantity_incoming.set_if_not_equals(incoming);
    }
    if let Change::Set(point) = quantities.reorder_point {
        model.reorder_point.set_if_not_equals(point);
    }
    if let Change::Set(quantity) = quantities.reorder_quantity {
        model.reorder_quantity.set_if_not_equals(quantity);
    }
    let kept = shelf.rows.get(&row.location).map_or(0, |row| row.quantity_reserved);
    stored.stocked.committed_otherwise += u64::from(quantities.reserved.is_some_and(|committed| committed != kept));
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
            model.quantity_reserved = Set(0);
            model.version = Set(1);
            model.created_at = Set(now);
            model.updated_at = Set(now);
            changes.new.push(model);
        }
    }
    Ok(())
}

/// Why there cannot be as many pieces of a variant as its locations have together.
fn excess(shelf: &Shelf) -> Option<String> {
    let (sold, reserved) = (shelf.variant.edition_sold, shelf.reserved());
    // What is reserved may become available again.
    if shelf.quantity().is_none() || shelf.sum() + reserved > i64::from(i32::MAX) {
        return Some("all locations together, with what is reserved, add up to more than 2147483647".to_owned());
    }
    let size = shelf.variant.edition_size?;
    let is_beyond = shelf.sum() + reserved + i64::from(sold) > i64::from(size);
    is_beyond.then(|| format!("the edition has {size} pieces, of which {sold} were sold and {reserved} are reserved"))
}

/// Takes away the stock row of a place that is no longer stocked.
fn clear(
    options: &Options,
    row: &Stock,
    shelf: &mut Shelf,
    changes: &mut Changes,
    stored: &mut Stored,
) -> Result<(), Refusal> {
    match shelf.rows.get(&row.location) {
        None => stored.stocked.not_stocked += 1,
        Some(known) if known.quantity_reserved > 0 => {
            let reason = format!("{} pieces there are reserved for open orders", known.quantity_reserved);
            return Err(Refusal::new(row.line, "Available", "not stocked", reason));
        }
        Some(known) => {
            stored.stocked.removed += 1;
            changes.gone.push(known.id);
            changes.movements.extend(movement(options, shelf, &row.location, known.quantity_available, 0));
            shelf.available.remove(&row.location);
        }
    }
    Ok(())
}

async fn write(txn: &DatabaseTransaction, changes: Changes, shelves: Shelves) -> Result<()> {
    if !changes.new.is_empty() {
        inventory::Entity::insert_many(changes.new).exec_without_returning(txn).await?;
    }
    for row in changes.changed {
        row.update(txn).await?;
    }
    if !changes.gone.is_empty() {
        inventory::Entity::delete_many().filter(inventory::Column::Id.is_in(changes.gone)).exec(txn).await?;
    }
    if !changes.movements.is_empty() {
        stock_movements::Entity::insert_many(changes.movements).exec_without_returning(txn).await?;
    }
    for shelf in shelves.shelves.into_values() {
        let quantity = shelf.quantity().unwrap_or(shelf.variant.inventory_quantity);
        let mut variant = shelf.variant.into_active_model();
        // The version stays: whoever edits the variant has not been overtaken.
        variant.inventory_quantity.set_if_not_equals(quantity);
        if variant.is_changed() {
            variant.update(txn).await?;
        }
    }
    Ok(())
}
