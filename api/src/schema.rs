//! The GraphQL schema, put together.

use async_graphql::{EmptyMutation, EmptySubscription, MergedObject, SchemaBuilder};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use service::database::Database;

use crate::{
    agents::AgentsQuery,
    analytics::AnalyticsQuery,
    catalog::CatalogQuery,
    customers::CustomersQuery,
    finance::FinanceQuery,
    marketing::MarketingQuery,
    node::NodeQuery,
    orders::OrdersQuery,
    read::{load, scalars::Id},
    system::SystemQuery,
    work::WorkQuery,
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
    builder().data(load::reader(database)).finish()
}

/// The schema definition, always in the same order; it needs no database.
pub fn sdl() -> String {
    builder().finish().sdl()
}

fn builder() -> SchemaBuilder<Query, EmptyMutation, EmptySubscription> {
    Schema::build(Query::default(), EmptyMutation, EmptySubscription)
        // The library describes these poorly or not at all.
        .override_input_type_description::<Id>("The key of a row: a UUID.")
        .override_input_type_description::<Decimal>("An exact decimal number, written as a string: `\"12.50\"`.")
        .override_input_type_description::<DateTime<Utc>>("A moment, written as RFC 3339 has it, in UTC.")
}
