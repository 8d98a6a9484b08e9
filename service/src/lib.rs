//! What the shop and its agents do, free of GraphQL and HTTP.
//!
//! - [`database`]: connecting, the two engines, transactions.
//! - [`error`]: what can go wrong, for every caller.

pub mod database;
pub mod error;

pub use error::{Error, Result};
