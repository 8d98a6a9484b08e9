//! The GraphQL schema, put together.

use async_graphql::{MergedObject, SDLExportOptions, SchemaBuilder, ValidationMode};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use service::Service;

use crate::{
    agents::{AgentsMutation, AgentsQuery},
    analytics::{AnalyticsMutation, AnalyticsQuery},
    catalog::CatalogQuery,
    customers::CustomersQuery,
    document::Shape,
    events::{EventsQuery, Subscription},
    finance::FinanceQuery,
    identity::{IdentityMutation, IdentityQuery},
    marketing::MarketingQuery,
    node::NodeQuery,
    orders::OrdersQuery,
    read::{load, scalars::Id},
    system::{SystemMutation, SystemQuery},
    work::{WorkMutation, WorkQuery},
};

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// What `__schema { description }` says.
pub const DESCRIPTION: &str = "VividWalls: agents, their goals and work, and the shop that they run. \
                               Lists are Relay connections; what a mutation refuses is in its `userErrors`.";

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
    IdentityQuery,
    EventsQuery,
);

/// Everything that can be done.
#[derive(Debug, Default, MergedObject)]
pub struct Mutation(AgentsMutation, WorkMutation, AnalyticsMutation, SystemMutation, IdentityMutation);

/// Builds the schema over the service.
pub fn schema(service: Service) -> Schema {
    builder().data(load::reader(&service)).data(service).finish()
}

/// The schema definition, always in the same order; it needs no database.
pub fn sdl() -> String {
    let sdl = builder().finish().sdl_with_options(SDLExportOptions::new().include_specified_by());
    // The library writes no description of the schema itself.
    sdl.replacen("\nschema {", &format!("\n\"\"\"\n{DESCRIPTION}\n\"\"\"\nschema {{"), 1)
}

/// What documents are checked against.
pub fn shape() -> Shape {
    Shape::of::<Query, Mutation, Subscription>()
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        // `document` has validated what is executed.
        .validation_mode(ValidationMode::Fast)
        // The library describes these poorly or not at all.
        .override_input_type_description::<Id>("The key of a row: a UUID.")
        .override_input_type_description::<Decimal>("An exact decimal number, written as a string: `\"12.50\"`.")
        .override_input_type_description::<DateTime<Utc>>("A moment, written as RFC 3339 has it, in UTC.")
}
