//! What can be done with orders.

pub(super) mod cancel;
pub(super) mod complete;
pub(super) mod confirm;
pub(super) mod draft;
pub(super) mod edit;
pub(super) mod fulfillments;
mod pieces;
pub(super) mod place;
pub(super) mod returns;
pub(super) mod update;
