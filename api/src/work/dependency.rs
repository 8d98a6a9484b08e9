//! Dependencies: which task waits for which.

use chrono::{DateTime, Utc};

use super::Task;
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// What becomes of a task when one that it depends on was not done.
    DependencyFailure {
        /// It fails too.
        Fail,
        /// It is skipped.
        Skip,
        /// It runs all the same.
        Run,
    }
}

resource! {
    /// A task that another task waits for, inside one execution.
    TaskDependency: task_dependencies, key [task_id, depends_on_id], by [created_at desc];
    list task_dependencies;
    columns {
        /// The task that waits.
        task_id: Id,
        /// The task that it waits for.
        depends_on_id: Id,
        /// What becomes of the task that waits when the other was not done.
        on_failure: DependencyFailure,
        /// When the row was made.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By the time it was made.
        created_at,
    }
    to_one {
        /// The task that waits.
        task: Task by task_id,
        /// The task that it waits for.
        depends_on: Task by depends_on_id,
    }
    to_one_or_none {}
    to_many {}
}
