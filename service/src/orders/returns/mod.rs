//! Returns: goods on their way back, apart from money.
//!
//! - [`request`], [`decide`], [`receive`], [`cancel`]: a return, step by step.
//! - `state`: where a return can go. `returnable`, `window`: which pieces can come back. `lines`: the pieces of a
//!   return, `receipt`: those of them that came back.

pub mod cancel;
pub mod decide;
mod lines;
mod receipt;
pub mod receive;
pub mod request;
mod returnable;
mod state;
mod window;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// A return and its order.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Returned {
    /// The return.
    pub order_return: Uuid,
    /// The order.
    pub order: Uuid,
}
