//! Why there are as many pieces as there are, and who keeps them.

mod movement;
mod reservation;

pub use movement::{StockMovement, StockMovementKind};
pub use reservation::{ReservationStatus, StockReservation};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[StockReservation::TABLE, StockMovement::TABLE];
