//! API keys: how a caller shows who it is.
//!
//! - [`Token`]: the key itself, shown once; only its hash is kept.
//! - [`Identity`]: what is known of a key without its secret. [`Ticket`]: what stands for a key in an address, for a
//!   minute.
//! - [`Create`], [`Revoke`]: the verbs. [`list`], [`find`]: what there is.
//! - [`Service::authenticate`](crate::Service::authenticate): from a token to whom it stands for.

mod authenticate;
mod create;
mod known;
mod listed;
mod revoke;
mod ticket;
mod token;

pub use create::{Create, Created};
pub(crate) use known::Known;
pub use listed::{Listed, agent_named, find, list};
pub use revoke::Revoke;
pub use ticket::Ticket;
pub use token::{Identity, Token};
