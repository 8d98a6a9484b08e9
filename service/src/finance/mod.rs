//! Money beyond orders: budgets, the books, and whom revenue is credited to.
//!
//! - [`budget`]: what may be spent, and how it is handed down to agents.
//! - `book`: entering a transaction, and all that follows from it; `entry`: what it must be. [`record`]: one that
//!   somebody enters; [`reverse`]: taking one back.
//! - `cost`: an amount in its currency and in the shop's. `campaign`: what campaigns have spent.
//! - [`attribution`]: which agents and campaigns revenue is credited to.

pub mod attribution;
pub(crate) mod book;
pub mod budget;
mod campaign;
pub(crate) mod cost;
mod entry;
pub mod record;
pub mod reverse;
