//! What became of the items of a batch.

use async_graphql::{Context, Object};
use service::{Result, work::item::Item};

use crate::{
    read::{load, row::Row, scalars::Id},
    work::Task,
    write::error::UserError,
};

/// What became of one item of a batch; items succeed or fail by themselves.
#[derive(Clone, Debug)]
pub(crate) struct TaskResult(pub Item);

/// What became of one item of a batch; items succeed or fail by themselves.
#[Object]
impl TaskResult {
    /// The task that the item names.
    async fn task_id(&self) -> Id {
        Id(self.0.task)
    }

    /// The task as it is now; null when there is none.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Row<Task>>> {
        load::row(ctx, self.0.task).await
    }

    /// Why nothing was done to it; empty when it was done.
    async fn user_errors(&self) -> Vec<UserError> {
        self.0.refused.clone().map(UserError::from).into_iter().collect()
    }
}

/// The results of a batch.
pub(super) async fn results(items: &[Item]) -> Result<Option<Vec<TaskResult>>> {
    Ok(Some(items.iter().cloned().map(TaskResult).collect()))
}
