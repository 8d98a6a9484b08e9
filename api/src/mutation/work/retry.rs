//! New attempts of tasks that have failed for good.

use service::work::retry::Filter;

use super::result::TaskResult;
use crate::{
    mutation::prelude::*,
    write::{input::IntoDomain, perform_filtered},
};

input! {
    /// Failed tasks that meet all conditions given.
    RedriveFilter => Filter {
        /// Tasks of these agents. An empty list matches none.
        agent_ids: Option<Vec<Id>>,
        /// Tasks of these types. An empty list matches none.
        task_types: Option<Vec<String>>,
        /// Tasks that failed with one of these codes. An empty list matches none.
        error_codes: Option<Vec<String>>,
        /// Tasks of this execution.
        workflow_execution_id: Option<Id>,
        /// Tasks that failed at this time or later.
        failed_from: Option<Moment>,
        /// Tasks that failed before this time.
        failed_before: Option<Moment>,
    }
}

/// Without a filter all failed tasks are meant.
impl IntoDomain<Filter> for Option<RedriveFilter> {
    fn into_domain(self) -> Filter {
        self.map(Filter::from).unwrap_or_default()
    }
}

verbs! {
    /// Retries a task that has failed for good: it becomes pending again. Refused if a task
    /// that it depends on has failed, another task holds its unique key, its agent is not active, or its execution was
    /// cancelled. Tasks that failed because of this one stay failed, and can be retried after it.
    retry_task = perform(service::work::retry::Retry) {
        /// The task.
        task_id: Id,
    } -> task: Task;

    /// Retries many tasks that have failed for good, by the rules of `retryTask`. Tasks of one call that depend on each
    /// other wait for each other again.
    redrive_tasks = perform_filtered(service::work::retry::Redrive) {
        /// Which tasks. Default: all that have failed.
        filter: Option<RedriveFilter>,
        /// Maximum number of failed tasks to examine, 1 to 1000, earliest failure first.
        limit: i32 = 100,
        /// If true, changes nothing and only reports what would be retried.
        dry_run: bool = false,
    } -> redriven {
        /// The tasks that are pending again.
        tasks: Vec<Row<Task>> = redriven.tasks,
        /// The tasks that were found and stay failed, each with the reason in `userErrors`.
        not_reopened: Vec<TaskResult> = redriven.refused,
    }
}
