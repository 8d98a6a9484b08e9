//! Pieces of a cancelled order that are not free again.

use entity::sea_orm_active_enums::{ReservationStatus, StockMovementKind};
use uuid::Uuid;

use super::{movement::Cause, release::OPEN, reservation::Reservations, shelves::Shelves};
use crate::{Result, UnitOfWork};

/// Takes what an order keeps off what is on hand, and lets it wait for nothing more. The effect key names the order's
/// end; the movement of each row has its own, `{effect_key}:{row}`.
pub(crate) async fn write_off(unit: &mut UnitOfWork, order_id: Uuid, effect_key: &str) -> Result<()> {
    let mut kept = Reservations::lock_open(unit, |sql| {
        sql.push("r.order_id = ").bind(order_id).push(" AND r.status").is_one_of(&OPEN);
    })
    .await?;
    if kept.rows().is_empty() {
        return Ok(());
    }
    let mut shelves = Shelves::lock(unit, kept.rows().iter().map(|row| row.product_variant_id)).await?;
    for place in 0..kept.rows().len() {
        let Some(row) = kept.rows().get(place) else { continue };
        let (id, quantity, level) = (row.id, row.quantity, row.inventory_id);
        if let Some(level) = level {
            let cause = Cause::of_order(StockMovementKind::Adjust, order_id, format!("{effect_key}:{id}"));
            shelves.take_out(level, quantity, cause)?;
        }
        kept.change(place, quantity, |row| row.end(ReservationStatus::Released));
    }
    kept.write(unit);
    shelves.save(unit).await
}
