//! The GraphQL schema, put together.

use async_graphql::{EmptyMutation, EmptySubscription, MergedObject, SchemaBuilder};
use service::database::Database;

use crate::{
    agents::AgentsQuery, analytics::AnalyticsQuery, catalog::CatalogQuery, customers::CustomersQuery,
    finance::FinanceQuery, marketing::MarketingQuery, node::NodeQuery, orders::OrdersQuery, read::load,
    system::SystemQuery, work::WorkQuery,
};

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, EmptyMutation, EmptySubscription>;

/// Everything that can be read.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    NodeQuery,
    AgentsQuery,
    WorkQuery,
    CatalogQuery,
    OrdersQuery,
    CustomersQuery,
    MarketingQuery,
    AnalyticsQuery,
    FinanceQuery,
    SystemQuery,
);

/// Builds the schema over a database.
pub fn schema(database: Database) -> Schema {
    builder().data(load::loaders(database)).finish()
}

/// The schema definition, always in the same order; it needs no database.
pub fn sdl() -> String {
    builder().finish().sdl()
}

fn builder() -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
}
