//! Renewing leases and reporting progress.

use service::work::lease::{Heartbeat, LeaseRef, Progress, Report};

use super::{claim::TaskLease, result::TaskResult};
use crate::mutation::prelude::*;

input! {
    /// A task and the token of its lease.
    HeldTaskInput => LeaseRef {
        /// The task.
        task_id: Id,
        /// The token of its lease.
        token: Id,
    }
}

input! {
    /// Progress of a task.
    TaskProgressInput => Progress {
        /// The task.
        task_id: Id,
        /// The token of its lease.
        token: Id,
        /// Percentage done, 0 to 100.
        percentage: Option<Decimal>,
        /// Progress in words.
        message: Option<String>,
    }
}

verbs! {
    /// Renews each lease for its original duration, and reports whether cancellation of the task was requested.
    heartbeat_tasks = share(Heartbeat) {
        /// The leases, at most 1000.
        items: Vec<HeldTaskInput>,
    } -> renewed {
        /// The leases that were renewed.
        leases: Vec<TaskLease> = renewed.leases,
        /// The result of each item.
        results: Vec<TaskResult> = renewed.items,
    }

    /// Reports the progress of tasks.
    report_progress = perform(Report) {
        /// The tasks, at most 1000.
        items: Vec<TaskProgressInput>,
    } -> items {
        /// The result of each item.
        results: Vec<TaskResult> = *items,
    }
}
