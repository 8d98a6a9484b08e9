//! What the shop and its agents do, free of GraphQL and HTTP.
//!
//! - [`consistency`]: what must hold between rows, asked of a whole database.
//! - [`database`]: connecting, the two engines, transactions.
//! - [`error`]: what can go wrong, for every caller.
//! - [`import`]: the exports of a Shopify shop.
//! - [`seed`]: made-up rows: the demo house, and load trials.

pub mod consistency;
pub mod database;
pub mod error;
pub mod import;
pub mod seed;

pub use error::{Error, Result};
