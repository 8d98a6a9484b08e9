//! Calling work off: a task with everything below it, or an execution with all its tasks.

use std::collections::BTreeSet;

use entity::sea_orm_active_enums::{AttemptOutcome, EventAggregate, TaskStatus};
use serde::{Deserialize, Serialize};
use serde_json::{Map, json};
use uuid::Uuid;

use super::{
    approval, execution, state,
    task::{lock_executions, write_tree},
    task_batch::{OPEN, TaskBatch},
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{Operation, within},
    events::{Event, EventKind},
    refusal::{At, Code, Located, Refusal},
};

/// Calls a task off, and all tasks below it.
#[derive(Clone, Debug, Serialize)]
pub struct CancelTask {
    /// The task.
    pub task_id: Uuid,
    /// Why, for people.
    pub reason: Option<String>,
}

/// What was called off.
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
        let mut sql = unit.sql();
        write_tree(&mut sql, &[self.task_id]);
        sql.push("SELECT id FROM tree");
        let ids: Vec<Uuid> = unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?;
        let changes = TaskBatch::lock(unit, &ids).await?;
        let task = changes.get(self.task_id).at(["taskId"])?;
        within(unit, [task.agent]).await.at(["taskId"])?;
        state::check(task.status, TaskStatus::Cancelled)?;
        cancel(unit, changes, self.reason.as_deref()).await
    }
}

/// Calls an execution off, and all its tasks.
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
        lock_executions(unit, &[self.workflow_execution_id]).await?;
        let now = unit.now();
        let mut sql = unit.sql();
        sql.push("UPDATE workflow_executions SET status = 'cancelled', version = version + 1, completed_at = ")
            .bind(now);
        sql.push(", error_message = ").bind(self.reason.clone()).push(", updated_at = ").bind(now);
        sql.push(" WHERE status IN ('pending', 'running', 'paused') AND id = ")
            .bind(self.workflow_execution_id)
            .push(" RETURNING version");
        let rows = unit.rows(sql).await?;
        let Some(found) = rows.first() else { return Err(self.refuse(unit).await) };
        unit.emit(execution_event(
            EventKind::ExecutionCancelled,
            self.workflow_execution_id,
            found.try_get_by(0)?,
            "CANCELLED",
        ));
        let mut sql = unit.sql();
        sql.push("SELECT id FROM tasks WHERE ")
            .push(OPEN)
            .push(" AND workflow_execution_id = ")
            .bind(self.workflow_execution_id);
        let ids: Vec<Uuid> = unit.rows(sql).await?.iter().map(|found| found.try_get_by(0)).collect::<Result<_, _>>()?;
        let changes = TaskBatch::lock(unit, &ids).await?;
        let done = cancel(unit, changes, self.reason.as_deref()).await?;
        execution::begin_queued(unit, &[self.workflow_execution_id]).await?;
        Ok(done)
    }
}

impl CancelExecution {
    async fn refuse(&self, unit: &UnitOfWork) -> Error {
        match execution::exists(unit, self.workflow_execution_id).await {
            Ok(true) => Refusal::new(Code::InvalidTransition, "the execution has ended").into(),
            Ok(false) => Error::NotFound("execution", self.workflow_execution_id).located(["workflowExecutionId"]),
            Err(error) => error,
        }
    }
}

pub(super) fn execution_event(kind: EventKind, id: Uuid, version: i32, status: &str) -> Event {
    let mut changes = Map::new();
    changes.insert("status".to_owned(), status.into());
    Event {
        kind,
        aggregate_type: EventAggregate::Execution,
        aggregate_id: id,
        aggregate_version: version,
        agent_id: None,
        execution_id: Some(id),
        changes,
    }
}

/// Cancels what nobody works on; asks those who work to stop.
pub(super) async fn cancel(unit: &mut UnitOfWork, mut changes: TaskBatch, reason: Option<&str>) -> Result<Cancelled> {
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
