//! How executions move between their states.

use entity::sea_orm_active_enums::{
    EventAggregate,
    ExecutionStatus::{self, Completed, Failed, Paused, Pending, Running},
    TaskStatus,
};
use serde_json::Map;
use uuid::Uuid;

use super::{
    state::{self, OPEN_EXECUTIONS, OPEN_TASKS},
    task::lock_executions,
};
use crate::{
    Error, Result, UnitOfWork,
    database::{Sql, row::enum_value},
    events::{Event, EventKind},
    refusal::Located,
    state::State,
};

/// Moves those of the executions that are in one of some states; says which. `also` writes what else changes.
pub(super) async fn transition(
    unit: &mut UnitOfWork,
    ids: &[Uuid],
    from: &[ExecutionStatus],
    (to, kind): (ExecutionStatus, EventKind),
    also: impl FnOnce(&mut Sql),
) -> Result<Vec<Uuid>> {
    debug_assert!(from.iter().all(|from| from.allowed().contains(&to)), "{from:?} to {to:?}");
    lock_executions(unit, ids).await?;
    let mut sql = unit.sql();
    sql.push("UPDATE workflow_executions SET status = ").literal(&to).push(", version = version + 1, updated_at = ");
    sql.bind(unit.now());
    also(&mut sql);
    sql.push(" WHERE status").is_one_of(from).push(" AND id").is_any(ids).push(" RETURNING id, version");
    let mut moved = Vec::new();
    for found in unit.rows(sql).await? {
        let id = found.try_get_by("id")?;
        unit.emit(event(kind, id, found.try_get_by("version")?, to));
        moved.push(id);
    }
    Ok(moved)
}

/// Moves one execution that must be in a state.
pub(super) async fn change(
    unit: &mut UnitOfWork,
    id: Uuid,
    from: ExecutionStatus,
    to: (ExecutionStatus, EventKind),
) -> Result<Uuid> {
    match transition(unit, &[id], &[from], to, |_| {}).await?.is_empty() {
        true => Err(refuse(unit, id, to.0).await),
        false => Ok(id),
    }
}

/// Why an execution was not moved.
pub(super) async fn refuse(unit: &UnitOfWork, id: Uuid, to: ExecutionStatus) -> Error {
    let status = async {
        let mut sql = unit.sql();
        sql.push("SELECT status FROM workflow_executions WHERE id = ").bind(id);
        let rows = unit.rows(sql).await?;
        Ok::<Option<ExecutionStatus>, Error>(rows.first().map(|found| enum_value(found, "status")).transpose()?)
    };
    match status.await {
        Ok(None) => Error::NotFound("execution", id).located(["workflowExecutionId"]),
        Ok(Some(from)) => {
            let message = format!("the execution is {}", state::name(&from));
            state::refuse(from, to, message).at(["workflowExecutionId"]).into()
        }
        Err(error) => error,
    }
}

/// The executions of a workflow that are not over, oldest first.
pub(super) async fn open_of(unit: &UnitOfWork, workflow: Uuid) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM workflow_executions WHERE status").is_one_of(OPEN_EXECUTIONS).push(" AND workflow_id = ");
    sql.bind(workflow).push(" ORDER BY created_at, id");
    unit.ids(sql).await
}

/// Ends executions that have no open task: completed when every task was completed or skipped, else failed.
pub(super) async fn end_executions(unit: &mut UnitOfWork, executions: Vec<Uuid>) -> Result<()> {
    if executions.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    let now = unit.now();
    sql.push("UPDATE workflow_executions SET status = CASE WHEN EXISTS (SELECT 1 FROM tasks WHERE ");
    sql.push("workflow_execution_id = workflow_executions.id AND status");
    sql.is_one_of(&[TaskStatus::Failed, TaskStatus::Cancelled]).push(") THEN ").literal(&Failed);
    sql.push(" ELSE ").literal(&Completed).push(" END, version = version + 1, completed_at = ").bind(now);
    sql.push(", updated_at = ").bind(now).push(" WHERE status").is_one_of(OPEN_EXECUTIONS).push(" AND id");
    sql.is_any(&executions);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM tasks WHERE workflow_execution_id = workflow_executions.id AND status");
    sql.is_one_of(OPEN_TASKS).push(") RETURNING id, version, status");
    let mut ended = Vec::new();
    for found in unit.rows(sql).await? {
        let status: ExecutionStatus = enum_value(&found, "status")?;
        let kind = if status == Failed { EventKind::ExecutionFailed } else { EventKind::ExecutionCompleted };
        let id = found.try_get_by("id")?;
        unit.emit(event(kind, id, found.try_get_by("version")?, status));
        ended.push(id);
    }
    if !ended.is_empty() {
        begin_queued(unit, &ended).await?;
    }
    Ok(())
}

/// Begins the executions that waited for the end of these.
pub(super) async fn begin_queued(unit: &mut UnitOfWork, ended: &[Uuid]) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT DISTINCT workflow_id AS id FROM workflow_executions WHERE id").is_any(ended);
    let workflows: Vec<Uuid> = unit.ids(sql).await?;
    begin_next(unit, &workflows).await
}

/// Begins the oldest queued execution of each of these workflows, if no other is running.
pub(super) async fn begin_next(unit: &mut UnitOfWork, workflows: &[Uuid]) -> Result<()> {
    // Whoever starts a slot holds the workflow too: either it sees that the earlier execution has ended, or its queued
    // execution is seen here.
    let mut sql = unit.sql();
    sql.push("SELECT id FROM workflows WHERE id").is_any(workflows).push(" ORDER BY id").for_update();
    unit.rows(sql).await?;
    for workflow in workflows {
        let mut sql = unit.sql();
        let now = unit.now();
        sql.push("UPDATE workflow_executions SET status = ").literal(&Running).push(", version = version + 1, ");
        sql.push("started_at = ").bind(now).push(", updated_at = ").bind(now);
        sql.push(" WHERE id = (SELECT id FROM workflow_executions WHERE status = ").literal(&Pending);
        sql.push(" AND workflow_id = ").bind(*workflow);
        sql.push(" ORDER BY created_at, id LIMIT 1) AND NOT EXISTS (SELECT 1 FROM workflow_executions AS o WHERE ");
        sql.push("o.status").is_one_of(&[Running, Paused]).push(" AND o.workflow_id = ").bind(*workflow);
        sql.push(") RETURNING id, version");
        for found in unit.rows(sql).await? {
            let (id, version) = (found.try_get_by("id")?, found.try_get_by("version")?);
            unit.emit(event(EventKind::ExecutionStarted, id, version, Running));
        }
    }
    Ok(())
}

/// Opens executions again that have ended, because one of their tasks gets another attempt.
pub(super) async fn reopen(unit: &mut UnitOfWork, executions: &[Uuid]) -> Result<()> {
    if executions.is_empty() {
        return Ok(());
    }
    let to = (Running, EventKind::ExecutionReopened);
    let also = |sql: &mut Sql| {
        sql.push(", completed_at = NULL");
    };
    transition(unit, executions, &[Completed, Failed], to, also).await.map(drop)
}

/// An event of an execution.
pub(super) fn event(kind: EventKind, id: Uuid, version: i32, status: ExecutionStatus) -> Event {
    let mut changes = Map::new();
    changes.insert("status".to_owned(), state::name(&status).into());
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
