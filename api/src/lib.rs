//! The VividWalls server.
//!
//! - [`schema`]: the GraphQL schema, put together.
//! - [`read`]: the read machinery; it knows no entity.

pub mod read;
pub mod schema;
