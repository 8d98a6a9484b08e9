//! Making an order of a hold.

use entity::sea_orm_active_enums::{ReservationStatus, StockPolicy};
use serde_json::json;
use uuid::Uuid;

use super::{
    Demand, Taken,
    backorder::fill,
    hold,
    plan::plan,
    reservation::{Reservation, Reservations},
    shelves::Shelves,
};
use crate::{Result, UnitOfWork, events::EventKind, settings::Settings};

/// Takes the pieces that lines want, those of a hold first: what it kept becomes theirs, what is missing is taken, what
/// is left is released. A hold that has lapsed still counts as long as nobody ended it; that of a draft order is for
/// this one alone, which `draft` names. Refused: HOLD_GONE, NOT_FOUND of the hold, and as [`take`](super::take()).
///
/// What becomes of the hold's rows is written by [`reserve`](super::reserve): each piece must be given to an item.
pub(crate) async fn claim_hold(
    unit: &mut UnitOfWork,
    settings: &Settings,
    hold_id: Uuid,
    draft: Option<Uuid>,
    demands: &[Demand],
) -> Result<Vec<Taken>> {
    let held = hold::lock(unit, hold_id, draft).await?;
    let variants = held.rows().iter().map(|row| row.product_variant_id);
    let mut shelves = Shelves::lock(unit, variants.chain(demands.iter().map(|demand| demand.variant_id))).await?;
    let mut kept: Vec<Kept> = held.rows().iter().map(Kept::of).collect();
    let (mut taken, mut missing) = (Vec::new(), Vec::new());
    let (bound, free): (Vec<&Demand>, Vec<&Demand>) = demands.iter().partition(|demand| demand.location.is_some());
    for demand in bound.into_iter().chain(free) {
        let mut left = demand.quantity;
        if shelves.variant(demand.variant_id)?.policy != StockPolicy::Untracked {
            for kept in kept.iter_mut().filter(|kept| kept.row.product_variant_id == demand.variant_id) {
                left -= kept.give(&shelves, demand, left, &mut taken)?;
            }
        }
        if left > 0 {
            missing.push(Demand { quantity: left, ..demand.clone() });
        }
    }
    let rest = rest(&mut shelves, hold_id, &kept)?;
    taken.extend(plan(&mut shelves, &settings.locations, &missing, true)?);
    shelves.keep(rest);
    fill(unit, &mut shelves).await?;
    shelves.save(unit).await?;
    taken.sort_by_key(|piece| piece.line);
    Ok(taken)
}

/// A row of the hold, and how many of its pieces nobody has yet.
struct Kept<'a> {
    row: &'a Reservation,
    left: i32,
}

impl<'a> Kept<'a> {
    fn of(row: &'a Reservation) -> Self {
        Self { row, left: row.quantity }
    }

    fn is_untouched(&self) -> bool {
        self.left == self.row.quantity
    }

    /// Gives a line up to `wanted` pieces, if it may take them from there; returns how many it got.
    fn give(&mut self, shelves: &Shelves, demand: &Demand, wanted: i32, taken: &mut Vec<Taken>) -> Result<i32> {
        let Some(level) = self.row.inventory_id else { return Ok(0) };
        let location = &shelves.level(level)?.location;
        let quantity = self.left.min(wanted);
        if quantity < 1 || demand.location.as_ref().is_some_and(|asked| asked != location) {
            return Ok(0);
        }
        taken.push(Taken {
            line: demand.line,
            variant_id: demand.variant_id,
            inventory_id: Some(level),
            location: Some(location.clone()),
            quantity,
            status: Some(ReservationStatus::Ordered),
            // The first piece is the row itself; more of them get rows of their own.
            held: self.is_untouched().then_some(self.row.id),
        });
        self.left -= quantity;
        Ok(quantity)
    }
}

/// Frees what nobody wants of the hold: its rows, as they become.
fn rest(shelves: &mut Shelves, hold_id: Uuid, kept: &[Kept<'_>]) -> Result<Reservations> {
    let mut rest = Reservations::default();
    for kept in kept.iter().filter(|kept| kept.left > 0) {
        let Some(level) = kept.row.inventory_id else { continue };
        let id = if kept.is_untouched() { kept.row.id } else { Uuid::now_v7() };
        let mut row = Reservation { id, quantity: kept.left, ..kept.row.clone() };
        row.end(ReservationStatus::Released);
        rest.put(row, kept.is_untouched());
        shelves.free(level, kept.left)?;
        let more = json!({ "holdId": hold_id, "quantity": kept.left, "hasExpired": false });
        shelves.tell(level, EventKind::StockReleased, more);
    }
    Ok(rest)
}
