//! Ending an attempt: completed, failed or released.

use service::work::finish::{self, Complete, Completion, Fail, Failure, Release};

use super::{lease::HeldTaskInput, result::TaskResult};
use crate::mutation::prelude::*;

input! {
    /// A completed task.
    TaskCompletionInput => Completion {
        /// The task.
        task_id: Id,
        /// The token of its lease.
        token: Id,
        /// What it produced, an object. Default: empty.
        output_data: Option<Json>,
    }
}

input! {
    /// A failed attempt.
    TaskFailureInput => Failure {
        /// The task.
        task_id: Id,
        /// The token of its lease.
        token: Id,
        /// What went wrong, for programs. At most 100 characters.
        error_code: String,
        /// What went wrong, for people.
        error_message: Option<String>,
        /// Whether another attempt may help.
        #[graphql(default)]
        error_class: Optional<ErrorClass>,
    }
}

input_enum! {
    /// Whether another attempt may help.
    #[derive(Default)]
    ErrorClass => finish::ErrorClass {
        /// Another attempt may succeed.
        #[default]
        Retryable,
        /// Every attempt would fail in the same way.
        Permanent,
    }
}

verbs! {
    /// Completes tasks. Tasks that were waiting only for them can be claimed at once.
    complete_tasks = share(Complete) {
        /// The tasks, at most 1000.
        items: Vec<TaskCompletionInput>,
    } -> items {
        /// The result of each item.
        results: Vec<TaskResult> = *items,
    }

    /// Reports failed attempts. Each task is retried after a delay, or has failed for good.
    fail_tasks = share(Fail) {
        /// The tasks, at most 1000.
        items: Vec<TaskFailureInput>,
    } -> items {
        /// The result of each item.
        results: Vec<TaskResult> = *items,
    }

    /// Releases tasks, so that others can claim them at once. It does not count as an attempt.
    release_tasks = share(Release) {
        /// The tasks, at most 1000.
        items: Vec<HeldTaskInput>,
    } -> items {
        /// The result of each item.
        results: Vec<TaskResult> = *items,
    }
}
