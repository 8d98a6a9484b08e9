//! The log of what happened to the work.
//!
//! - [`Event`]: a change, written in the transaction that makes it. [`EventKind`]: the list of what can happen.
//! - [`Log`]: reading it, a page at a time, in the order of [`Cursor`]s; [`Filter`]: which of it.
//! - [`Follower`]: what happened after a cursor, then what happens, without a gap; [`BeforePage`]: what it waits for.
//!   `tail`: the one reader behind all. `place`: places of the log, within a unit of work.
//! - [`relay`]: wake-ups between processes. `retention`: what is old is removed.
//!
//! The order is that of (transaction, position), and nobody reads past the oldest transaction that still runs: the
//! numbers of rows are taken before their commits, and those commit in any order.

mod append;
mod before_page;
mod cursor;
mod filter;
mod follow;
mod kind;
mod kinds;
mod log;
mod logged;
mod place;
mod relay;
mod retention;
mod stall;
mod store;
mod tail;

use std::time::Duration;

pub use append::Event;
pub(crate) use append::append;
pub use before_page::BeforePage;
pub use cursor::Cursor;
pub use filter::Filter;
pub use follow::Follower;
pub use kind::EventKind;
pub use log::{Log, Range};
pub use logged::Logged;
pub(crate) use place::{before, check_kept, check_kept_since, latest};
pub use relay::relay;
pub(crate) use store::PRUNED;

/// How the log is followed.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// How long a change may go unnoticed when its wake-up was lost.
    pub poll_interval: Duration,
    /// How many batches a follower may fall behind.
    pub max_lag: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { poll_interval: Duration::from_secs(1), max_lag: 1024 }
    }
}
