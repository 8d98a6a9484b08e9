//! The work engine: tasks, their leases and what follows when they end.
//!
//! - [`state`]: the states and the moves between them.
//! - [`create`]: new tasks, `links`: what they wait for, [`keys`]: what there may be only once.
//! - [`claim`], [`lease`], [`finish`]: the life of an attempt; [`item`]: batches of them.
//! - [`assign`], [`retry`], [`execution`], [`approval`], [`cancel`]: what their names say. [`sweep()`]: what time does,
//!   [`schedule`]: what starts by the clock. [`leave`]: what becomes of the work of an agent who takes no more.
//! - [`task`]: a task in the hands of the engine; `changes`: changing tasks, and what follows from it.
//! - [`stats`]: figures of agents and of the work.
//! - `shared`: calls that share a transaction; waiting for work. `hand`: tasks that callers hold.
//! - `hierarchy`: the agents above and below one; `roster`: agents as a transaction finds them.

pub mod approval;
pub mod assign;
pub mod cancel;
mod changes;
pub mod claim;
pub mod create;
pub mod definition;
pub mod execution;
pub mod finish;
mod hand;
mod hierarchy;
pub mod item;
mod keeper;
pub mod keys;
pub mod lease;
pub mod leave;
mod links;
pub mod retry;
mod roster;
pub mod schedule;
mod shared;
pub mod state;
pub mod stats;
mod sweep;
pub mod task;

pub use keeper::keep;
pub use shared::{Desk, Shared};
pub use sweep::{CANCEL_GRACE_SECONDS, Swept, sweep};
