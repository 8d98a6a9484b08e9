//! Locking stock for a call that changes it in several steps.

use entity::{order_items, sea_orm_active_enums::ReservationStatus};
use uuid::Uuid;

use super::{release::OPEN, reservation::Reservations, shelves::Shelves};
use crate::{Result, UnitOfWork};

/// Locks what is kept for items, and then the stock of their variants, before the first of several steps that change
/// it: steps that lock for themselves may meet those of another call the other way round. The order must be locked.
pub(crate) async fn lock_first(unit: &UnitOfWork, items: &[&order_items::Model]) -> Result<()> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.id).collect();
    Reservations::lock(unit, |sql| {
        sql.push("r.order_item_id").is_any(&ids).push(" AND r.status").is_one_of(&OPEN);
    })
    .await?;
    Shelves::lock(unit, items.iter().filter_map(|item| item.product_variant_id)).await.map(drop)
}

/// The same for a draft order whose hold changes: locks its reservations and those of the other hold that it takes over,
/// and then the stock of these and of its new items.
pub(crate) async fn lock_draft_first(
    unit: &UnitOfWork,
    draft: Uuid,
    other_hold: Option<Uuid>,
    items: &[order_items::Model],
) -> Result<()> {
    let held = Reservations::lock(unit, |sql| {
        sql.push("(r.order_id = ").bind(draft).push(" OR r.hold_id = ").bind(other_hold);
        sql.push(") AND r.status = ").literal(&ReservationStatus::Held);
    })
    .await?;
    let variants = held.rows().iter().map(|row| row.product_variant_id);
    Shelves::lock(unit, variants.chain(items.iter().filter_map(|item| item.product_variant_id))).await.map(drop)
}
