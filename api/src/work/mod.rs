//! Goals drive workflows, workflows are executed, executions contain tasks.

mod execution;
mod goal;
mod task;
mod workflow;

use async_graphql::MergedObject;

pub use execution::{ExecutionStatus, WorkflowExecution};
pub use goal::{Goal, GoalStatus, GoalType};
pub use task::{Task, TaskStatus};
pub use workflow::{Workflow, WorkflowTriggerType};

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct WorkQuery(goal::GoalQuery, workflow::WorkflowQuery, execution::WorkflowExecutionQuery, task::TaskQuery);
