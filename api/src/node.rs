//! Relay's global look-up: any row by its id, whatever its table.

use std::{borrow::Cow, sync::LazyLock};

use async_graphql::{
    Context, ContextSelectionSet, Object, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::Field,
    registry::{MetaField, MetaType, MetaTypeId, Registry},
};
use service::{Error, Result};

use crate::{
    read::{
        level,
        load::{self, Found, probe},
        scalars::Id,
        table::Table,
        types,
    },
    tables,
};

/// The most ids of one `nodes`.
const MAX_IDS: usize = 250;

/// Any object that has an id: a row, shown as its own type.
pub struct Node(Found);

/// The tables that rows with an id stand in: those that everybody may read.
static TABLES: LazyLock<Vec<&Table>> = LazyLock::new(|| {
    let all = tables::TABLES.iter().copied();
    all.filter(|table| table.id.is_some() && table.guard.is_none()).collect()
});

impl OutputType for Node {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Node")
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Interface, |registry| {
            for table in TABLES.iter() {
                let object = types::object(registry, table);
                registry.add_implements(object, "Node");
            }
            let id = <Id as OutputType>::create_type_info(registry);
            let description = Some("Unique id (UUID), across all types.".to_owned());
            let id = MetaField { description, ..MetaField::new("id", id) };
            MetaType::Interface {
                name: "Node".to_owned(),
                description: Some("Any object that has an id.".to_owned()),
                fields: IndexMap::from([("id".to_owned(), id)]),
                possible_types: TABLES.iter().map(|table| table.object.to_owned()).collect(),
                extends: false,
                keys: None,
                visible: None,
                inaccessible: false,
                tags: Vec::new(),
                rust_typename: Some(std::any::type_name::<Self>()),
                directive_invocations: Vec::new(),
                requires_scopes: Vec::new(),
            }
        })
    }

    async fn resolve(&self, ctx: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        level::row(ctx, &self.0).await
    }
}

/// The root fields that find rows of any table.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id, of any type; null if there is none.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Id to look up.")] id: Id) -> Option<Result<Node>> {
        found(ctx, id).await.transpose()
    }

    /// The objects with these ids, in the same order; null where there is none.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ids to look up, at most 250.")] ids: Vec<Id>,
    ) -> Result<Vec<Option<Result<Node>>>> {
        if ids.len() > MAX_IDS {
            return Err(Error::limit(format!("`ids` has {} elements: at most {MAX_IDS} are allowed", ids.len())));
        }
        Ok(futures::future::join_all(ids.into_iter().map(|id| async move { found(ctx, id).await.transpose() })).await)
    }
}

async fn found(ctx: &Context<'_>, id: Id) -> Result<Option<Node>> {
    match probe(ctx, &TABLES, id.0).await? {
        Some(table) => Ok(load::by_id(ctx, table, id.0).await?.map(Node)),
        None => Ok(None),
    }
}
