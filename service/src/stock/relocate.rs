//! Keeping pieces at another location.

use entity::sea_orm_active_enums::ReservationStatus;
use uuid::Uuid;

use super::{
    backorder::fill,
    packed::Packed,
    plan::{check_short, short_line},
    reservation::Reservations,
    shelves::Shelves,
};
use crate::{Result, UnitOfWork, refusal::ShortLine};

/// Moves the promise of pieces of order items to another location, if that has as many (INSUFFICIENT_STOCK, with all
/// short lines). Nothing is moved but the promise: what is on hand stays where it is. What other parcels take along
/// moves last. The order must be locked.
pub(crate) async fn relocate(unit: &mut UnitOfWork, items: &[(Uuid, i32)], location: &str) -> Result<()> {
    let ids: Vec<Uuid> = items.iter().map(|(item, _)| *item).collect();
    let mut kept = Reservations::lock(unit, |sql| {
        sql.push("r.order_item_id").is_any(&ids);
        sql.push(" AND r.status = ").literal(&ReservationStatus::Ordered);
    })
    .await?;
    let mut shelves = Shelves::lock(unit, kept.rows().iter().map(|row| row.product_variant_id)).await?;
    let spare = Packed::read(unit, &ids).await?.spare(kept.rows());
    let packed: Vec<i32> = kept.rows().iter().zip(&spare).map(|(row, spare)| row.quantity - spare).collect();
    // What is in no parcel comes first.
    let pieces: Vec<(usize, i32)> = spare.into_iter().enumerate().chain(packed.into_iter().enumerate()).collect();
    let mut short = Vec::new();
    for (item, quantity) in items {
        short.extend(move_item(&mut shelves, &mut kept, &pieces, (*item, *quantity), location)?);
    }
    check_short(short)?;
    shelves.keep(kept);
    fill(unit, &mut shelves).await?;
    shelves.save(unit).await
}

/// Moves pieces of an item, or says what is short.
fn move_item(
    shelves: &mut Shelves,
    kept: &mut Reservations,
    pieces: &[(usize, i32)],
    (item, quantity): (Uuid, i32),
    location: &str,
) -> Result<Option<ShortLine>> {
    // An item whose stock is not kept has nothing to be moved.
    let first = kept.rows().iter().find(|row| row.order_item_id == Some(item));
    let Some(variant_id) = first.map(|row| row.product_variant_id) else { return Ok(None) };
    let there = shelves.at(variant_id, location).map(|level| (level.id, level.now.available));
    let Some((target, _)) = there.filter(|(_, available)| *available >= quantity) else {
        let available = there.map_or(0, |(_, available)| available);
        return Ok(Some(short_line(shelves.variant(variant_id)?, Some(location.to_owned()), quantity, available)));
    };
    let mut left = quantity;
    for (place, pieces) in pieces {
        let Some(row) = kept.rows().get(*place).filter(|row| row.order_item_id == Some(item)) else { continue };
        let Some(from) = row.inventory_id.filter(|from| *from != target) else { continue };
        let pieces = (*pieces).min(left);
        if pieces < 1 {
            continue;
        }
        shelves.free(from, pieces)?;
        shelves.promise(target, pieces)?;
        kept.change(*place, pieces, |row| row.inventory_id = Some(target));
        left -= pieces;
    }
    if left < 1 {
        return Ok(None);
    }
    // Nobody promised more.
    Ok(Some(short_line(shelves.variant(variant_id)?, None, quantity, quantity.saturating_sub(left))))
}
