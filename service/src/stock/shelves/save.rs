//! Writing stock.

use std::collections::BTreeMap;

use entity::sea_orm_active_enums::EventAggregate;
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{Level, Shelves, Told};
use crate::{
    Result, UnitOfWork,
    database::{Column, columns},
    events::{Event, EventKind},
    stock::movement,
};

/// What is free to sell of a variant.
pub(super) struct Sum {
    pub(super) id: Uuid,
    pub(super) inventory_quantity: i32,
}

fn columns() -> Vec<Column<Level>> {
    let [counted] = columns!(Level: last_counted_at = counted_at);
    let mut columns = Vec::from(columns!(Level:
        id,
        version,
        quantity_available = now.available,
        quantity_reserved = now.reserved,
        quantity_incoming = now.incoming,
    ));
    columns.push(counted.keeping());
    columns
}

fn columns_of_new() -> Vec<Column<Level>> {
    let mut all = Vec::from(columns!(Level: product_variant_id = variant_id, location));
    all.extend(columns());
    all
}

impl Level {
    fn is_changed(&self) -> bool {
        self.now != self.before || self.counted_at.is_some()
    }

    /// An event of this row, with its quantities.
    pub(super) fn event(&self, kind: EventKind, more: Map<String, Json>) -> Event {
        let mut changes = Map::new();
        changes.insert("variantId".to_owned(), json!(self.variant_id));
        changes.insert("location".to_owned(), json!(self.location));
        changes.insert("quantityAvailable".to_owned(), json!(self.now.available));
        changes.insert("quantityReserved".to_owned(), json!(self.now.reserved));
        if self.now.incoming != self.before.incoming {
            changes.insert("quantityIncoming".to_owned(), json!(self.now.incoming));
        }
        changes.extend(more);
        Event {
            kind,
            aggregate_type: EventAggregate::Stock,
            aggregate_id: self.id,
            aggregate_version: self.version,
            agent_id: None,
            execution_id: None,
            changes,
        }
    }
}

impl Shelves {
    /// Writes what changed: stock rows, the sums of their variants, the journal, reservations; and tells of it. A stock
    /// change moves no version of a variant.
    pub(in crate::stock) async fn save(mut self, unit: &mut UnitOfWork) -> Result<()> {
        let now = unit.now();
        // Each event of a row has a version of its own.
        let mut untold: BTreeMap<Uuid, i32> = BTreeMap::new();
        for told in &self.told {
            *untold.entry(told.level).or_default() += 1;
        }
        // Changes that cancel each other happened all the same.
        self.levels.retain(|id, level| level.is_changed() || untold.contains_key(id));
        for (id, level) in &mut self.levels {
            level.version = level.version.saturating_add(untold.get(id).copied().unwrap_or(1));
        }
        let new: Vec<&Level> = self.levels.values().filter(|level| level.is_new).collect();
        if !new.is_empty() {
            let same = [("created_at", now.into()), ("updated_at", now.into())];
            unit.insert("inventory", &columns_of_new(), &same, new.iter().copied());
        }
        let changed: Vec<&Level> = self.levels.values().filter(|level| !level.is_new).collect();
        if !changed.is_empty() {
            unit.update("inventory", &columns(), &[("updated_at", now.into())], changed.iter().copied());
        }
        let sums = self.sums();
        if !sums.is_empty() {
            unit.update("product_variants", &columns!(Sum: id, inventory_quantity), &[], &sums);
        }
        self.remember(unit, &sums);
        movement::write(unit, &self.movements);
        for reservations in std::mem::take(&mut self.reservations) {
            reservations.write(unit);
        }
        for Told { level, now, kind, more } in std::mem::take(&mut self.told) {
            let (Some(level), Some(later)) = (self.levels.get(&level), untold.get_mut(&level)) else { continue };
            *later -= 1;
            // The last one says what became of the row in the end.
            let now = if *later == 0 { level.now } else { now };
            let version = level.version.saturating_sub(*later);
            unit.emit(Level { now, version, ..level.clone() }.event(kind, more));
        }
        for level in self.levels.values() {
            let sku = self.variants.get(&level.variant_id).and_then(|variant| variant.sku.as_deref());
            level.alert(unit, sku).await?;
        }
        Ok(())
    }

    /// What is free of the variants of which that changed: what was free before, and the changes of the rows. Rows that
    /// were made by others while these were waited for are in it too.
    fn sums(&self) -> Vec<Sum> {
        let change = |id: Uuid| -> i64 {
            let changes = self.of(id).map(|level| i64::from(level.now.available) - i64::from(level.before.available));
            changes.sum()
        };
        let changed = self.variants.values().map(|variant| (variant, change(variant.id)));
        changed
            .filter(|(_, change)| *change != 0)
            .map(|(variant, change)| Sum {
                id: variant.id,
                // Nobody can promise more than fits: see `check_room`.
                inventory_quantity: i32::try_from(i64::from(variant.available) + change).unwrap_or(i32::MAX),
            })
            .collect()
    }
}
