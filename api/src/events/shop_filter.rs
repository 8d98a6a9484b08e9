//! Which events of the shop a client wants.

use super::{
    EventKind,
    condition::{filters, key, keys, kinds, statuses, variants},
};
use crate::{connections::BulkJobStatus, marketing::CampaignStatus, orders::OrderStatus, read::scalars::Id};

filters! {
    /// Conditions on events of products: all that are given must hold; a list matches any of its values.
    ProductEventFilter of Product {
        /// Events of these products.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
    }

    /// Conditions on events of stock: all that are given must hold; a list matches any of its values.
    StockEventFilter of Stock {
        /// Events of these inventory levels.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events of the stock of these variants.
        variant_ids: Vec<Id> => change by variants,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
    }

    /// Conditions on events of orders: all that are given must hold; a list matches any of its values.
    OrderEventFilter of Order {
        /// Events of these orders.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events that set the order's status to one of these.
        statuses: Vec<OrderStatus> => change by statuses,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
        /// Events of orders placed by these agents.
        agent_ids: Vec<Id> => agent_ids by keys,
        /// Events of orders placed by this agent or any of its descendants; combined with `agentIds` by OR.
        agent_subtree: Id => agent_subtree by key,
    }

    /// Conditions on events of customers: all that are given must hold; a list matches any of its values.
    CustomerEventFilter of Customer {
        /// Events of these customers.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
    }

    /// Conditions on events of campaigns: all that are given must hold; a list matches any of its values.
    CampaignEventFilter of Campaign {
        /// Events of these campaigns.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events that set the campaign's status to one of these.
        statuses: Vec<CampaignStatus> => change by statuses,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
        /// Events of campaigns that these agents own.
        agent_ids: Vec<Id> => agent_ids by keys,
        /// Events of campaigns that this agent or any of its descendants owns; combined with `agentIds` by OR.
        agent_subtree: Id => agent_subtree by key,
    }

    /// Conditions on events of budgets: all that are given must hold; a list matches any of its values.
    BudgetEventFilter of Budget {
        /// Events of these budgets.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
        /// Events of the budget slices of these agents, and of the budgets that they own.
        agent_ids: Vec<Id> => agent_ids by keys,
        /// The same of this agent or any of its descendants; combined with `agentIds` by OR.
        agent_subtree: Id => agent_subtree by key,
    }

    /// Conditions on events of bulk jobs: all that are given must hold; a list matches any of its values.
    JobEventFilter of Job {
        /// Events of these bulk jobs.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events that set the job's status to one of these.
        statuses: Vec<BulkJobStatus> => change by statuses,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
    }
}
