//! The steps of tasks and approvals: leases that expired, waits and deadlines that ended, tasks that are to stop.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::sea_orm_active_enums::{AttemptOutcome, EventAggregate, TaskStatus};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    database::Sql,
    events::{Event, EventKind},
    work::{
        approval, cancel,
        finish::{AttemptError, fail_attempt},
        task_batch::TaskBatch,
    },
};

/// How long a task that is asked to stop may go on, in seconds.
pub const CANCEL_GRACE_SECONDS: i64 = 30;

/// Writes the search for tasks whose lease has expired: `id` and `due`.
pub(super) fn write_lapsed(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    sql.push("SELECT id, lease_expires_at AS due FROM tasks WHERE status = 'in_progress' ")
        .push("AND (lease_expires_at IS NULL OR lease_expires_at <= ")
        .bind(now)
        .push(")")
}

/// Writes the search for tasks that waited too long: `id` and `due`.
pub(super) fn write_waits(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    sql.push("SELECT id, waits_until AS due FROM tasks WHERE status = 'waiting' AND waits_until <= ").bind(now)
}

/// Writes the search for approvals that nobody decided in time: `id` and `due`.
pub(super) fn write_approvals(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    sql.push("SELECT id, deadline_at AS due FROM approvals WHERE status = 'pending' AND deadline_at <= ").bind(now)
}

/// Writes the search for tasks that missed their deadline: `id` and `due`.
pub(super) fn write_breaches(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    sql.push("SELECT t.id, t.deadline_at AS due FROM tasks AS t WHERE ");
    breached(sql, now);
    sql
}

/// The next attempt for tasks whose lease lapsed, or whose attempt took too long.
pub(super) async fn leases(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let now = unit.now();
    let mut changes = TaskBatch::lock(unit, ids).await?;
    let mut changed = 0;
    for id in ids {
        let Ok(task) = changes.get(*id) else { continue };
        let lapsed = task.lease_expires_at.is_none_or(|expires| expires <= now);
        if task.status != TaskStatus::InProgress || !lapsed {
            continue;
        }
        let timed_out = task.runs_until().is_some_and(|end| end <= now);
        let (outcome, code, message) = match timed_out {
            true => (AttemptOutcome::TimedOut, "TIMED_OUT", "the attempt took longer than allowed"),
            false => (AttemptOutcome::LeaseLost, "LEASE_LOST", "the lease expired without a heartbeat"),
        };
        let error = AttemptError { code, message: Some(message), permanent: false };
        fail_attempt(&mut changes, unit, *id, outcome, &error)?;
        changed += 1;
    }
    changes.save(unit).await?;
    Ok(changed)
}

/// Since when a task must have been asked to stop to be stopped now.
fn grace(now: DateTime<Utc>) -> DateTime<Utc> {
    now - TimeDelta::seconds(CANCEL_GRACE_SECONDS)
}

/// Adds the tasks that were asked to stop and did not. Those that wait were left so by earlier versions, which let them;
/// they are found by their agents, which an index has.
pub(super) fn write_stops(sql: &mut Sql, now: DateTime<Utc>) -> &mut Sql {
    let since = grace(now);
    sql.push(
        "SELECT id, cancel_requested_at AS due FROM tasks WHERE status = 'in_progress' AND cancel_requested_at <= ",
    )
    .bind(since)
    .push(" UNION ALL SELECT t.id, t.cancel_requested_at FROM agents AS a CROSS JOIN tasks AS t ")
    .push("WHERE t.assigned_agent_id = a.id AND t.status = 'waiting' AND t.cancel_requested_at <= ")
    .bind(since)
}

/// Ends tasks that were asked to stop and did not, with everything below them.
pub(super) async fn stops(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let since = grace(unit.now());
    let mut changes = TaskBatch::lock_tree(unit, ids).await?;
    let roots: BTreeSet<Uuid> = ids
        .iter()
        .filter_map(|id| changes.get(*id).ok())
        .filter(|task| matches!(task.status, TaskStatus::InProgress | TaskStatus::Waiting))
        .filter(|task| task.cancel_requested_at.is_some_and(|requested| requested <= since))
        .map(|task| task.id)
        .collect();
    if roots.is_empty() {
        return Ok(0);
    }
    let reason = Some("the grace time is over");
    for id in &roots {
        if changes.get(*id)?.status == TaskStatus::InProgress {
            cancel::end(unit, &mut changes, *id, reason)?;
        }
    }
    let below = changes.below(&roots);
    cancel::stop(unit, &mut changes, below, reason).await?;
    changes.save(unit).await?;
    Ok(roots.len())
}

/// Fails tasks that waited too long.
pub(super) async fn waits(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let now = unit.now();
    let mut changes = TaskBatch::lock(unit, ids).await?;
    let mut changed = 0;
    for id in ids {
        let Ok(task) = changes.get(*id) else { continue };
        if task.status != TaskStatus::Waiting || task.waits_until.is_none_or(|end| end > now) {
            continue;
        }
        changes.note_error(*id, "WAIT_TIMED_OUT", Some("the wait timed out"))?;
        changes.change(unit, *id, EventKind::TaskFailed, |task| {
            task.transition(TaskStatus::Failed, now).map(|()| json!({ "errorCode": "WAIT_TIMED_OUT" }))
        })?;
        changed += 1;
    }
    changes.save(unit).await?;
    Ok(changed)
}

/// Settles approvals that nobody decided in time.
pub(super) async fn approvals(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let mut changed = 0;
    for id in ids {
        changed += usize::from(approval::settle_overdue(unit, *id).await?);
    }
    Ok(changed)
}

/// Tells of each missed deadline once.
pub(super) async fn breaches(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let now = unit.now();
    let mut sql = unit.sql();
    sql.push("UPDATE tasks SET version = version + 1, sla_breached_at = ")
        .bind(now)
        .push(", updated_at = ")
        .bind(now)
        .push(" WHERE id IN (SELECT t.id FROM tasks AS t WHERE ");
    breached(&mut sql, now);
    sql.push(" AND t.id").is_any(ids).for_update_skip_locked("t");
    sql.push(") RETURNING id, version, assigned_agent_id, workflow_execution_id");
    let rows = unit.rows(sql).await?;
    for found in &rows {
        let mut changes = Map::new();
        changes.insert("slaState".to_owned(), json!("BREACHED"));
        unit.emit(Event {
            kind: EventKind::TaskSlaBreached,
            aggregate_type: EventAggregate::Task,
            aggregate_id: found.try_get_by("id")?,
            aggregate_version: found.try_get_by("version")?,
            agent_id: Some(found.try_get_by("assigned_agent_id")?),
            execution_id: found.try_get_by("workflow_execution_id")?,
            changes,
        });
    }
    Ok(rows.len())
}

fn breached(sql: &mut Sql, now: DateTime<Utc>) {
    sql.push("t.sla_breached_at IS NULL AND t.status IN ('pending', 'in_progress', 'waiting') AND t.deadline_at <= ")
        .bind(now);
}
