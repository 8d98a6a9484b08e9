//! Goals drive workflows, workflows are executed, executions contain tasks.

mod approval;
mod attempt;
mod dependency;
mod execution;
mod forecast;
mod goal;
mod progress;
mod sla;
pub(crate) mod stats;
mod task;
mod workflow;

pub use approval::{Approval, ApprovalDeadline, ApprovalStatus};
pub use attempt::{AttemptOutcome, TaskAttempt};
pub use dependency::{DependencyFailure, TaskDependency};
pub use execution::{ExecutionStatus, WorkflowExecution};
pub use forecast::GoalForecast;
pub use goal::{Goal, GoalStatus, GoalType};
pub use progress::GoalProgress;
pub use sla::{SlaState, SlaStateFilter};
pub(crate) use stats::StatsQuery;
pub use stats::{AgentStats, AgentStatus, AgentWorkload, StatsPeriod};
pub use task::{Task, TaskStatus, TaskWait};
pub use workflow::{Workflow, WorkflowTriggerType};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[
    Goal::TABLE,
    Workflow::TABLE,
    WorkflowExecution::TABLE,
    Task::TABLE,
    TaskDependency::TABLE,
    TaskAttempt::TABLE,
    Approval::TABLE,
];
