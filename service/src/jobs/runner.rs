//! Running jobs: one server at a time runs a job. When it crashes, another one goes on where the last unit
//! of the work ended.

use std::{panic::AssertUnwindSafe, time::Duration};

use chrono::TimeDelta;
use entity::{
    bulk_jobs,
    sea_orm_active_enums::{BulkJobKind, BulkJobStatus},
};
use futures::FutureExt;
use sea_orm::{ConnectionTrait, EntityTrait};
use serde_json::Map;
use tokio::time::{MissedTickBehavior, interval};
use uuid::Uuid;

use super::{
    checkpoint::Checkpoint,
    export, rights, row, rows,
    running::{Finished, Hold, LEASE, Running},
};
use crate::{
    Actor, Error, Result, Service, UnitOfWork,
    database::{Sql, row as values},
    events::EventKind,
    import,
    principal::Principal,
};

/// How many jobs a server runs at once: a short one does not wait for a long one.
const AT_ONCE: usize = 2;
/// How often it is looked whether there are jobs.
const EVERY: Duration = Duration::from_secs(1);
/// How often the work of a job may fail at one place before the job fails.
const MOST_FAILURES: u32 = 5;
/// How many servers may crash on a job without progress, so that a job that crashes servers is given up.
const MOST_STARTS: u32 = 3;
/// How long a job waits after its work failed; each further time it waits as much longer.
const PAUSE: TimeDelta = TimeDelta::seconds(10);

/// Runs jobs until the service stops. Any number of servers may do it, and none does whose clock is wrong.
///
/// Its future cannot be sent to another thread: whoever runs it blocks one on it.
pub async fn keep(service: Service) {
    futures::future::join_all((0..AT_ONCE).map(|_| work(&service))).await;
}

async fn work(service: &Service) {
    let mut stopping = service.signals().listen_stopping();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut is_failing = false;
    while !service.signals().is_stopping() {
        tokio::select! {
            _ = stopping.changed() => continue,
            _ = ticks.tick() => {}
        }
        // By a clock that is wrong, leases end too early.
        if service.servers().is_skewed() {
            continue;
        }
        let Some(ran) = survive(run_due(service)).await else {
            // Its unit was undone. When its lease has ended, somebody goes on.
            tracing::error!("the work of a bulk job panicked");
            continue;
        };
        // Once, not every second.
        if let Err(error) = &ran
            && !is_failing
        {
            tracing::warn!("bulk jobs could not be looked after: {}", error.explained());
        }
        is_failing = ran.is_err();
    }
}

/// The result of work; none if it panics, which counts for its job as a crash of the server.
async fn survive<T>(work: impl Future<Output = T>) -> Option<T> {
    AssertUnwindSafe(work).catch_unwind().await.ok()
}

/// Runs the jobs that nobody runs, one after the other, until there are no more; how many.
pub async fn run_due(service: &Service) -> Result<usize> {
    let mut count = 0;
    while !service.signals().is_stopping() {
        let Some(running) = take(service).await? else { break };
        run(running).await?;
        count += 1;
    }
    Ok(count)
}

/// Takes the oldest job that nobody runs.
async fn take(service: &Service) -> Result<Option<Running>> {
    let mut sql = Sql::new(service.database().engine()).at(service.clock().now());
    write_free(&mut sql);
    let free = service.database().reader().query_all_raw(sql.into_statement()?).await?;
    if free.is_empty() {
        return Ok(None);
    }
    let mut unit = service.begin(&Actor::server()).await?;
    let taken = take_in(&mut unit).await;
    let now = unit.now();
    let taken = unit.end(taken).await?;
    taken.map(|(job, requester)| Running::new(service, job, requester, now)).transpose()
}

/// The job, and who created it.
async fn take_in(unit: &mut UnitOfWork) -> Result<Option<(bulk_jobs::Model, Principal)>> {
    let mut sql = unit.sql();
    write_free(&mut sql);
    sql.for_update_skip_locked("j");
    let free: Vec<Uuid> = values::ids(&unit.rows(sql).await?)?;
    let Some(id) = free.first().copied() else { return Ok(None) };
    let job: Option<bulk_jobs::Model> = bulk_jobs::Entity::find_by_id(id).one(unit.txn().await?).await?;
    let Some(mut job) = job else { return Ok(None) };
    let requester = rights::requester(unit, &job).await?;
    let mut checkpoint = Checkpoint::read(&job.checkpoint)?;
    checkpoint.starts = checkpoint.starts.saturating_add(1);
    let (was, now) = (job.status, unit.now());
    job.status = BulkJobStatus::Running;
    job.version = job.version.saturating_add(1);
    job.checkpoint = checkpoint.write()?;
    unit.write(|sql| {
        sql.push("UPDATE bulk_jobs SET status = ").literal(&BulkJobStatus::Running);
        sql.push(", leased_until = ").bind(now + LEASE).push(", started_at = COALESCE(started_at, ").bind(now);
        sql.push("), version = ").bind(job.version).push(", updated_at = ").bind(now);
        sql.push(", checkpoint = ").bind(job.checkpoint.clone()).push(" WHERE id = ").bind(id);
    });
    let mut changes = Map::new();
    if was != BulkJobStatus::Running {
        changes.extend([row::status(BulkJobStatus::Running)]);
    }
    row::tell(unit, EventKind::JobProgressed, (id, job.version), changes);
    Ok(Some((job, requester)))
}

/// Writes the search for the oldest job that nobody runs.
fn write_free(sql: &mut Sql) {
    sql.push("SELECT j.id FROM bulk_jobs AS j WHERE j.status");
    sql.is_one_of(&[BulkJobStatus::Pending, BulkJobStatus::Running]).push(" AND (j.status = ");
    sql.literal(&BulkJobStatus::Pending).push(" OR j.leased_until <= ").now();
    sql.push(") ORDER BY j.created_at, j.id LIMIT 1");
}

/// Runs a job to its end, or until it cannot go on. Fails if the database cannot be asked for now.
async fn run(mut running: Running) -> Result<()> {
    let ended = match act(&mut running).await {
        Ok(finished) => running.end(finished).await,
        Err(error) => Err(error),
    };
    match (ended, running.hold()) {
        (Ok(()), _) => Ok(()),
        (Err(_), Hold::Lost) => {
            tracing::info!("a bulk job ended here: it was cancelled, or another server goes on with it");
            Ok(())
        }
        (Err(error), Hold::Released | Hold::Held) => interrupted(&running, error).await,
    }
}

/// Does the work of a job.
async fn act(running: &mut Running) -> Result<Finished> {
    if running.starts() > MOST_STARTS {
        let failure = format!("{MOST_STARTS} times the server that worked on the job broke off and got no further");
        return Ok(Finished { unit: None, failure: Some(failure) });
    }
    running.check_rights().await?;
    match running.kind() {
        BulkJobKind::SetStock => rows::run::<rows::StockLine>(running).await,
        BulkJobKind::SetPrices => rows::run::<rows::PriceLine>(running).await,
        BulkJobKind::ExportProducts | BulkJobKind::ExportInventory => export::run(running).await,
        BulkJobKind::ImportProducts
        | BulkJobKind::ImportInventory
        | BulkJobKind::ImportOrders
        | BulkJobKind::ImportCustomers
        | BulkJobKind::ImportSubscribers => import::of_job(running).await,
    }
}

/// Ends a job whose work failed, or leaves it to others: at once if the server stops, for a while where that may help.
async fn interrupted(running: &Running, error: Error) -> Result<()> {
    let is_released = running.hold() == Hold::Released;
    // What it knows was undone.
    let Some(mut running) = running.reload().await? else { return Ok(()) };
    let given_up = give_up(&mut running, error, is_released).await;
    // Somebody cancelled it meanwhile.
    if running.hold() == Hold::Lost { Ok(()) } else { given_up }
}

async fn give_up(running: &mut Running, error: Error, is_released: bool) -> Result<()> {
    if is_released {
        return running.leave().await;
    }
    let may_help = matches!(error, Error::Unavailable(_) | Error::Timeout | Error::Locked) || error.is_collision();
    if may_help && running.failures() < MOST_FAILURES {
        let after = PAUSE * i32::try_from(running.failures() + 1).unwrap_or(1);
        tracing::warn!("a bulk job cannot go on for now: {}", error.explained());
        return running.pause(after).await;
    }
    let error = error.refused_by_rule();
    if error.clone().into_refusal().is_err() && !matches!(error, Error::Limit(_)) {
        tracing::error!("a bulk job failed: {}", error.explained());
    }
    running.end(Finished { unit: None, failure: Some(error.to_string()) }).await
}

#[cfg(test)]
mod tests {
    use super::survive;

    #[tokio::test]
    async fn a_panic_ends_one_job_only() {
        assert_eq!(survive(async { 7 }).await, Some(7));
        assert_eq!(survive(async { "x".parse::<u8>().expect("a number") }).await, None);
    }
}
