//! Giving money back: for pieces, for shipping, or all that there is.
//!
//! - [`ask`], [`cancel`], [`retry`]: what their names say. `everything`: all of an order, and the pieces of a return, for
//!   other verbs.
//! - `target`: what a refund is for, and what that is worth; `history`: what was refunded before. `spread`: which payments
//!   it comes from. `request`: how it is asked for; `goods`: what becomes of the pieces.
//! - `progress`: a refund's status, which follows from its entries. `unasked`: money that went back without a request;
//!   `provided`: refunds that a provider reports by its own id. `external`: those that another system made, with their
//!   pieces; `known`: what is known before. `surplus`: requests that are not needed any more. `rows`: the tables.

pub mod ask;
pub mod cancel;
mod everything;
pub(crate) mod external;
mod goods;
mod history;
pub(crate) mod known;
pub(super) mod progress;
pub(crate) mod provided;
mod request;
pub mod retry;
mod rows;
mod spread;
pub(super) mod surplus;
mod target;
pub(super) mod unasked;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

pub(crate) use self::everything::{of_return, request_everything};

/// A refund and its order.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct RefundOutcome {
    /// The refund.
    pub refund: Uuid,
    /// Its order.
    pub order: Uuid,
}
