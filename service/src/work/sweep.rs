//! What time does to tasks: leases lapse, waits and deadlines end, and those asked to stop are stopped.
//!
//! Any number of processes may sweep. Each step looks for candidates without a lock and acts on what still holds under
//! the lock: what was finished in between stays finished.

use chrono::Duration;
use entity::sea_orm_active_enums::{AttemptOutcome, EventAggregate, TaskStatus};
use sea_orm::QueryResult;
use serde_json::{Map, json};
use uuid::Uuid;

use super::{
    approval, cancel,
    changes::Changes,
    finish::{AttemptError, fail_attempt},
};
use crate::{Actor, Error, Result, Service, Unit, database::Sql, events::Event};

/// The most tasks of one transaction.
const BATCH: usize = 200;

/// How long a task that is asked to stop may go on, in seconds.
pub const CANCEL_GRACE_SECONDS: i64 = 30;

/// How many tasks a sweep changed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Leases that had lapsed.
    pub leases: usize,
    /// Tasks that were stopped after their grace.
    pub stopped: usize,
    /// Waits that took too long.
    pub waits: usize,
    /// Approvals that nobody decided in time.
    pub approvals: usize,
    /// Deadlines that were missed.
    pub breaches: usize,
}

/// Brings everything up to the clock.
pub async fn sweep(service: &Service) -> Result<Swept> {
    Ok(Swept {
        leases: until_done(service, Step::Leases).await?,
        stopped: until_done(service, Step::Stops).await?,
        waits: until_done(service, Step::Waits).await?,
        approvals: until_done(service, Step::Approvals).await?,
        breaches: until_done(service, Step::Breaches).await?,
    })
}

#[derive(Clone, Copy)]
enum Step {
    Leases,
    Stops,
    Waits,
    Approvals,
    Breaches,
}

async fn until_done(service: &Service, step: Step) -> Result<usize> {
    let mut total = 0;
    loop {
        let (found, changed) = match once(service, step).await {
            Err(error) if error.is_collision() => continue,
            result => result?,
        };
        total += changed;
        // Candidates that others took meanwhile are gone from the next search.
        if found < BATCH {
            return Ok(total);
        }
    }
}

async fn once(service: &Service, step: Step) -> Result<(usize, usize)> {
    let mut unit = service.begin(&Actor::server()).await?;
    let done = match step {
        Step::Leases => leases(&mut unit).await,
        Step::Stops => stops(&mut unit).await,
        Step::Waits => waits(&mut unit).await,
        Step::Approvals => approvals(&mut unit).await,
        Step::Breaches => breaches(&mut unit).await,
    };
    unit.end(done).await
}

/// The next attempt for tasks whose lease lapsed, or whose attempt took too long.
async fn leases(unit: &mut Unit) -> Result<(usize, usize)> {
    let now = unit.now();
    let mut sql = unit.sql();
    sql.push("SELECT id FROM tasks WHERE status = 'in_progress' AND (lease_expires_at IS NULL OR lease_expires_at <= ")
        .bind(now);
    sql.write(format_args!(") ORDER BY lease_expires_at LIMIT {BATCH}"));
    let ids = ids(&unit.rows(sql).await?)?;
    if ids.is_empty() {
        return Ok((0, 0));
    }
    let mut changes = Changes::lock(unit, &ids).await?;
    let mut changed = 0;
    for id in &ids {
        let Ok(task) = changes.get(*id) else { continue };
        let lapsed = task.lease_expires_at.is_none_or(|expires| expires <= now);
        if task.status != TaskStatus::InProgress || !lapsed {
            continue;
        }
        let timed_out = task.runs_until().is_some_and(|end| end <= now);
        let (outcome, code, message) = match timed_out {
            true => (AttemptOutcome::TimedOut, "TIMED_OUT", "the attempt took longer than allowed"),
            false => (AttemptOutcome::LeaseLost, "LEASE_LOST", "no heartbeat came before the lease ended"),
        };
        let error = AttemptError { code, message: Some(message), permanent: false };
        fail_attempt(&mut changes, unit, *id, outcome, &error)?;
        changed += 1;
    }
    changes.save(unit).await?;
    Ok((ids.len(), changed))
}

/// Revokes the leases of tasks that were asked to stop and did not.
async fn stops(unit: &mut Unit) -> Result<(usize, usize)> {
    let since = unit.now() - Duration::seconds(CANCEL_GRACE_SECONDS);
    let mut sql = unit.sql();
    sql.push("SELECT id FROM tasks WHERE status = 'in_progress' AND cancel_requested_at <= ").bind(since);
    sql.write(format_args!(" LIMIT {BATCH}"));
    let ids = ids(&unit.rows(sql).await?)?;
    if ids.is_empty() {
        return Ok((0, 0));
    }
    let mut changes = Changes::lock(unit, &ids).await?;
    let mut changed = 0;
    for id in &ids {
        let Ok(task) = changes.get(*id) else { continue };
        let due = task.cancel_requested_at.is_some_and(|requested| requested <= since);
        if task.status == TaskStatus::InProgress && due {
            cancel::end(unit, &mut changes, *id, Some("the grace time is over"))?;
            changed += 1;
        }
    }
    changes.save(unit).await?;
    Ok((ids.len(), changed))
}

/// Fails tasks that waited too long.
async fn waits(unit: &mut Unit) -> Result<(usize, usize)> {
    let now = unit.now();
    let mut sql = unit.sql();
    sql.push("SELECT id FROM tasks WHERE status = 'waiting' AND waits_until <= ").bind(now);
    sql.write(format_args!(" ORDER BY waits_until LIMIT {BATCH}"));
    let ids = ids(&unit.rows(sql).await?)?;
    if ids.is_empty() {
        return Ok((0, 0));
    }
    let mut changes = Changes::lock(unit, &ids).await?;
    let mut changed = 0;
    for id in &ids {
        let Ok(task) = changes.get(*id) else { continue };
        if task.status != TaskStatus::Waiting || task.waits_until.is_none_or(|end| end > now) {
            continue;
        }
        changes.note_error(*id, "WAIT_TIMED_OUT", Some("what it waited for did not come in time"))?;
        changes.change(unit, *id, "task.failed", |task| {
            task.transition(TaskStatus::Failed, now).map(|()| json!({ "errorCode": "WAIT_TIMED_OUT" }))
        })?;
        changed += 1;
    }
    changes.save(unit).await?;
    Ok((ids.len(), changed))
}

async fn approvals(unit: &mut Unit) -> Result<(usize, usize)> {
    let overdue = approval::overdue(unit, u32::try_from(BATCH).unwrap_or(u32::MAX)).await?;
    let mut changed = 0;
    for id in &overdue {
        changed += usize::from(approval::expire_overdue(unit, *id).await?);
    }
    Ok((overdue.len(), changed))
}

/// Tells of each missed deadline once.
async fn breaches(unit: &mut Unit) -> Result<(usize, usize)> {
    let now = unit.now();
    let mut sql = unit.sql();
    sql.push("UPDATE tasks SET version = version + 1, sla_breached_at = ")
        .bind(now)
        .push(" WHERE id IN (SELECT t.id FROM tasks AS t WHERE ");
    breached(&mut sql, now);
    sql.write(format_args!(" ORDER BY t.deadline_at LIMIT {BATCH}")).for_update_skip_locked("t");
    sql.push(") RETURNING id, version, assigned_agent_id, workflow_execution_id");
    let rows = unit.rows(sql).await?;
    for found in &rows {
        let mut changes = Map::new();
        changes.insert("slaState".to_owned(), json!("BREACHED"));
        unit.emit(Event {
            kind: "task.sla_breached",
            aggregate_type: EventAggregate::Task,
            aggregate_id: found.try_get_by(0)?,
            aggregate_version: found.try_get_by(1)?,
            agent_id: Some(found.try_get_by(2)?),
            execution_id: found.try_get_by(3)?,
            changes,
        });
    }
    Ok((rows.len(), rows.len()))
}

fn breached(sql: &mut Sql, now: chrono::DateTime<chrono::Utc>) {
    sql.push("t.sla_breached_at IS NULL AND t.status IN ('pending', 'in_progress', 'waiting') AND t.deadline_at <= ")
        .bind(now);
}

fn ids(rows: &[QueryResult]) -> Result<Vec<Uuid>> {
    rows.iter().map(|found| found.try_get_by(0).map_err(Error::from)).collect()
}
