//! API keys: how a caller shows who it is.
//!
//! - [`Token`]: the key itself, shown once; only its hash is kept.
//! - [`Identity`]: what is known of a key without its secret. [`Ticket`]: what stands for a key in an address, for a
//!   minute.
//! - [`Create`], [`Revoke`]: the verbs. [`list`], [`find`]: what there is.
//! - [`Service::authenticate`](crate::Service::authenticate): from a token to whom it stands for.
//!   [`Service::is_issued`](crate::Service::is_issued): whether there is such a key at all.

mod authenticate;
mod cache;
mod create;
mod issued;
mod revoke;
mod shared_read;
mod summary;
mod ticket;
mod token;

pub(crate) use cache::KeyCache;
pub use create::{Create, Created};
pub use revoke::Revoke;
pub use summary::{KeySummary, agent_named, find, list};
pub use ticket::Ticket;
pub use token::{Identity, Token};
