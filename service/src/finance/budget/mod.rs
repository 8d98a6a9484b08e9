//! Budgets: what may be spent for a category in a month, and how it is handed down to agents.
//!
//! - [`create`], [`update`]: a budget with its root slice. [`allocate`], [`transfer`]: handing money down, back and
//!   across.
//! - [`reserve`], [`commit`], [`release`]: money that is promised before it is spent. `ended`: reservations that end by
//!   themselves; `reservation`: their rows and states.
//! - `spend`: expenses. `slice`: slices under their lock; `alert`: events when a level of use is reached; `purpose`:
//!   what a budget is for. `ahead`: what is locked for several calls at once.
//!
//! The slices of a budget form a tree. What is handed down is taken from the slice above, so that children never have
//! more than their parent gave, and whoever spends looks at one slice only. Who counts an expense on a root holds the
//! category and month first. Slices are locked roots first, then by id: a slice is younger than the one above it. Then
//! come the budgets.

mod ahead;
mod alert;
pub mod allocate;
pub mod commit;
pub mod create;
mod ended;
mod purpose;
pub mod release;
mod reservation;
pub mod reserve;
mod slice;
mod spend;
pub mod transfer;
pub mod update;

pub(crate) use self::{
    ended::{expire, release_of_tasks, write_lapsed},
    spend::{Fact, Spending, spend, spend_fact},
};
