//! All tables that can be read, and the root fields that find their rows.

use std::{borrow::Cow, sync::LazyLock};

use async_graphql::{
    ContainerType, Context, ContextSelectionSet, ObjectType, OutputType, Positioned, ServerResult, Value,
    parser::types::Field,
    registry::{MetaTypeId, ObjectBuilder, Registry},
    resolver_utils::resolve_container,
};

use crate::{
    agents, analytics, catalog, connections, customers, finance, identity, marketing, orders, payments, pricing,
    read::{
        root::{self, Roots},
        table::Table,
    },
    stock, system, work,
};

/// All tables that can be read.
pub static TABLES: LazyLock<Vec<&'static Table>> = LazyLock::new(|| {
    let domains = [
        agents::TABLES,
        work::TABLES,
        catalog::TABLES,
        pricing::TABLES,
        stock::TABLES,
        orders::TABLES,
        payments::TABLES,
        customers::TABLES,
        marketing::TABLES,
        analytics::TABLES,
        finance::TABLES,
        connections::TABLES,
        system::TABLES,
        identity::TABLES,
    ];
    domains.concat()
});

/// The root fields of tables.
#[derive(Clone, Copy, Debug, Default)]
pub struct TablesQuery;

impl OutputType for TablesQuery {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("TablesQuery")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Object, |registry| {
            ObjectBuilder::new("TablesQuery", root::fields(registry, &TABLES)).build()
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        resolve_container(ctx, self).await
    }
}

impl ContainerType for TablesQuery {
    async fn resolve_field(&self, ctx: &Context<'_>) -> ServerResult<Option<Value>> {
        static ROOTS: LazyLock<Roots> = LazyLock::new(|| Roots::of(&TABLES));
        Box::pin(ROOTS.resolve(ctx)).await
    }
}

impl ObjectType for TablesQuery {}
