//! Relay's global look-up: any row by its id, whatever its table.

use std::{borrow::Cow, sync::Arc};

use async_graphql::{
    Context, ContextSelectionSet, Object, OutputType, Positioned, ServerResult, Value,
    indexmap::IndexMap,
    parser::types::Field,
    registry::{MetaField, MetaType, MetaTypeId, Registry},
};
use service::{Error, Result};

use crate::{
    agents::{Agent, AgentCapability, AgentCollaboration},
    analytics::{Kpi, KpiMeasurement, Report},
    catalog::{InventoryLevel, Product, ProductMetric, ProductVariant},
    customers::{Customer, CustomerInteraction, CustomerSegment},
    finance::{Budget, RevenueAttribution, Transaction},
    marketing::{Campaign, ContentItem, EmailList},
    orders::{Order, OrderItem},
    read::{
        load::{self, probe},
        resource::Resource,
        row,
        scalars::Id,
        table::{AnyRow, Table},
    },
    system::{Configuration, SystemEvent},
    work::{Approval, Goal, Task, TaskAttempt, Workflow, WorkflowExecution},
};

/// The most ids of one `nodes`.
const MAX_IDS: usize = 250;

/// Any object that has an id: a row, shown as its own type.
pub struct Node(Arc<dyn AnyRow>);

macro_rules! nodes {
    ($($node:ident),+ $(,)?) => {
        /// The tables that rows with an id stand in.
        const TABLES: &[&Table] = &[$(<$node as Resource>::TABLE),+];

        fn register(registry: &mut Registry) {
            $(<$node as OutputType>::create_type_info(registry);)+
        }
    };
}

nodes!(
    Agent,
    AgentCapability,
    AgentCollaboration,
    Goal,
    Workflow,
    WorkflowExecution,
    Task,
    TaskAttempt,
    Approval,
    Product,
    ProductVariant,
    InventoryLevel,
    ProductMetric,
    Order,
    OrderItem,
    Customer,
    CustomerSegment,
    CustomerInteraction,
    Campaign,
    ContentItem,
    EmailList,
    Kpi,
    KpiMeasurement,
    Report,
    Transaction,
    Budget,
    RevenueAttribution,
    SystemEvent,
    Configuration,
);

impl OutputType for Node {
    fn type_name() -> Cow<'static, str> {
        Cow::Borrowed("Node")
    }

    fn introspection_type_name(&self) -> Cow<'static, str> {
        Cow::Borrowed(self.0.table().object)
    }

    fn create_type_info(registry: &mut Registry) -> String {
        registry.create_output_type::<Self, _>(MetaTypeId::Interface, |registry| {
            register(registry);
            for table in TABLES {
                registry.add_implements(table.object, "Node");
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
        row::write(ctx, &self.0).await
    }
}

/// The root fields that find rows of any table.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id, of any type; null if there is none.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Id to look up.")] id: Id) -> Result<Option<Node>> {
        match probe(ctx, TABLES, id.0).await? {
            Some(table) => Ok(load::by_id(ctx, table, id.0).await?.map(Node)),
            None => Ok(None),
        }
    }

    /// The objects with these ids, in the same order; null where there is none.
    async fn nodes(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Ids to look up, at most 250.")] ids: Vec<Id>,
    ) -> Result<Vec<Option<Node>>> {
        if ids.len() > MAX_IDS {
            return Err(Error::limit(format!("`ids` has {} elements: at most {MAX_IDS} are allowed", ids.len())));
        }
        futures::future::try_join_all(ids.into_iter().map(|id| self.node(ctx, id))).await
    }
}
