//! Which events a client wants.

use async_graphql::{Enum, InputObject, InputType, Value};
use entity::sea_orm_active_enums;
use service::events::Filter;

use super::EventKind;
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
    /// The system itself: a recorded system event.
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

/// Conditions on events: all that are given must hold; a list matches any of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct EventFilter {
    /// Events about these kinds of objects.
    aggregate_types: Option<Vec<EventAggregate>>,
    /// Events about these objects.
    aggregate_ids: Option<Vec<Id>>,
    /// Events of these kinds.
    kinds: Option<Vec<EventKind>>,
    /// Events that concern these agents.
    agent_ids: Option<Vec<Id>>,
    /// Events that concern this agent or any of its descendants; combined with `agentIds` by OR.
    agent_subtree: Option<Id>,
    /// Events that belong to these executions.
    execution_ids: Option<Vec<Id>>,
    /// Events that happened at this time or later.
    occurred_from: Option<Moment>,
    /// Events that happened before this time.
    occurred_before: Option<Moment>,
}

/// Conditions on events of tasks: all that are given must hold; a list matches any of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TaskEventFilter {
    /// Events of these tasks.
    ids: Option<Vec<Id>>,
    /// Events that set the task's status to one of these.
    statuses: Option<Vec<TaskStatus>>,
    /// Events of these kinds.
    kinds: Option<Vec<EventKind>>,
    /// Events of tasks assigned to these agents.
    agent_ids: Option<Vec<Id>>,
    /// Events of tasks assigned to this agent or any of its descendants; combined with `agentIds` by OR.
    agent_subtree: Option<Id>,
    /// Events that belong to these executions.
    execution_ids: Option<Vec<Id>>,
}

/// Conditions on events of executions: all that are given must hold; a list matches any of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ExecutionEventFilter {
    /// Events of these executions.
    ids: Option<Vec<Id>>,
    /// Events that set the execution's status to one of these.
    statuses: Option<Vec<ExecutionStatus>>,
    /// Events of these kinds.
    kinds: Option<Vec<EventKind>>,
}

/// Conditions on events of agents: all that are given must hold; a list matches any of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct AgentEventFilter {
    /// Events of these agents.
    ids: Option<Vec<Id>>,
    /// This agent or any of its descendants; combined with `ids` by OR.
    subtree: Option<Id>,
    /// Events of these kinds.
    kinds: Option<Vec<EventKind>>,
}

/// Conditions on events of approvals: all that are given must hold; a list matches any of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ApprovalEventFilter {
    /// Events of these approvals.
    ids: Option<Vec<Id>>,
    /// Events that set the approval's status to one of these.
    statuses: Option<Vec<ApprovalStatus>>,
    /// Events of these kinds.
    kinds: Option<Vec<EventKind>>,
    /// Events of approvals requested by these agents.
    agent_ids: Option<Vec<Id>>,
    /// Events of approvals requested by this agent or any of its descendants; combined with `agentIds` by OR.
    agent_subtree: Option<Id>,
}

impl From<EventFilter> for Filter {
    fn from(filter: EventFilter) -> Self {
        Self {
            aggregate_types: filter.aggregate_types.map(|types| types.into_iter().map(Into::into).collect()),
            aggregate_ids: keys(filter.aggregate_ids),
            kinds: kinds(filter.kinds),
            agent_ids: keys(filter.agent_ids),
            agent_subtree: filter.agent_subtree.map(|id| id.0),
            execution_ids: keys(filter.execution_ids),
            occurred_from: filter.occurred_from.map(|moment| moment.0),
            occurred_before: filter.occurred_before.map(|moment| moment.0),
            change: None,
        }
    }
}

impl From<TaskEventFilter> for Filter {
    fn from(filter: TaskEventFilter) -> Self {
        Self {
            aggregate_ids: keys(filter.ids),
            kinds: kinds(filter.kinds),
            agent_ids: keys(filter.agent_ids),
            agent_subtree: filter.agent_subtree.map(|id| id.0),
            execution_ids: keys(filter.execution_ids),
            change: statuses(filter.statuses),
            ..of(EventAggregate::Task)
        }
    }
}

impl From<ExecutionEventFilter> for Filter {
    fn from(filter: ExecutionEventFilter) -> Self {
        Self {
            aggregate_ids: keys(filter.ids),
            kinds: kinds(filter.kinds),
            change: statuses(filter.statuses),
            ..of(EventAggregate::Execution)
        }
    }
}

impl From<AgentEventFilter> for Filter {
    fn from(filter: AgentEventFilter) -> Self {
        Self {
            agent_ids: keys(filter.ids),
            agent_subtree: filter.subtree.map(|id| id.0),
            kinds: kinds(filter.kinds),
            ..of(EventAggregate::Agent)
        }
    }
}

impl From<ApprovalEventFilter> for Filter {
    fn from(filter: ApprovalEventFilter) -> Self {
        Self {
            aggregate_ids: keys(filter.ids),
            kinds: kinds(filter.kinds),
            agent_ids: keys(filter.agent_ids),
            agent_subtree: filter.agent_subtree.map(|id| id.0),
            change: statuses(filter.statuses),
            ..of(EventAggregate::Approval)
        }
    }
}

/// Of system events, those that are at least so grave.
pub(super) fn at_least(severity: EventSeverity) -> Filter {
    use EventSeverity::{Critical, Debug, Error, Info, Warning};
    let rising = [Debug, Info, Warning, Error, Critical];
    let grave = rising.into_iter().skip_while(|other| *other != severity).map(name);
    Filter { change: Some(("severity", grave.collect())), ..of(EventAggregate::System) }
}

pub(super) fn of(aggregate: EventAggregate) -> Filter {
    Filter { aggregate_types: Some(vec![aggregate.into()]), ..Filter::default() }
}

pub(super) fn kinds(kinds: Option<Vec<EventKind>>) -> Option<Vec<service::events::EventKind>> {
    kinds.map(|kinds| kinds.into_iter().map(Into::into).collect())
}

pub(super) fn keys(ids: Option<Vec<Id>>) -> Option<Vec<uuid::Uuid>> {
    ids.map(|ids| ids.into_iter().map(|id| id.0).collect())
}

pub(super) fn statuses<T: InputType>(statuses: Option<Vec<T>>) -> Option<(&'static str, Vec<String>)> {
    statuses.map(|statuses| ("status", statuses.into_iter().map(name).collect()))
}

/// The name of an enum value, as the changes of an event have it.
fn name<T: InputType>(value: T) -> String {
    match value.to_value() {
        Value::Enum(name) => name.to_string(),
        other => other.to_string(),
    }
}
