//! The work engine: tasks, their leases and what follows when they end.
//!
//! - [`state`]: the states and the moves between them.
//! - [`create`]: new tasks, `links`: what they wait for, [`keys`]: what there may be only once.
//! - [`claim`], [`lease`], [`finish`]: the life of an attempt; [`item`]: batches of them.
//! - [`assign`], [`retry`], [`execution`], [`approval`], [`cancel`]: what their names say. [`sweep()`]: what time does,
//!   [`schedule`]: what starts by the clock. [`leave`]: what becomes of the work of an agent who takes no more.
//! - [`task`]: a task in the hands of the engine; `changes`: changing tasks, and what follows from it.
//! - [`stats`]: figures of agents and of the work.
//! - `combine`: which calls share a transaction; waiting for work.
//! - `hierarchy`: the agents above and below one.

pub mod approval;
pub mod assign;
pub mod cancel;
mod changes;
pub mod claim;
mod combine;
pub mod create;
pub(crate) mod definition;
pub mod execution;
pub mod finish;
mod hierarchy;
pub mod item;
mod keeper;
pub mod keys;
pub mod lease;
pub mod leave;
mod links;
pub mod retry;
pub mod schedule;
pub mod state;
pub mod stats;
mod sweep;
pub mod task;

pub use combine::{Desks, Shared, makes_claimable};
pub use keeper::keep;
pub use sweep::{CANCEL_GRACE_SECONDS, Swept, sweep};
