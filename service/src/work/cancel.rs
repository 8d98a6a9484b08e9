//! Calling work off: a task with everything below it, or an execution with all its tasks.

use std::collections::BTreeSet;

use entity::sea_orm_active_enums::{AttemptOutcome, ExecutionStatus, TaskStatus};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    approval, lifecycle,
    state::{self, OPEN_EXECUTIONS, OPEN_TASKS},
    task_batch::TaskBatch,
};
use crate::{
    Result, UnitOfWork, Verb,
    access::{Operation, within},
    database::Sql,
    events::EventKind,
    refusal::At,
};

/// Cancels a task, and all tasks below it.
#[derive(Clone, Debug, Serialize)]
pub struct CancelTask {
    /// The task.
    pub task_id: Uuid,
    /// Why, for people.
    pub reason: Option<String>,
}

/// What was cancelled.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Cancelled {
    /// The tasks that are cancelled now.
    pub cancelled: Vec<Uuid>,
    /// The running ones, which hear of it at their next heartbeat.
    pub requested: Vec<Uuid>,
}

impl Verb for CancelTask {
    type Outcome = Cancelled;
    const OPERATION: Operation = Operation::CancelTask;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Cancelled> {
        let changes = TaskBatch::lock_tree(unit, &[self.task_id]).await?;
        let task = changes.get(self.task_id).at(["taskId"])?;
        within(unit, [task.agent]).await.at(["taskId"])?;
        state::check(task.status, TaskStatus::Cancelled).at(["taskId"])?;
        cancel(unit, changes, self.reason.as_deref()).await
    }
}

/// Cancels an execution, and all its tasks.
#[derive(Clone, Debug, Serialize)]
pub struct CancelExecution {
    /// The execution.
    pub workflow_execution_id: Uuid,
    /// Why, for people.
    pub reason: Option<String>,
}

impl Verb for CancelExecution {
    type Outcome = Cancelled;
    const OPERATION: Operation = Operation::CancelExecution;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Cancelled> {
        let (id, now) = (self.workflow_execution_id, unit.now());
        let to = (ExecutionStatus::Cancelled, EventKind::ExecutionCancelled);
        let also = |sql: &mut Sql| {
            sql.push(", completed_at = ").bind(now).push(", error_message = ").bind(self.reason.clone());
        };
        if lifecycle::transition(unit, &[id], OPEN_EXECUTIONS, to, also).await?.is_empty() {
            return Err(lifecycle::refuse(unit, id, to.0).await);
        }
        let mut sql = unit.sql();
        sql.push("SELECT id FROM tasks WHERE status")
            .is_one_of(OPEN_TASKS)
            .push(" AND workflow_execution_id = ")
            .bind(self.workflow_execution_id);
        let ids: Vec<Uuid> = unit.ids(sql).await?;
        let changes = TaskBatch::lock(unit, &ids).await?;
        let done = cancel(unit, changes, self.reason.as_deref()).await?;
        lifecycle::begin_queued(unit, &[self.workflow_execution_id]).await?;
        Ok(done)
    }
}

/// Cancels what nobody works on; asks those who work to stop.
async fn cancel(unit: &mut UnitOfWork, mut changes: TaskBatch, reason: Option<&str>) -> Result<Cancelled> {
    let ids = changes.ids();
    let done = stop(unit, &mut changes, ids, reason).await?;
    changes.save(unit).await?;
    Ok(done)
}

/// The same for some of the tasks in hand, which are written later.
pub(super) async fn stop(
    unit: &mut UnitOfWork,
    changes: &mut TaskBatch,
    ids: BTreeSet<Uuid>,
    reason: Option<&str>,
) -> Result<Cancelled> {
    let now = unit.now();
    let mut done = Cancelled::default();
    for id in ids {
        let task = changes.get(id)?;
        match task.status {
            TaskStatus::InProgress if task.cancel_requested_at.is_none() => {
                changes.change(unit, id, EventKind::TaskCancelRequested, |task| {
                    task.cancel_requested_at = Some(now);
                    Ok(json!({ "reason": reason }))
                })?;
                done.requested.push(id);
            }
            TaskStatus::Pending | TaskStatus::Waiting => {
                end(unit, changes, id, reason)?;
                done.cancelled.push(id);
            }
            _ => {}
        }
    }
    approval::cancel_of(unit, &done.cancelled).await?;
    Ok(done)
}

/// Cancels a task now.
pub(super) fn end(unit: &mut UnitOfWork, changes: &mut TaskBatch, id: Uuid, reason: Option<&str>) -> Result<()> {
    let now = unit.now();
    if changes.get(id)?.status == TaskStatus::InProgress {
        changes.end_attempt(unit, id, AttemptOutcome::Cancelled)?;
    }
    changes.change(unit, id, EventKind::TaskCancelled, |task| {
        task.transition(TaskStatus::Cancelled, now).map(|()| json!({ "reason": reason }))
    })
}
