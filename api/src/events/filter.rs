//! Which events a client wants.

use async_graphql::{Enum, InputObject, InputType, Value};
use entity::sea_orm_active_enums;
use service::events::Filter;

use crate::{
    read::scalars::Id,
    system::EventSeverity,
    work::{ApprovalStatus, ExecutionStatus, TaskStatus},
};

/// What sort of object an event is about.
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
    /// The system itself: an event that was noted.
    System,
}

/// Conditions on events: all that are given must hold, each for one of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct EventFilter {
    /// What sort of object it is about.
    aggregate_types: Option<Vec<EventAggregate>>,
    /// The objects it is about.
    aggregate_ids: Option<Vec<Id>>,
    /// What happened, for example `task.completed`.
    kinds: Option<Vec<String>>,
    /// The agents it concerns.
    agent_ids: Option<Vec<Id>>,
    /// The agent it concerns, or one above that; together with `agentIds` either.
    agent_subtree: Option<Id>,
    /// The executions it belongs to.
    execution_ids: Option<Vec<Id>>,
}

/// Conditions on events of tasks: all that are given must hold, each for one of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct TaskEventFilter {
    /// The tasks.
    ids: Option<Vec<Id>>,
    /// Where the task stands after the event.
    statuses: Option<Vec<TaskStatus>>,
    /// What happened, for example `task.completed`.
    kinds: Option<Vec<String>>,
    /// The agents who are to do it.
    agent_ids: Option<Vec<Id>>,
    /// The agent who is to do it, or one above that; together with `agentIds` either.
    agent_subtree: Option<Id>,
    /// The executions it belongs to.
    execution_ids: Option<Vec<Id>>,
}

/// Conditions on events of executions: all that are given must hold, each for one of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ExecutionEventFilter {
    /// The executions.
    ids: Option<Vec<Id>>,
    /// Where the execution stands after the event.
    statuses: Option<Vec<ExecutionStatus>>,
    /// What happened, for example `execution.completed`.
    kinds: Option<Vec<String>>,
}

/// Conditions on events of agents: all that are given must hold, each for one of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct AgentEventFilter {
    /// The agents.
    ids: Option<Vec<Id>>,
    /// The agent, or one above it; together with `ids` either.
    subtree: Option<Id>,
    /// What happened, for example `agent.deactivated`.
    kinds: Option<Vec<String>>,
}

/// Conditions on events of approvals: all that are given must hold, each for one of its values.
#[derive(Clone, Debug, Default, InputObject)]
pub struct ApprovalEventFilter {
    /// The approvals.
    ids: Option<Vec<Id>>,
    /// Where the approval stands after the event.
    statuses: Option<Vec<ApprovalStatus>>,
    /// What happened, for example `approval.requested`.
    kinds: Option<Vec<String>>,
    /// The agents who asked.
    agent_ids: Option<Vec<Id>>,
    /// The agent who asked, or one above that; together with `agentIds` either.
    agent_subtree: Option<Id>,
}

impl From<EventFilter> for Filter {
    fn from(filter: EventFilter) -> Self {
        Self {
            aggregate_types: filter.aggregate_types.map(|types| types.into_iter().map(Into::into).collect()),
            aggregate_ids: keys(filter.aggregate_ids),
            kinds: filter.kinds,
            agent_ids: keys(filter.agent_ids),
            agent_subtree: filter.agent_subtree.map(|id| id.0),
            execution_ids: keys(filter.execution_ids),
            change: None,
        }
    }
}

impl From<TaskEventFilter> for Filter {
    fn from(filter: TaskEventFilter) -> Self {
        Self {
            aggregate_ids: keys(filter.ids),
            kinds: filter.kinds,
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
            kinds: filter.kinds,
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
            kinds: filter.kinds,
            ..of(EventAggregate::Agent)
        }
    }
}

impl From<ApprovalEventFilter> for Filter {
    fn from(filter: ApprovalEventFilter) -> Self {
        Self {
            aggregate_ids: keys(filter.ids),
            kinds: filter.kinds,
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

fn of(aggregate: EventAggregate) -> Filter {
    Filter { aggregate_types: Some(vec![aggregate.into()]), ..Filter::default() }
}

fn keys(ids: Option<Vec<Id>>) -> Option<Vec<uuid::Uuid>> {
    ids.map(|ids| ids.into_iter().map(|id| id.0).collect())
}

fn statuses<T: InputType>(statuses: Option<Vec<T>>) -> Option<(&'static str, Vec<String>)> {
    statuses.map(|statuses| ("status", statuses.into_iter().map(name).collect()))
}

/// The name of an enum value, as the changes of an event have it.
fn name<T: InputType>(value: T) -> String {
    match value.to_value() {
        Value::Enum(name) => name.to_string(),
        other => other.to_string(),
    }
}
