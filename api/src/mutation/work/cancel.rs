//! Cancelling tasks and executions.

use crate::mutation::prelude::*;

verbs! {
    /// Cancels a task, with all its subtasks.
    cancel_task = perform(service::work::cancel::CancelTask) {
        /// The task.
        task_id: Id,
        /// The reason, for people.
        reason: Option<String>,
    } -> done {
        /// The tasks that are cancelled now.
        cancelled: Vec<Row<Task>> = done.cancelled,
        /// The tasks in progress, whose workers were asked to stop. The next heartbeat tells them; after a grace period
        /// their leases end.
        cancel_requested: Vec<Row<Task>> = done.requested,
    }

    /// Cancels an execution, with all its tasks.
    cancel_execution = perform(service::work::cancel::CancelExecution) {
        /// The execution.
        workflow_execution_id: Id,
        /// The reason, for people.
        reason: Option<String>,
    } -> done {
        /// The tasks that are cancelled now.
        cancelled: Vec<Row<Task>> = done.cancelled,
        /// The tasks in progress, whose workers were asked to stop. The next heartbeat tells them; after a grace period
        /// their leases end.
        cancel_requested: Vec<Row<Task>> = done.requested,
    }
}
