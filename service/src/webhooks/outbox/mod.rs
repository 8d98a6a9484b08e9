//! Webhooks out: what happens in the shop is sent to the endpoints of others, signed.
//!
//! - [`create`], [`update`], [`rotate`], [`delete`], [`mod@test`], [`redeliver`]: what can be done with endpoints. `fields`:
//!   what their fields must be. [`secret`]: their secrets and signatures.
//! - [`endpoint`]: an endpoint that a server holds for a while, alone. [`delivery`]: an event that is to be sent to it;
//!   `order`: which of an object's deliveries is the next one.
//! - [`turn`]: what was sent and what happened meanwhile, written in one transaction. [`outcome`]: what becomes of a
//!   delivery. `disable`: the end of an endpoint that does not answer. `skip`: events that are in the log no more.
//! - `retention`: removing the deliveries of endpoints that are gone.
//!
//! Sending itself is not done here: the sender asks for what is due, and returns the outcome. An event is sent at
//! least once; events of one object are sent in the order of the log, those of several objects in any order.

pub mod create;
pub mod delete;
pub mod delivery;
mod disable;
pub mod endpoint;
mod fields;
mod order;
pub mod outcome;
pub mod redeliver;
pub(crate) mod retention;
pub mod rotate;
pub mod secret;
mod skip;
pub mod test;
pub mod turn;
pub mod update;
