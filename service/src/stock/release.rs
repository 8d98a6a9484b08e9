//! Giving pieces back that were promised.

use std::collections::{BTreeMap, BTreeSet};

use entity::sea_orm_active_enums::ReservationStatus;
use serde_json::json;
use uuid::Uuid;

use super::{backorder::serve, packed::Packed, reservation::Reservations, shelves::Shelves};
use crate::{Result, UnitOfWork, events::EventKind};

/// What an order item can have that is not shipped yet.
pub(super) const OPEN: [ReservationStatus; 2] = [ReservationStatus::Ordered, ReservationStatus::Backordered];

/// Gives back pieces of order items that will not ship: those to come first, then the ones taken last that are in no
/// parcel. They are free again, and go to whoever waits for some. Items whose stock is not kept have none. The order
/// must be locked.
pub(crate) async fn release(unit: &mut UnitOfWork, items: &[(Uuid, i32)]) -> Result<()> {
    let ids: Vec<Uuid> = items.iter().map(|(item, _)| *item).collect();
    let open = Reservations::lock_open(unit, |sql| {
        sql.push("r.order_item_id").is_any(&ids).push(" AND r.status").is_one_of(&OPEN);
    })
    .await?;
    let mut left: BTreeMap<Uuid, i32> = BTreeMap::new();
    for (item, quantity) in items {
        let sum = left.entry(*item).or_default();
        *sum = sum.saturating_add(*quantity);
    }
    let spare = Packed::read(unit, &ids).await?.spare(open.rows());
    let mut pieces = Vec::new();
    for (place, (row, spare)) in open.rows().iter().zip(spare).enumerate().rev() {
        let is_here = row.inventory_id.is_some();
        pieces.push((u8::from(is_here), place, spare));
        pieces.push((2, place, row.quantity - spare));
    }
    pieces.sort_by_key(|(rank, ..)| *rank);
    let mut parts = Vec::new();
    for (_, place, pieces) in pieces {
        let Some(item) = open.rows().get(place).and_then(|row| row.order_item_id) else { continue };
        let Some(left) = left.get_mut(&item) else { continue };
        let quantity = pieces.min(*left);
        if quantity > 0 {
            *left -= quantity;
            parts.push((place, quantity));
        }
    }
    give_back(unit, open, Some(parts), ReservationStatus::Released).await
}

/// Gives back all that an order keeps, the hold of a draft too.
pub(crate) async fn release_order(unit: &mut UnitOfWork, order_id: Uuid) -> Result<()> {
    let kept = Reservations::lock_open(unit, |sql| {
        let statuses = [ReservationStatus::Held, ReservationStatus::Ordered, ReservationStatus::Backordered];
        sql.push("r.order_id = ").bind(order_id).push(" AND r.status").is_one_of(&statuses);
    })
    .await?;
    give_back(unit, kept, None, ReservationStatus::Released).await
}

/// Frees pieces of locked reservations, by their places, or all of them; `end` is what becomes of these.
pub(super) async fn give_back(
    unit: &mut UnitOfWork,
    mut kept: Reservations,
    parts: Option<Vec<(usize, i32)>>,
    end: ReservationStatus,
) -> Result<()> {
    let parts = match parts {
        Some(parts) => parts,
        None => kept.rows().iter().enumerate().map(|(place, row)| (place, row.quantity)).collect(),
    };
    if parts.is_empty() {
        return Ok(());
    }
    let variants: BTreeSet<Uuid> = kept.rows().iter().map(|row| row.product_variant_id).collect();
    let mut shelves = Shelves::lock(unit, variants.iter().copied()).await?;
    // Of holds the stock's events tell, of orders their own.
    let mut told: BTreeMap<(Uuid, Uuid), i64> = BTreeMap::new();
    for (place, quantity) in parts {
        let Some(row) = kept.rows().get(place) else { continue };
        if let Some(level) = row.inventory_id {
            shelves.free(level, quantity)?;
            if row.status == ReservationStatus::Held {
                *told.entry((level, row.hold_id)).or_default() += i64::from(quantity);
            }
        }
        kept.change(place, quantity, |row| row.end(end));
    }
    for ((level, hold_id), quantity) in told {
        let has_expired = end == ReservationStatus::Expired;
        let more = json!({ "holdId": hold_id, "quantity": quantity, "hasExpired": has_expired });
        shelves.tell(level, EventKind::StockReleased, more);
    }
    // Before others are served: who gave up does not wait any more.
    kept.write(unit);
    // Whoever served others meanwhile passed these over, also where they only waited.
    serve(unit, &mut shelves, variants).await?;
    shelves.save(unit).await
}
