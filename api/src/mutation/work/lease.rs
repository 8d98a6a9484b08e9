//! Renewing leases and reporting progress.

use super::{claim::TaskLease, result::TaskResult};
use crate::mutation::prelude::*;

input! {
    /// A task and the token of its lease.
    HeldTaskInput => service::work::lease::LeaseRef {
        ..lease,
    }

    /// Progress of a task.
    TaskProgressInput => service::work::lease::Progress {
        ..lease,
        /// Percentage done, 0 to 100.
        percentage: Option<Decimal>,
        /// Progress in words.
        message: Option<String>,
    }
}

verbs! {
    /// Renews each lease for its original duration, and reports whether cancellation of the task was requested.
    heartbeat_tasks = share(service::work::lease::Heartbeat) {
        /// The leases, at most 1000.
        items: Vec<HeldTaskInput>,
    } -> renewed {
        /// The leases that were renewed.
        leases: Vec<TaskLease> = renewed.leases,
        /// The result of each item.
        results: Vec<TaskResult> = renewed.items,
    }

    /// Reports the progress of tasks.
    report_progress = perform(service::work::lease::Report) {
        /// The tasks, at most 1000.
        items: Vec<TaskProgressInput>,
    } -> results[TaskResult];
}
