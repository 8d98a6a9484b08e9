//! What tests stand on: a database of each engine, made in milliseconds and gone afterwards.
//!
//! - [`on_both_engines!`]: a test written once that runs on SQLite and on PostgreSQL
//! - [`TestDatabase`]: the migrated, empty database it is given
//! - [`cluster`]: the throwaway PostgreSQL server behind it
//! - [`http`]: a client that can stop in the middle of a request; [`client`]: one that may be refused or broken off
//! - [`mod@bench`]: load, and how it is measured
//! - [`webhooks`]: those that Shopify sends, and a receiver for those of the server
//!
//! ```ignore
//! use tests::{TestDatabase, on_both_engines};
//!
//! on_both_engines! {
//!     /// Becomes the tests `counts_agents::sqlite` and `counts_agents::postgres`.
//!     async fn counts_agents(db: &TestDatabase) {
//!         let agents = agents::Entity::find().count(db.connection()).await.expect("counted");
//!         assert_eq!(agents, 0);
//!     }
//! }
//! ```
//!
//! The PostgreSQL tests say so loudly and pass when no PostgreSQL is installed, unless
//! `VIVIDWALLS_TEST_POSTGRES=required`.

pub mod bench;
pub mod client;
pub mod cluster;
mod database;
pub mod http;
mod macros;
pub mod webhooks;

pub use database::{Engine, TestDatabase, run};
#[doc(hidden)]
pub use tokio;
