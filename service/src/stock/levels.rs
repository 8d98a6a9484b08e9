//! The stock rows themselves: when to reorder, and removing one that is empty.

use std::collections::{BTreeMap, BTreeSet};

use entity::{inventory, sea_orm_active_enums::ReservationStatus};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect, sea_query::LockType};
use serde::Serialize;
use uuid::Uuid;

use super::shelves::{Level, is_low, restocking_key};
use crate::{
    Change, Error, Result, UnitOfWork, Verb,
    access::Operation,
    batch::{ItemResult, OnError, check_size, collect},
    database::{Column, columns},
    edit::{self, EditableRow, check},
    followup,
    refusal::{At, Code, Facts, Refusal},
};

/// Sets when and how much to reorder.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// Of which stock rows.
    pub items: Vec<Reorder>,
    /// What a refused item means for the others.
    pub on_error: OnError,
}

/// When and how much of a stock row to reorder.
#[derive(Clone, Debug, Serialize)]
pub struct Reorder {
    /// The stock row.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Below or at how many free pieces.
    pub reorder_point: Change<Option<i32>>,
    /// How many.
    pub reorder_quantity: Change<Option<i32>>,
}

/// Removes an empty stock row.
#[derive(Clone, Debug, Serialize)]
pub struct Remove {
    /// The stock row.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

/// What is written of a stock row.
struct Edited {
    id: Uuid,
    version: i32,
    reorder_point: Option<i32>,
    reorder_quantity: Option<i32>,
}

fn columns() -> Vec<Column<Edited>> {
    columns!(Edited: id, version, reorder_point, reorder_quantity).into()
}

impl Verb for Update {
    /// The stock rows.
    type Outcome = Vec<ItemResult<Uuid>>;
    const OPERATION: Operation = Operation::UpdateInventoryLevels;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Self::Outcome> {
        check_size("items", self.items.len())?;
        let mut rows = lock(unit, self.items.iter().map(|item| item.id)).await?;
        // Whether little was left of those that change.
        let mut changed: BTreeMap<Uuid, bool> = BTreeMap::new();
        let results = self.items.iter().map(|item| {
            let before = rows.get(&item.id).ok_or(Error::NotFound(inventory::Model::NOUN, item.id)).at(["id"])?;
            let mut after = item.edit(before)?;
            if after != *before {
                after.touch(unit.now().into());
                let (was, is) = (edit::changes(Some(&after), before), edit::changes(Some(before), &after));
                unit.record(Self::OPERATION, inventory::Model::TYPE, item.id, was, is);
                changed.entry(item.id).or_insert(is_low(before.quantity_available, before.reorder_point));
                rows.insert(item.id, after);
            }
            Ok(item.id)
        });
        let results = collect(self.on_error, results)?;
        let edited = changed.keys().filter_map(|id| rows.get(id)).map(|row| Edited {
            id: row.id,
            version: row.version,
            reorder_point: row.reorder_point,
            reorder_quantity: row.reorder_quantity,
        });
        let edited: Vec<Edited> = edited.collect();
        if !edited.is_empty() {
            let same = [("updated_at", unit.now().into())];
            unit.write(|sql| {
                sql.update("inventory", &columns(), &same, &edited);
            });
        }
        let changed = changed.iter().filter_map(|(id, was_low)| Some((rows.get(id)?, *was_low)));
        let turned = changed.filter(|(row, was_low)| is_low(row.quantity_available, row.reorder_point) != *was_low);
        restock(unit, &turned.collect::<Vec<_>>()).await?;
        Ok(results)
    }
}

/// Has somebody order more where little is left by a new reorder point, and nobody where there is enough by it.
async fn restock(unit: &mut UnitOfWork, rows: &[(&inventory::Model, bool)]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let variants: Vec<Uuid> = rows.iter().map(|(row, _)| row.product_variant_id).collect();
    let mut sql = unit.sql();
    sql.push("SELECT id, sku FROM product_variants WHERE id").is_any(&variants);
    let mut skus: BTreeMap<Uuid, Option<String>> = BTreeMap::new();
    for row in unit.rows(sql).await? {
        skus.insert(row.try_get_by("id")?, row.try_get_by("sku")?);
    }
    for (row, was_low) in rows {
        let sku = skus.get(&row.product_variant_id).and_then(|sku| sku.as_deref());
        Level::of(row).restock(unit, sku, *was_low).await?;
    }
    Ok(())
}

impl Reorder {
    fn edit(&self, before: &inventory::Model) -> Result<inventory::Model> {
        edit::check_version(self.expected_version, before.version)?;
        let mut after = before.clone();
        self.reorder_point.apply(&mut after.reorder_point);
        self.reorder_quantity.apply(&mut after.reorder_quantity);
        for (field, value) in [("reorderPoint", after.reorder_point), ("reorderQuantity", after.reorder_quantity)] {
            check::within(field, value.unwrap_or_default(), 0..=i32::MAX)?;
        }
        Ok(after)
    }
}

/// Locks stock rows, in the order in which everybody does.
async fn lock(unit: &UnitOfWork, ids: impl Iterator<Item = Uuid>) -> Result<BTreeMap<Uuid, inventory::Model>> {
    let found = inventory::Entity::find()
        .filter(inventory::Column::Id.is_in(ids.collect::<BTreeSet<_>>()))
        .order_by_asc(inventory::Column::ProductVariantId)
        .order_by_asc(inventory::Column::Location)
        .lock(LockType::NoKeyUpdate);
    Ok(found.all(unit.txn().await?).await?.into_iter().map(|row| (row.id, row)).collect())
}

impl Verb for Remove {
    /// The variant that had it.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RemoveInventoryLevel;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let row: inventory::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let variant = row.product_variant_id;
        check_empty(unit, &row).await.at(["id"])?;
        edit::remove(unit, Self::OPERATION, row).await?;
        followup::withdraw(unit, &restocking_key(self.id)).await?;
        Ok(variant)
    }
}

/// Refuses a stock row that has pieces, or expects some.
async fn check_empty(unit: &UnitOfWork, row: &inventory::Model) -> Result<()> {
    let in_use =
        |by: &str, message: &str| Err(Refusal::new(Code::InUse, message).with(Facts::UsedBy(by.to_owned())).into());
    if row.quantity_available != 0 || row.quantity_incoming != 0 {
        return in_use(inventory::Model::TYPE, "it still has pieces, or pieces are on their way");
    }
    let mut sql = unit.sql();
    sql.push("SELECT id FROM stock_reservations WHERE inventory_id = ").bind(row.id).push(" AND status");
    sql.is_one_of(&[ReservationStatus::Held, ReservationStatus::Ordered]).push(" LIMIT 1");
    match row.quantity_reserved != 0 || !unit.rows(sql).await?.is_empty() {
        true => in_use("StockReservation", "it has pieces that are reserved for holds or orders"),
        false => Ok(()),
    }
}
