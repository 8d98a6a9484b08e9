//! What time does to tasks: leases lapse, waits and deadlines end, and those asked to stop are stopped.
//!
//! Any number of processes may sweep. Each step looks for candidates without a transaction and acts on what still holds
//! under the lock: what was finished in between stays finished. The steps do not depend on each other, and within a step
//! a row that cannot be changed is left out: its batch is halved until it stands alone.

use std::{
    collections::{BTreeSet, HashSet},
    time::Duration,
};

use chrono::{DateTime, TimeDelta, Utc};
use entity::sea_orm_active_enums::{AttemptOutcome, EventAggregate, TaskStatus};
use sea_orm::ConnectionTrait;
use serde_json::{Map, json};
use uuid::Uuid;

use super::{
    approval, cancel,
    finish::{AttemptError, fail_attempt},
    task_batch::TaskBatch,
};
use crate::{
    Actor, Error, Result, Service, UnitOfWork,
    database::{Sql, row},
    events::{Event, EventKind},
    orders, retry, settings, stock,
};

/// The most rows of one search, and of one transaction.
const BATCH: usize = 200;
/// How long a transaction waits for a lock before its rows are tried apart.
const LOCK_TIMEOUT: Duration = Duration::from_millis(100);

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
    /// Drafts and pending orders whose time was over.
    pub orders: usize,
    /// Pieces held for baskets, whose time was over.
    pub holds: usize,
    /// Backorders that got pieces which were free.
    pub backorders: usize,
}

/// Brings everything up to the clock. What cannot be changed is logged and left for the next time.
pub async fn sweep(service: &Service) -> Result<Swept> {
    Sweeper::default().sweep(service).await
}

/// Sweeps again and again.
#[derive(Debug, Default)]
pub(super) struct Sweeper {
    /// What could not be changed the last time: it is not logged again.
    failing: HashSet<Uuid>,
}

impl Sweeper {
    /// Takes every step, whatever becomes of the others; the first step that failed as a whole is the error.
    pub(super) async fn sweep(&mut self, service: &Service) -> Result<Swept> {
        let mut swept = Swept::default();
        let mut failing = HashSet::new();
        let mut failure = None;
        for (step, count) in [
            (Step::Leases, &mut swept.leases),
            (Step::Stops, &mut swept.stopped),
            (Step::Waits, &mut swept.waits),
            (Step::Approvals, &mut swept.approvals),
            (Step::Breaches, &mut swept.breaches),
            (Step::Orders, &mut swept.orders),
            (Step::Holds, &mut swept.holds),
            (Step::Backorders, &mut swept.backorders),
        ] {
            let mut run = Run { step, changed: 0, skipped: Vec::new(), failed: Vec::new() };
            let done = run.until_done(service).await;
            *count = run.changed;
            match step {
                Step::Leases => service.measures().work.lose_leases(run.changed),
                Step::Breaches => service.measures().work.miss_deadlines(run.changed),
                Step::Stops | Step::Waits | Step::Approvals => {}
                Step::Orders | Step::Holds | Step::Backorders => {}
            }
            for (id, error) in run.failed {
                if !self.failing.contains(&id) {
                    tracing::warn!(%id, "{} cannot be changed and is left out: {}", step.what(), error.explained());
                }
                failing.insert(id);
            }
            match done {
                Ok(()) => {}
                // The others would only wait as long again.
                Err(error @ Error::Unavailable(_)) => return Err(error),
                Err(error) => failure = failure.or(Some(error)),
            }
        }
        self.failing = failing;
        failure.map_or(Ok(swept), Err)
    }
}

#[derive(Clone, Copy)]
enum Step {
    Leases,
    Stops,
    Waits,
    Approvals,
    Breaches,
    Orders,
    Holds,
    Backorders,
}

/// A step on its way.
struct Run {
    step: Step,
    changed: usize,
    /// Candidates that are not looked at again.
    skipped: Vec<Uuid>,
    failed: Vec<(Uuid, Error)>,
}

impl Run {
    async fn until_done(&mut self, service: &Service) -> Result<()> {
        loop {
            let found = self.step.find(service, &self.skipped).await?;
            let before = (self.changed, self.skipped.len());
            self.change(service, &found).await?;
            // Candidates that others took meanwhile are gone from the next search.
            if found.len() < BATCH || before == (self.changed, self.skipped.len()) {
                return Ok(());
            }
        }
    }

    async fn change(&mut self, service: &Service, found: &[Uuid]) -> Result<()> {
        let mut batches: Vec<&[Uuid]> = found.chunks(self.step.at_once()).rev().collect();
        while let Some(batch) = batches.pop().filter(|batch| !batch.is_empty()) {
            match (self.batch(service, batch).await, batch) {
                (Ok(changed), _) => self.changed += changed,
                (Err(error @ Error::Unavailable(_)), _) => return Err(error),
                (Err(error), [id]) => {
                    self.skipped.push(*id);
                    // Who holds it now changes it perhaps: the next sweep tells.
                    if !matches!(error, Error::Locked | Error::Collision) {
                        self.failed.push((*id, error));
                    }
                }
                (Err(_), batch) => {
                    let (first, second) = batch.split_at(batch.len() / 2);
                    batches.extend([second, first]);
                }
            }
        }
        Ok(())
    }

    async fn batch(&self, service: &Service, ids: &[Uuid]) -> Result<usize> {
        let step = self.step;
        let once = || async move {
            let mut unit = service.begin_within(&Actor::server(), LOCK_TIMEOUT).await?;
            let done = step.change(&mut unit, ids).await;
            unit.end(done).await
        };
        retry::on_collision(&service.measures().retries, once).await
    }
}

impl Step {
    /// How many are changed in one transaction.
    fn at_once(self) -> usize {
        // An order locks much: its stock, its customer, who refunds it.
        if matches!(self, Self::Orders) { 10 } else { BATCH }
    }

    fn what(self) -> &'static str {
        match self {
            Self::Leases => "a task whose lease has expired",
            Self::Stops => "a task that is to be stopped",
            Self::Waits => "a task that waited too long",
            Self::Approvals => "an overdue approval",
            Self::Breaches => "a task that missed its deadline",
            Self::Orders => "an order whose time is over",
            Self::Holds => "held stock whose time is over",
            Self::Backorders => "a variant that somebody waits for",
        }
    }

    /// The first candidates, but those.
    async fn find(self, service: &Service, but: &[Uuid]) -> Result<Vec<Uuid>> {
        let (database, now) = (service.database(), service.clock().now());
        let mut sql = Sql::new(database.engine());
        sql.push("SELECT c.id FROM (");
        match self {
            Self::Leases => sql
                .push("SELECT id, lease_expires_at AS due FROM tasks WHERE status = 'in_progress' ")
                .push("AND (lease_expires_at IS NULL OR lease_expires_at <= ")
                .bind(now)
                .push(")"),
            Self::Stops => write_stops(&mut sql, grace(now)),
            Self::Waits => sql
                .push("SELECT id, waits_until AS due FROM tasks WHERE status = 'waiting' AND waits_until <= ")
                .bind(now),
            Self::Approvals => sql
                .push("SELECT id, deadline_at AS due FROM approvals WHERE status = 'pending' AND deadline_at <= ")
                .bind(now),
            Self::Breaches => {
                sql.push("SELECT t.id, t.deadline_at AS due FROM tasks AS t WHERE ");
                breached(&mut sql, now);
                &mut sql
            }
            Self::Orders => orders::write_expired(&mut sql, now),
            Self::Holds => stock::write_lapsed(&mut sql, now),
            Self::Backorders => {
                let locations = settings::load(&service.source()).await?.locations;
                stock::write_unserved(&mut sql, &locations)
            }
        };
        sql.push(") AS c");
        if !but.is_empty() {
            sql.push(" WHERE NOT c.id").is_any(but);
        }
        sql.write(format_args!(" ORDER BY c.due LIMIT {BATCH}"));
        row::ids(&database.reader().query_all_raw(sql.into_statement()?).await?)
    }

    /// Changes those that still are what was looked for; how many.
    async fn change(self, unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
        match self {
            Self::Leases => leases(unit, ids).await,
            Self::Stops => stops(unit, ids).await,
            Self::Waits => waits(unit, ids).await,
            Self::Approvals => approvals(unit, ids).await,
            Self::Breaches => breaches(unit, ids).await,
            Self::Orders => orders::expire(unit, ids).await,
            Self::Holds => stock::expire(unit, ids).await,
            Self::Backorders => stock::serve_waiting(unit, ids).await,
        }
    }
}

/// The next attempt for tasks whose lease lapsed, or whose attempt took too long.
async fn leases(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
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
fn write_stops(sql: &mut Sql, since: DateTime<Utc>) -> &mut Sql {
    sql.push(
        "SELECT id, cancel_requested_at AS due FROM tasks WHERE status = 'in_progress' AND cancel_requested_at <= ",
    )
    .bind(since)
    .push(" UNION ALL SELECT t.id, t.cancel_requested_at FROM agents AS a CROSS JOIN tasks AS t ")
    .push("WHERE t.assigned_agent_id = a.id AND t.status = 'waiting' AND t.cancel_requested_at <= ")
    .bind(since)
}

/// Ends tasks that were asked to stop and did not, with everything below them.
async fn stops(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
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
async fn waits(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
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

async fn approvals(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let mut changed = 0;
    for id in ids {
        changed += usize::from(approval::settle_overdue(unit, *id).await?);
    }
    Ok(changed)
}

/// Tells of each missed deadline once.
async fn breaches(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
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
