//! Which events a client wants.

use async_graphql::Enum;
use entity::sea_orm_active_enums;
use service::events::Filter;

use super::{
    EventKind,
    condition::{filters, key, keys, kinds, name, of, statuses, time, types},
};
use crate::{
    read::scalars::{Id, Moment},
    system::EventSeverity,
    work::{ApprovalStatus, ExecutionStatus, TaskStatus},
};

/// Kind of object an event is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "sea_orm_active_enums::EventAggregate")]
pub enum EventAggregate {
    /// An agent.
    Agent,
    /// A goal.
    Goal,
    /// A workflow.
    Workflow,
    /// An execution of a workflow.
    Execution,
    /// A task.
    Task,
    /// An approval.
    Approval,
    /// The system itself: a recorded system event, or a generated report.
    System,
    /// A product, with its variants.
    Product,
    /// Stock of a variant at one location.
    Stock,
    /// An order, with its parcels, returns and refunds.
    Order,
    /// A payment.
    Payment,
    /// A customer.
    Customer,
    /// A segment of customers.
    Segment,
    /// A campaign.
    Campaign,
    /// A piece of content.
    Content,
    /// An e-mail list.
    List,
    /// A KPI.
    Kpi,
    /// A budget.
    Budget,
    /// A transaction.
    Transaction,
    /// A webhook.
    Webhook,
    /// A bulk job.
    Job,
}

filters! {
    /// Conditions on events: all that are given must hold; a list matches any of its values.
    EventFilter {
        /// Events about these kinds of objects.
        aggregate_types: Vec<EventAggregate> => aggregate_types by types,
        /// Events about these objects.
        aggregate_ids: Vec<Id> => aggregate_ids by keys,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
        /// Events that concern these agents.
        agent_ids: Vec<Id> => agent_ids by keys,
        /// Events that concern this agent or any of its descendants; combined with `agentIds` by OR.
        agent_subtree: Id => agent_subtree by key,
        /// Events that belong to these executions.
        execution_ids: Vec<Id> => execution_ids by keys,
        /// Events that happened at this time or later.
        occurred_from: Moment => occurred_from by time,
        /// Events that happened before this time.
        occurred_before: Moment => occurred_before by time,
    }

    /// Conditions on events of tasks: all that are given must hold; a list matches any of its values.
    TaskEventFilter of Task {
        /// Events of these tasks.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events that set the task's status to one of these.
        statuses: Vec<TaskStatus> => change by statuses,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
        /// Events of tasks assigned to these agents.
        agent_ids: Vec<Id> => agent_ids by keys,
        /// Events of tasks assigned to this agent or any of its descendants; combined with `agentIds` by OR.
        agent_subtree: Id => agent_subtree by key,
        /// Events that belong to these executions.
        execution_ids: Vec<Id> => execution_ids by keys,
    }

    /// Conditions on events of executions: all that are given must hold; a list matches any of its values.
    ExecutionEventFilter of Execution {
        /// Events of these executions.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events that set the execution's status to one of these.
        statuses: Vec<ExecutionStatus> => change by statuses,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
    }

    /// Conditions on events of agents: all that are given must hold; a list matches any of its values.
    AgentEventFilter of Agent {
        /// Events of these agents.
        ids: Vec<Id> => agent_ids by keys,
        /// This agent or any of its descendants; combined with `ids` by OR.
        subtree: Id => agent_subtree by key,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
    }

    /// Conditions on events of approvals: all that are given must hold; a list matches any of its values.
    ApprovalEventFilter of Approval {
        /// Events of these approvals.
        ids: Vec<Id> => aggregate_ids by keys,
        /// Events that set the approval's status to one of these.
        statuses: Vec<ApprovalStatus> => change by statuses,
        /// Events of these kinds.
        kinds: Vec<EventKind> => kinds by kinds,
        /// Events of approvals requested by these agents.
        agent_ids: Vec<Id> => agent_ids by keys,
        /// Events of approvals requested by this agent or any of its descendants; combined with `agentIds` by OR.
        agent_subtree: Id => agent_subtree by key,
    }
}

/// Of system events, those that are at least so grave.
pub(super) fn at_least(severity: EventSeverity) -> Filter {
    use EventSeverity::{Critical, Debug, Error, Info, Warning};
    let rising = [Debug, Info, Warning, Error, Critical];
    let grave = rising.into_iter().skip_while(|other| *other != severity).map(name);
    Filter { change: Some(("severity", grave.collect())), ..of(EventAggregate::System) }
}
