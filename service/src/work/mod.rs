//! The work engine: tasks, their leases and what follows when they end.
//!
//! - [`state`]: the states and the moves between them. `lifecycle`: executions on their way through theirs.
//! - [`create`]: new tasks, `links`: what they wait for, [`keys`]: what there may be only once.
//! - [`claim`], [`lease`], [`finish`]: the life of an attempt; [`item`]: batches of them.
//! - [`assign`], [`retry`], [`execution`], [`approval`], [`cancel`]: what their names say. [`sweep()`]: what time does,
//!   [`schedule`]: what starts by the clock. [`deactivation`]: what becomes of the work of an agent who takes no more.
//! - [`task`]: a task in the hands of the engine; `task_batch`: changing tasks, and what follows from it.
//! - [`stats`]: figures of agents and of the work. [`backlog`]: what is open, of all of them.
//! - `shared`: calls that share a transaction; waiting for work. `leased`: tasks that callers hold; `held`: one that its
//!   worker holds, for other parts of the service.
//! - `followup`: tasks that other parts of the service make. `hierarchy`: the agents above and below one; `agent_states`: agents as a transaction finds them.

mod agent_states;
pub mod approval;
pub mod assign;
pub mod backlog;
pub mod cancel;
pub mod claim;
pub mod create;
pub mod deactivation;
pub mod definition;
pub mod execution;
pub mod finish;
pub(crate) mod followup;
pub(crate) mod held;
pub(crate) mod hierarchy;
pub mod item;
pub mod keys;
pub mod lease;
mod leased;
mod lifecycle;
mod links;
mod maintenance;
pub(crate) mod merge_patch;
pub mod retry;
pub mod schedule;
mod shared;
pub mod state;
pub mod stats;
mod sweep;
pub mod task;
mod task_batch;

pub use maintenance::keep;
pub use shared::Shared;
pub use sweep::{CANCEL_GRACE_SECONDS, Swept, sweep};
