//! The log of what happened to the work.
//!
//! - [`Event`]: a change, written in the transaction that makes it.

mod append;

pub use append::{Event, append};
