//! The results of a batch.

use async_graphql::{Context, Object};
use service::{Result, work::item::Item};

use crate::{
    read::{
        row::{self, Row},
        scalars::Id,
    },
    work::Task,
    write::{error::UserError, payload::Answer},
};

/// The result of one item of a batch. Items succeed or fail on their own.
#[derive(Clone, Debug)]
pub(crate) struct TaskResult(pub Item);

/// The result of one item of a batch. Items succeed or fail on their own.
#[Object]
impl TaskResult {
    /// Id of the task.
    async fn task_id(&self) -> Id {
        Id(self.0.task)
    }

    /// The task as it is now. Null if there is none.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Row<Task>>> {
        row::row(ctx, self.0.task).await
    }

    /// Why the item was refused. Empty if it succeeded.
    async fn user_errors(&self) -> Vec<UserError> {
        self.0.refused.clone().map(UserError::from).into_iter().collect()
    }
}

impl Answer<Vec<TaskResult>> for Vec<Item> {
    async fn answer(&self, _: &Context<'_>) -> Result<Option<Vec<TaskResult>>> {
        Ok(Some(self.iter().cloned().map(TaskResult).collect()))
    }
}
