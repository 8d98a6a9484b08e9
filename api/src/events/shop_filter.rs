//! Which events of the shop a client wants.

use async_graphql::InputObject;
use service::events::Filter;

use super::{
    EventKind,
    filter::{EventAggregate, keys, kinds, of, statuses},
};
use crate::{orders::OrderStatus, read::scalars::Id};

/// Conditions on events of products: all that are given must hold; a list matches any of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ProductEventFilter {
    /// Events of these products.
    ids: Option<Vec<Id>>,
    /// Events of these kinds.
    kinds: Option<Vec<EventKind>>,
}

/// Conditions on events of stock: all that are given must hold; a list matches any of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct StockEventFilter {
    /// Events of these inventory levels.
    ids: Option<Vec<Id>>,
    /// Events of the stock of these variants.
    variant_ids: Option<Vec<Id>>,
    /// Events of these kinds.
    kinds: Option<Vec<EventKind>>,
}

/// Conditions on events of orders: all that are given must hold; a list matches any of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct OrderEventFilter {
    /// Events of these orders.
    ids: Option<Vec<Id>>,
    /// Events that set the order's status to one of these.
    statuses: Option<Vec<OrderStatus>>,
    /// Events of these kinds.
    kinds: Option<Vec<EventKind>>,
    /// Events of orders placed by these agents.
    agent_ids: Option<Vec<Id>>,
    /// Events of orders placed by this agent or any of its descendants; combined with `agentIds` by OR.
    agent_subtree: Option<Id>,
}

impl From<ProductEventFilter> for Filter {
    fn from(filter: ProductEventFilter) -> Self {
        Self { aggregate_ids: keys(filter.ids), kinds: kinds(filter.kinds), ..of(EventAggregate::Product) }
    }
}

impl From<StockEventFilter> for Filter {
    fn from(filter: StockEventFilter) -> Self {
        let variants = |ids: Vec<Id>| ids.into_iter().map(|id| id.0.to_string()).collect();
        Self {
            aggregate_ids: keys(filter.ids),
            kinds: kinds(filter.kinds),
            change: filter.variant_ids.map(|ids| ("variantId", variants(ids))),
            ..of(EventAggregate::Stock)
        }
    }
}

impl From<OrderEventFilter> for Filter {
    fn from(filter: OrderEventFilter) -> Self {
        Self {
            aggregate_ids: keys(filter.ids),
            kinds: kinds(filter.kinds),
            agent_ids: keys(filter.agent_ids),
            agent_subtree: filter.agent_subtree.map(|id| id.0),
            change: statuses(filter.statuses),
            ..of(EventAggregate::Order)
        }
    }
}
