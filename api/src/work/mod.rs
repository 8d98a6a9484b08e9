//! Goals drive workflows, workflows are executed, executions contain tasks.

mod approval;
mod attempt;
mod dependency;
mod execution;
mod goal;
mod progress;
mod sla;
pub(crate) mod stats;
mod task;
mod workflow;

use async_graphql::MergedObject;

pub use approval::{Approval, ApprovalDeadline, ApprovalStatus};
pub use attempt::{AttemptOutcome, TaskAttempt};
pub use dependency::{DependencyFailure, TaskDependency};
pub use execution::{ExecutionStatus, WorkflowExecution};
pub use goal::{Goal, GoalStatus, GoalType};
pub use progress::GoalProgress;
pub use sla::{SlaState, SlaStateFilter};
pub use stats::{AgentStats, AgentStatus, AgentWorkload, StatsPeriod};
pub use task::{Task, TaskStatus, TaskWait};
pub use workflow::{Workflow, WorkflowTriggerType};

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct WorkQuery(
    goal::GoalQuery,
    workflow::WorkflowQuery,
    execution::WorkflowExecutionQuery,
    task::TaskQuery,
    dependency::TaskDependencyQuery,
    attempt::TaskAttemptQuery,
    approval::ApprovalQuery,
    stats::StatsQuery,
);
