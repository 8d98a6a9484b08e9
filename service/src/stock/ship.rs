//! Pieces that leave.

use std::collections::BTreeMap;

use entity::sea_orm_active_enums::{ReservationStatus, StockMovementKind, StockPolicy};
use uuid::Uuid;

use super::{
    movement::Cause,
    plan::{check_short, short_line},
    reservation::Reservations,
    shelves::Shelves,
};
use crate::{
    Result, UnitOfWork,
    catalog::edition::{self, Pieces},
    refusal::Refusal,
};

/// Pieces of an order item that leave.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Leaving {
    /// The item.
    pub(crate) order_item_id: Uuid,
    /// Of what; none if it is gone.
    pub(crate) variant_id: Option<Uuid>,
    /// How many; at least one.
    pub(crate) quantity: i32,
}

/// Takes shipped pieces off what is on hand at a location, where as many must be reserved for their items
/// (INSUFFICIENT_STOCK), and counts them as sold. Items whose stock is not kept need none. The effect key names the
/// parcel; the movement of each item has its own, `{effect_key}:{item}`.
pub(crate) async fn ship(
    unit: &mut UnitOfWork,
    order_id: Uuid,
    location: &str,
    items: &[Leaving],
    effect_key: &str,
) -> Result<()> {
    let ids: Vec<Uuid> = items.iter().map(|item| item.order_item_id).collect();
    let mut kept = Reservations::lock(unit, |sql| {
        sql.push("r.order_item_id").is_any(&ids);
        sql.push(" AND r.status = ").literal(&ReservationStatus::Ordered);
    })
    .await?;
    let mut shelves = Shelves::lock(unit, items.iter().filter_map(|item| item.variant_id)).await?;
    let mut left: BTreeMap<Uuid, i32> = items.iter().map(|item| (item.order_item_id, item.quantity)).collect();
    let mut leaving: BTreeMap<(Uuid, Uuid), i32> = BTreeMap::new();
    for place in 0..kept.rows().len() {
        let Some(row) = kept.rows().get(place) else { continue };
        let (Some(item), Some(level)) = (row.order_item_id, row.inventory_id) else { continue };
        let Some(left) = left.get_mut(&item) else { continue };
        let quantity = row.quantity.min(*left);
        if quantity < 1 || shelves.level(level)?.location != location {
            continue;
        }
        *left -= quantity;
        *leaving.entry((level, item)).or_default() += quantity;
        kept.change(place, quantity, |row| row.status = ReservationStatus::Shipped);
    }
    check_missing(&shelves, location, items, &left)?;
    for ((level, item), quantity) in leaving {
        let cause = Cause::of_order(StockMovementKind::Ship, order_id, format!("{effect_key}:{item}"));
        shelves.take_out(level, quantity, cause)?;
    }
    let sold = |item: &Leaving| Some(Pieces { variant_id: item.variant_id?, quantity: item.quantity });
    let sold: Vec<Pieces> = items.iter().filter_map(sold).collect();
    edition::sell(unit, &sold).await?;
    shelves.keep(kept);
    shelves.save(unit).await
}

/// Refuses items of which too few pieces are reserved at the location, unless their stock is not kept.
fn check_missing(
    shelves: &Shelves,
    location: &str,
    items: &[Leaving],
    missing: &BTreeMap<Uuid, i32>,
) -> Result<(), Refusal> {
    let line = |item: &Leaving| {
        let missing = missing.get(&item.order_item_id).filter(|missing| **missing > 0)?;
        let variant = shelves.variant(item.variant_id?).ok()?;
        let there = item.quantity.saturating_sub(*missing);
        let line = || short_line(variant, Some(location.to_owned()), item.quantity, there);
        (variant.policy != StockPolicy::Untracked).then(line)
    };
    check_short(items.iter().filter_map(line).collect())
}
