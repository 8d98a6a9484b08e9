//! Parcels: how what was ordered leaves, and arrives.
//!
//! - [`create`], [`ship`], [`deliver`], [`cancel`]: a parcel, step by step.
//! - `state`: where a parcel can go. `places`: where its pieces are kept. `send`: what happens when it leaves.

pub mod cancel;
pub mod create;
pub mod deliver;
mod places;
mod send;
pub mod ship;
mod state;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use self::cancel::cancel_preparing;

/// A parcel and its order.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Parcel {
    /// The parcel.
    pub fulfillment: Uuid,
    /// The order.
    pub order: Uuid,
}
