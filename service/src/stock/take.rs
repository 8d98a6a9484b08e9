//! Taking pieces for the lines of an order.

use entity::sea_orm_active_enums::ReservationStatus;
use uuid::Uuid;

use super::{
    Demand,
    plan::plan,
    reservation::{Reservation, Reservations},
    shelves::Shelves,
};
use crate::{Result, UnitOfWork, settings::Settings};

/// Pieces that were taken for a line: from one stock row, or to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Taken {
    /// The caller's number of the line; a line can have several.
    pub(crate) line: usize,
    /// Of what.
    pub(crate) variant_id: Uuid,
    /// From which stock row; none of a variant whose stock is not kept, and while backordered.
    pub(crate) inventory_id: Option<Uuid>,
    /// Where that is.
    pub(crate) location: Option<String>,
    /// How many.
    pub(crate) quantity: i32,
    /// Ordered or backordered; none of a variant whose stock is not kept.
    pub(crate) status: Option<ReservationStatus>,
    /// The row of the hold that kept them.
    pub(super) held: Option<Uuid>,
}

/// Takes the pieces that lines want: available becomes reserved. All of it, or none: the refusal (INSUFFICIENT_STOCK)
/// has every variant that is short, with the sum of its lines. What is missing of a variant that may be backordered is
/// backordered.
///
/// The stock rows are locked in the order of variants and locations, and stay so.
pub(crate) async fn take(unit: &mut UnitOfWork, settings: &Settings, demands: &[Demand]) -> Result<Vec<Taken>> {
    let mut shelves = Shelves::lock(unit, demands.iter().map(|demand| demand.variant_id)).await?;
    let taken = plan(&mut shelves, &settings.locations, demands, true)?;
    shelves.save(unit).await?;
    Ok(taken)
}

/// Writes down for which items of an order pieces were taken, under the id of the hold that they come from, or a new
/// one. The rows of the order and of its items must be there, or be written in the same batch before.
pub(crate) fn reserve(unit: &UnitOfWork, order_id: Uuid, hold_id: Option<Uuid>, items: &[(Uuid, &Taken)]) {
    let hold_id = hold_id.unwrap_or_else(Uuid::now_v7);
    let mut rows = Reservations::default();
    for (order_item_id, taken) in items {
        let Some(status) = taken.status else { continue };
        let row = Reservation {
            id: taken.held.unwrap_or_else(Uuid::now_v7),
            hold_id,
            product_variant_id: taken.variant_id,
            inventory_id: taken.inventory_id,
            order_id: Some(order_id),
            order_item_id: Some(*order_item_id),
            quantity: taken.quantity,
            status,
            expires_at: None,
            reference: None,
            created_at: unit.now(),
        };
        rows.put(row, taken.held.is_some());
    }
    rows.write(unit);
}
