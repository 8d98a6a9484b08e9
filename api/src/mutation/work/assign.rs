//! Who does a task.

use super::create::NewTaskInput;
use crate::mutation::prelude::*;

verbs! {
    /// Delegates part of a task to another agent: a child agent, an ancestor, or an agent that a collaboration allows.
    delegate_task = perform(service::work::assign::Delegate) {
        /// The task that the new one is part of.
        parent_task_id: Id,
        /// The token of the parent's lease. Required with `wait`.
        token: Option<Id>,
        /// True: the parent waits, without a lease, until all its subtasks have ended.
        wait: bool = false,
        /// The new task. If the two agents collaborate, the collaboration's priority and SLA are its defaults.
        task: NewTaskInput,
    } -> delegated {
        /// The new task.
        task: Row<Task> = delegated.task,
        /// The task that it is part of.
        parent: Row<Task> = delegated.parent,
    }

    /// Assigns a task to another agent. Refused while somebody works on it.
    reassign_task = perform(service::work::assign::Reassign) {
        /// The task.
        task_id: Id,
        /// The agent.
        agent_id: Id,
        ..versioned,
    } -> task: Task;
}
