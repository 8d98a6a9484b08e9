//! Relay's global look-up: any row by its id, whatever its table.

use std::sync::Arc;

use async_graphql::{Context, Interface, Object};
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
        cell::Loaded,
        load::{self, probe},
        resource::Resource,
        scalars::Id,
    },
    system::{Configuration, SystemEvent},
    work::{Approval, Goal, Task, TaskAttempt, Workflow, WorkflowExecution},
};

/// The most ids of one `nodes`.
const MAX_IDS: usize = 250;

macro_rules! nodes {
    ($($node:ident),+ $(,)?) => {
        /// Any object that has an id.
        #[derive(Clone, Debug, Interface)]
        #[graphql(field(name = "id", ty = "&Loaded<Id>", desc = "Unique id (UUID), across all types."))]
        pub enum Node {
            $(
                #[doc = concat!("A `", stringify!($node), "`.")]
                $node(Arc<$node>),
            )+
        }

        $(
            impl $node {
                async fn id(&self, _: &Context<'_>) -> async_graphql::Result<&Loaded<Id>> {
                    Ok(&self.id)
                }
            }
        )+

        /// The tables that rows with an id stand in.
        const TABLES: &[&str] = &[$(<$node as Resource>::NAME),+];

        /// Reads a row of the table with this number.
        async fn read(ctx: &Context<'_>, table: usize, id: Id) -> Result<Option<Node>> {
            let mut number = 0;
            $(
                if table == number {
                    return Ok(load::by_id::<$node>(ctx, id).await?.map(Node::$node));
                }
                number += 1;
            )+
            Err(Error::internal(format!("there is no table {table} of {number}")))
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

/// The root fields that find rows of any table.
#[derive(Clone, Copy, Debug, Default)]
pub struct NodeQuery;

#[Object]
impl NodeQuery {
    /// The object with this id, of any type; null if there is none.
    async fn node(&self, ctx: &Context<'_>, #[graphql(desc = "Id to look up.")] id: Id) -> Result<Option<Node>> {
        match probe(ctx, TABLES, id.0).await? {
            Some(table) => read(ctx, table, id).await,
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
