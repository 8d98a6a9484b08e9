//! Where the pieces of an order's items are kept, and which of them other parcels take along.

use std::collections::{BTreeMap, HashMap, HashSet};

use entity::{
    order_items,
    sea_orm_active_enums::{ParcelStatus, ReservationStatus, StockPolicy},
};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    orders::pieces::{check_most, whole},
    refusal::{Code, Facts, Refusal, ShortLine},
    stock,
};

/// The places of each item, by location. Whoever holds the order is the only one who takes pieces away from there.
#[derive(Debug, Default)]
pub(super) struct Places(HashMap<Uuid, BTreeMap<String, Place>>);

/// Pieces of an item at a location.
#[derive(Clone, Copy, Debug, Default)]
struct Place {
    /// Those that are kept for the order.
    kept: i32,
    /// Those that other parcels take from there.
    packed: i32,
}

impl Places {
    /// Reads the places of items of an order that is locked; `parcel` is none of the others.
    pub(super) async fn read(
        unit: &UnitOfWork,
        order: Uuid,
        parcel: Option<Uuid>,
        contents: &[(&order_items::Model, i32)],
    ) -> Result<Self> {
        let items: Vec<Uuid> = contents.iter().map(|(item, _)| item.id).collect();
        let mut sql = unit.sql();
        sql.push("SELECT r.order_item_id AS id, s.location, SUM(r.quantity) AS kept, 0 AS packed ");
        sql.push("FROM stock_reservations AS r JOIN inventory AS s ON s.id = r.inventory_id ");
        sql.push("WHERE r.order_item_id").is_any(&items);
        sql.push(" AND r.status = ").literal(&ReservationStatus::Ordered);
        sql.push(" GROUP BY r.order_item_id, s.location UNION ALL ");
        sql.push("SELECT l.order_item_id, f.location, 0, SUM(l.quantity) ");
        sql.push("FROM fulfillments AS f JOIN fulfillment_lines AS l ON l.fulfillment_id = f.id ");
        sql.push("WHERE f.order_id = ").bind(order);
        sql.push(" AND f.status = ").literal(&ParcelStatus::Preparing);
        if let Some(parcel) = parcel {
            sql.push(" AND f.id <> ").bind(parcel);
        }
        sql.push(" GROUP BY l.order_item_id, f.location");
        let mut places = Self::default();
        for row in unit.rows(sql).await? {
            let (item, location): (Uuid, String) = (row.try_get_by("id")?, row.try_get_by("location")?);
            let place = places.0.entry(item).or_default().entry(location).or_default();
            place.kept = place.kept.saturating_add(whole(row.try_get_by("kept")?));
            place.packed = place.packed.saturating_add(whole(row.try_get_by("packed")?));
        }
        Ok(places)
    }

    /// Refuses more pieces of an item than have not been shipped and are in no other parcel.
    pub(super) fn check_open(&self, item: &order_items::Model, quantity: i32) -> Result<(), Refusal> {
        let packed = self.of(item).fold(0_i32, |sum, place| sum.saturating_add(place.packed));
        let open = item.quantity - item.cancelled_quantity - item.fulfilled_quantity;
        check_most(item, quantity, open.saturating_sub(packed).max(0), "are left to be shipped")
    }

    /// Keeps the pieces of a parcel where it leaves from: what is kept elsewhere, and is in no other parcel, moves
    /// there if that location has as many. Refused are pieces that are kept nowhere, such as those that are still to
    /// come (INSUFFICIENT_STOCK, with all short lines).
    pub(super) async fn gather(
        &self,
        unit: &mut UnitOfWork,
        contents: &[(&order_items::Model, i32)],
        location: &str,
    ) -> Result<()> {
        let (kept, missing): (Vec<_>, Vec<_>) =
            contents.iter().copied().partition(|(item, quantity)| self.free(item) >= *quantity);
        if !missing.is_empty() {
            self.check_missing(unit, &missing).await?;
        }
        let elsewhere = |(item, quantity): &(&order_items::Model, i32)| {
            let elsewhere = quantity - self.free_at(item, location);
            (elsewhere > 0).then_some((item.id, elsewhere))
        };
        let elsewhere: Vec<(Uuid, i32)> = kept.iter().filter_map(elsewhere).collect();
        if elsewhere.is_empty() {
            return Ok(());
        }
        // The parcel may leave in the same call.
        let items: Vec<&order_items::Model> = contents.iter().map(|(item, _)| *item).collect();
        stock::lock_first(unit, &items).await?;
        stock::relocate(unit, &elsewhere, location).await
    }

    fn of(&self, item: &order_items::Model) -> impl Iterator<Item = &Place> {
        self.0.get(&item.id).into_iter().flat_map(BTreeMap::values)
    }

    /// The pieces of an item that are kept anywhere and are in no other parcel.
    fn free(&self, item: &order_items::Model) -> i32 {
        let free = self.of(item).fold(0_i32, |sum, place| sum.saturating_add(place.kept - place.packed));
        free.max(0)
    }

    /// The same for one location.
    fn free_at(&self, item: &order_items::Model, location: &str) -> i32 {
        let place = self.0.get(&item.id).and_then(|places| places.get(location)).copied().unwrap_or_default();
        (place.kept - place.packed).max(0)
    }

    /// Refuses items too few pieces of which are kept, unless their stock is not counted.
    async fn check_missing(&self, unit: &UnitOfWork, missing: &[(&order_items::Model, i32)]) -> Result<()> {
        let variants: Vec<Uuid> = missing.iter().filter_map(|(item, _)| item.product_variant_id).collect();
        let mut sql = unit.sql();
        sql.push("SELECT id FROM product_variants WHERE id").is_any(&variants);
        sql.push(" AND stock_policy <> ").literal(&StockPolicy::Untracked);
        let tracked: HashSet<Uuid> = unit.ids(sql).await?;
        let line = |(item, requested): &(&order_items::Model, i32)| {
            let variant_id = item.product_variant_id.filter(|variant| tracked.contains(variant))?;
            let (sku, available) = (item.sku.clone(), self.free(item));
            Some(ShortLine { variant_id, sku, location: None, requested: *requested, available })
        };
        let lines: Vec<ShortLine> = missing.iter().filter_map(line).collect();
        match lines.is_empty() {
            true => Ok(()),
            false => {
                let message = "not all of these pieces are in stock for the order yet";
                Err(Refusal::new(Code::InsufficientStock, message).with(Facts::ShortLines(lines)).into())
            }
        }
    }
}
