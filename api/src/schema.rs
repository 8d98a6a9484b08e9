//! The GraphQL schema, put together.

use async_graphql::{EmptyMutation, EmptySubscription, Object};
use service::database::Database;

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

/// Builds the schema over a database.
pub fn schema(database: Database) -> Schema {
    Schema::build(Query, EmptyMutation, EmptySubscription).data(database).finish()
}

/// Everything that can be read.
pub struct Query;

#[Object]
impl Query {
    /// The version of this server.
    async fn version(&self) -> &'static str {
        env!("CARGO_PKG_VERSION")
    }
}
