//! The results of a batch.

use crate::{mutation::prelude::*, write::error::UserError};

object! {
    /// The result of one item of a batch. Items succeed or fail on their own.
    TaskResult(service::work::item::Item) -> item {
        /// Id of the task.
        task_id: Id = item.task,
        /// The task as it is now. Null if there is none.
        task: Option<Row<Task>> = item.task,
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}
