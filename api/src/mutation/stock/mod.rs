//! What can be done with stock.

pub(super) mod adjust;
pub(super) mod holds;
pub(super) mod levels;
pub(super) mod receive;
mod result;
pub(super) mod set;
pub(super) mod transfer;
