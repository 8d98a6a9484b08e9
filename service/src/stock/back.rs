//! Pieces that come back.

use entity::sea_orm_active_enums::{StockMovementKind, StockPolicy};
use uuid::Uuid;

use super::{backorder::fill, movement::Cause, shelves::Shelves};
use crate::{
    Result, UnitOfWork,
    catalog::edition::{self, Pieces},
    edit::check,
};

/// Pieces of an order item that come back into stock.
#[derive(Clone, Debug)]
pub(crate) struct Back {
    /// The item.
    pub(crate) order_item_id: Uuid,
    /// Of what.
    pub(crate) variant_id: Uuid,
    /// How many; at least one.
    pub(crate) quantity: i32,
    /// Where to.
    pub(crate) location: String,
}

/// Puts pieces that came back into stock, where they go to whoever waits for some; the items whose pieces it took.
/// Variants whose stock is not kept, or that are gone, are passed over. The effect key names the receipt, a new one
/// each time; the movements have their own, `{effect_key}:{item}:{number}`.
pub(crate) async fn take_back(
    unit: &mut UnitOfWork,
    order_id: Uuid,
    backs: &[Back],
    effect_key: &str,
) -> Result<Vec<Uuid>> {
    let mut shelves = Shelves::lock(unit, backs.iter().map(|back| back.variant_id)).await?;
    let (mut taken, mut unsold) = (Vec::new(), Vec::new());
    for (number, Back { order_item_id, variant_id, quantity, location }) in backs.iter().enumerate() {
        let Ok(variant) = shelves.variant(*variant_id) else { continue };
        if variant.policy == StockPolicy::Untracked || *quantity < 1 {
            continue;
        }
        check::text("location", location, check::NAME)?;
        shelves.check_count(*variant_id, *quantity, "quantity")?;
        let level = shelves.at_or_new(*variant_id, location).id;
        let key = format!("{effect_key}:{order_item_id}:{number}");
        shelves.add(level, *quantity, Cause::of_order(StockMovementKind::Return, order_id, key))?;
        taken.push(*order_item_id);
        unsold.push(Pieces { variant_id: *variant_id, quantity: *quantity });
    }
    // Before the pieces are free: an edition has no more of them than its size.
    edition::take_back(unit, &unsold).await?;
    fill(unit, &mut shelves).await?;
    shelves.save(unit).await?;
    Ok(taken)
}
