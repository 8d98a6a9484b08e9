//! Ending an attempt: completed, failed or released.

use super::{lease::HeldTaskInput, result::TaskResult};
use crate::mutation::prelude::*;

input! {
    /// A completed task.
    TaskCompletionInput => service::work::finish::Completion {
        ..lease,
        /// What it produced, an object. Default: empty.
        output_data: Option<Json>,
    }

    /// A failed attempt.
    TaskFailureInput => service::work::finish::Failure {
        ..lease,
        /// What went wrong, for programs. At most 100 characters.
        error_code: String,
        /// What went wrong, for people.
        error_message: Option<String>,
        /// Whether another attempt may help.
        error_class: ErrorClass = ErrorClass::Retryable,
    }
}

input_enum! {
    /// Whether another attempt may help.
    ErrorClass => service::work::finish::ErrorClass {
        /// Another attempt may succeed.
        Retryable,
        /// Every attempt would fail in the same way.
        Permanent,
    }
}

verbs! {
    /// Completes tasks. Tasks that were waiting only for them can be claimed at once.
    complete_tasks = share(service::work::finish::Complete) {
        /// The tasks, at most 1000.
        items: Vec<TaskCompletionInput>,
    } -> results[TaskResult];

    /// Reports failed attempts. Each task is retried after a delay, or has failed for good.
    fail_tasks = share(service::work::finish::Fail) {
        /// The tasks, at most 1000.
        items: Vec<TaskFailureInput>,
    } -> results[TaskResult];

    /// Releases tasks, so that others can claim them at once. It does not count as an attempt.
    release_tasks = share(service::work::finish::Release) {
        /// The tasks, at most 1000.
        items: Vec<HeldTaskInput>,
    } -> results[TaskResult];
}
