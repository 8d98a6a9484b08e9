//! The VividWalls server.
//!
//! - [`commands`]: what the command line does; [`config`]: its settings; [`log`]: the log.
//! - [`http`]: GraphQL over HTTP, health, the accept loop.
//! - [`document`]: what bounds a query before it is executed.
//! - [`schema`]: the GraphQL schema, put together.
//! - [`read`]: the read machinery; it knows no entity.

pub mod commands;
pub mod config;
pub mod document;
pub mod http;
pub mod log;
pub mod read;
pub mod schema;
