//! Webhooks: what other systems tell the shop, and what the shop tells others.
//!
//! - [`inbox`]: what others send, stored first and processed then. `shopify`, `stripe`: what follows from it.
//! - [`outbox`]: what happens in the shop, for the endpoints that want it.

pub mod inbox;
pub mod outbox;
pub(crate) mod shopify;
pub(crate) mod stripe;
