//! Locking stock for a call that changes it in several steps.

use entity::order_items;
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
