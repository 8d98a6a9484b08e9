//! The GraphQL schema, put together.

use std::borrow::Cow;

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, MergedObject, ObjectType, OutputType, Positioned, SDLExportOptions,
    SchemaBuilder, ServerResult, ValidationMode, Value, parser::types::Field, registry::Registry,
};
use chrono::{DateTime, Utc};
use futures::future::BoxFuture;
use rust_decimal::Decimal;
use service::Service;

use crate::{
    analytics::KpiQuery,
    catalog::PriceQuery,
    customers::SegmentQuery,
    document::Shape,
    events::{EventsQuery, Subscription},
    identity::MeQuery,
    insight::{ReportQuery, SeriesQuery, SummaryQuery},
    mutation::Verbs,
    node::NodeQuery,
    orders::QuoteQuery,
    outbound::Guard,
    read::{load, names::camel, scalars::Id},
    tables::{TABLES, TablesQuery},
    work::StatsQuery,
};

/// The executable schema.
pub type Schema = async_graphql::Schema<Query, Mutation, Subscription>;

/// What `__schema { description }` says.
pub const DESCRIPTION: &str = "VividWalls: AI agents, their goals and work, and the shop they run. \
                               Lists are Relay connections; if a mutation is refused, its `userErrors` say why.";

/// All read operations.
#[derive(Debug, Default, MergedObject)]
pub struct Query(
    NodeQuery,
    TablesQuery,
    StatsQuery,
    PriceQuery,
    QuoteQuery,
    SegmentQuery,
    KpiQuery,
    SummaryQuery,
    SeriesQuery,
    ReportQuery,
    MeQuery,
    EventsQuery,
);

/// Everything that can be done. A field that fails is null, and takes no answer of another with it: what that one did
/// is committed. The library would make an error of the whole answer null, and leave out the fields behind it.
#[derive(Debug, Default)]
pub struct Mutation(Verbs);

impl OutputType for Mutation {
    fn type_name() -> Cow<'static, str> {
        Verbs::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        Verbs::create_type_info(registry)
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, field: &Positioned<Field>) -> ServerResult<Value> {
        self.0.resolve(ctx, field).await
    }
}

impl ContainerType for Mutation {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        match boxed(&self.0, ctx).await {
            Err(error) => {
                ctx.add_error(error);
                Ok(Some(Value::Null))
            }
            resolved => resolved,
        }
    }
}

/// In a box that is made in one place, so that the mutations are compiled once.
fn boxed<'a>(verbs: &'a Verbs, ctx: &'a Context<'_>) -> BoxFuture<'a, ServerResult<Option<Value>>> {
    Box::pin(verbs.resolve_field(ctx))
}

impl ObjectType for Mutation {}

/// Builds the schema over the service. Webhooks are sent to public addresses only.
pub fn schema(service: Service) -> Schema {
    guarded(service, Guard::default())
}

/// The same for a server that sends webhooks where the guard lets it.
pub fn guarded(service: Service, guard: Guard) -> Schema {
    builder().data(load::reader(&service)).data(guard).data(service).finish()
}

/// The schema definition, always in the same order; it needs no database. It leaves out the description of the schema
/// itself, which the Rust crate `graphql_client` cannot read; introspection has it.
pub fn sdl() -> String {
    builder().finish().sdl_with_options(SDLExportOptions::new().include_specified_by())
}

/// What documents are checked against.
pub fn shape() -> Shape {
    let computed = TABLES.iter().flat_map(|table| {
        let of = |(name, _): &(&'static str, _)| (table.object, camel(name));
        table.computed.iter().map(of)
    });
    Shape::of::<Query, Mutation, Subscription>().computed(computed)
}

fn builder() -> SchemaBuilder<Query, Mutation, Subscription> {
    Schema::build(Query::default(), Mutation::default(), Subscription)
        // `document` has validated what is executed.
        .validation_mode(ValidationMode::Fast)
        // The library describes these poorly or not at all.
        .override_input_type_description::<Id>("The id of a row: a UUID.")
        .override_input_type_description::<Decimal>("An exact decimal number, written as a string: `\"12.50\"`.")
        .override_input_type_description::<DateTime<Utc>>(
            "A point in time in RFC 3339 format, in UTC: `\"2026-11-01T08:30:00Z\"`.",
        )
}
