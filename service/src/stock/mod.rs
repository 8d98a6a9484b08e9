//! Stock: how many pieces of a variant are where, and to whom they are promised.
//!
//! - [`holds`], [`set`], [`adjust`], [`receive`], [`transfer`], [`levels`]: what is done to stock by itself.
//! - `take`, `claim`, `hold`, `release`, `write_off`, `relocate`, `ship`, `back`: what happens to it because of orders.
//!   `covered`: whether it would do. `external`: what happens because of another system, which has decided already.
//! - `shelves`: the stock rows of variants under their lock, and all that follows from a change of them.
//!   `steps`: locking them for several of these. `reservation`: who keeps which pieces. `packed`: those in parcels.
//!   `plan`: from which stock rows pieces come.
//!   `backorder`: who waits for some. `movement`: the journal of what is on hand. `expire`: holds that end by
//!   themselves. `item`: what batches have in common. `ahead`: locking for several calls at once.
//!
//! Reservations are locked before stock rows, these by variant and location, and then the variants. Whoever holds the
//! row of a variant is the only one who changes its stock.

pub mod adjust;
mod ahead;
mod back;
mod backorder;
mod claim;
mod covered;
mod expire;
pub(crate) mod external;
mod hold;
pub mod holds;
mod item;
pub mod levels;
mod movement;
mod packed;
mod plan;
pub mod receive;
mod release;
mod relocate;
mod reservation;
pub mod set;
mod shelves;
mod ship;
mod steps;
mod take;
pub mod transfer;
mod write_off;

use uuid::Uuid;

pub(crate) use ahead::lock_ahead;
pub(crate) use back::{Back, take_back};
pub(crate) use backorder::{serve_waiting, write_unserved};
pub(crate) use claim::claim_hold;
pub(crate) use covered::check_covered;
pub(crate) use expire::{expire, write_lapsed};
pub use hold::Held;
pub(crate) use hold::{hold, hold_for_order, hold_of_order};
pub use item::Changed;
pub(crate) use release::{release, release_order};
pub(crate) use relocate::relocate;
pub use shelves::Quantities;
pub(crate) use ship::{Leaving, ship};
pub(crate) use steps::{lock_draft_first, lock_first};
pub(crate) use take::{Taken, reserve, take};
pub(crate) use write_off::write_off;

/// Pieces of a variant that a line wants.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Demand {
    /// The caller's number of the line.
    pub(crate) line: usize,
    /// Of what.
    pub(crate) variant_id: Uuid,
    /// How many; at least one.
    pub(crate) quantity: i32,
    /// From where; none for the shop's locations, in their order.
    pub(crate) location: Option<String>,
}
