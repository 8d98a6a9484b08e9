//! Dependencies: which task waits for which.

use chrono::{DateTime, Utc};

use super::Task;
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// What happens to a task if one it depends on is not completed.
    DependencyFailure {
        /// The task fails too.
        Fail,
        /// The task is skipped.
        Skip,
        /// The task runs anyway.
        Run,
    }
}

resource! {
    /// A dependency within one execution: one task waits for another.
    TaskDependency: task_dependencies, key [task_id, depends_on_id], by [created_at desc];
    list task_dependencies;
    columns {
        /// The task that waits.
        task_id: Id,
        /// The task it waits for.
        depends_on_id: Id,
        /// What happens to the waiting task if the other one is not completed.
        on_failure: DependencyFailure,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The task that waits.
        task: Task by task_id,
        /// The task it waits for.
        depends_on: Task by depends_on_id,
    }
    to_one_or_none {}
    to_many {}
}
