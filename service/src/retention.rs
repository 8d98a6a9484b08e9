//! Removing what is not needed any more, so that no table grows for ever.
//!
//! - [`Kind`]: what is removed by its age alone. [`FinishedWork`]: what is written to an [`Archive`] first.

mod archive;
mod kind;
mod work;

use std::{future::Future, time::Duration};

use chrono::{DateTime, Utc};
use tokio::time::{MissedTickBehavior, interval, sleep};

pub use archive::Archive;
pub use kind::{Kind, Retention};
pub use work::FinishedWork;

use crate::{Actor, Result, Service, UnitOfWork, database::Sql, measures::Job, webhooks::outbox};

/// How often it is looked whether something is old.
const EVERY: Duration = Duration::from_secs(60);
/// Rows removed by one transaction, about.
pub(crate) const CHUNK: u32 = 1_000;
/// The time between two transactions, for those who wait to write.
const PAUSE: Duration = Duration::from_millis(50);
/// Who holds it removes: one server at a time.
const NAME: &str = "retention";

/// Removes what is old, until it is dropped. Any number of processes may do it: one of them removes at a time, and none
/// whose clock is wrong. Without `work`, finished work is kept for ever.
pub async fn retain(service: Service, retention: Retention, work: Option<FinishedWork>) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        // By a clock that is wrong, the wrong things are due.
        if service.servers().is_skewed() {
            continue;
        }
        let removal = remove_all(&service, retention, work.as_ref());
        // What went wrong was logged.
        let _ = service.measures().jobs.run(Job::Retention, service.clock(), removal).await;
    }
}

/// Removes what is old of each kind. One failure, of which the last is the error, keeps nothing else from being removed.
async fn remove_all(service: &Service, retention: Retention, work: Option<&FinishedWork>) -> Result<()> {
    let mut outcome = Ok(());
    for kind in Kind::ALL {
        match service.remove_old(kind, retention).await {
            Ok(0) => {}
            Ok(count) => tracing::info!(count, "old {} were removed", kind.name()),
            Err(error) => {
                tracing::warn!("old {} were not removed: {}", kind.name(), error.explained());
                outcome = Err(error);
            }
        }
    }
    let Some(work) = work else { return outcome };
    match service.archive_old_work(work).await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "rows of finished work were archived and removed"),
        Err(error) => {
            tracing::warn!("finished work was not archived: {}", error.explained());
            outcome = Err(error);
        }
    }
    outcome
}

impl Service {
    /// Removes what is old of a kind; says how many. Fewer than there are, if another process removes already.
    pub async fn remove_old(&self, kind: Kind, retention: Retention) -> Result<u64> {
        let Some(until) = kind.until(retention, self.clock().now()) else { return Ok(0) };
        match kind {
            Kind::Events => self.log().prune(until).await,
            kind => in_steps(kind.step(), || self.remove_some(kind, until)).await,
        }
    }

    /// How many of a kind are old.
    pub async fn count_old(&self, kind: Kind, retention: Retention) -> Result<u64> {
        let Some(until) = kind.until(retention, self.clock().now()) else { return Ok(0) };
        let mut sql = Sql::new(self.database().engine());
        sql.write(format_args!("SELECT count(*) AS n FROM {} WHERE ", kind.table()));
        kind.write_old(&mut sql, until);
        let rows = self.database().read(sql).await?;
        let count: i64 = rows.first().map(|row| row.try_get_by("n")).transpose()?.unwrap_or_default();
        Ok(count.unsigned_abs())
    }

    async fn remove_some(&self, kind: Kind, until: DateTime<Utc>) -> Result<Option<u64>> {
        let unit = self.begin(&Actor::server()).await?;
        let removed = remove_if_held(&unit, kind, until).await;
        unit.end(removed).await
    }
}

async fn remove_if_held(unit: &UnitOfWork, kind: Kind, until: DateTime<Utc>) -> Result<Option<u64>> {
    if !is_held(unit).await? {
        return Ok(None);
    }
    if kind == Kind::OrphanedDeliveries {
        return outbox::retention::remove_orphaned(unit, CHUNK).await.map(Some);
    }
    let mut sql = unit.sql();
    kind.write_removal(&mut sql, until);
    unit.execute(sql).await.map(Some)
}

/// Whether no other server removes something now; none does then until the transaction ends.
async fn is_held(unit: &UnitOfWork) -> Result<bool> {
    let mut sql = unit.sql();
    write_hold(&mut sql);
    Ok(!unit.rows(sql).await?.is_empty())
}

/// Writes a query that has a row if no other server removes something now. None does then until the transaction ends.
pub(crate) fn write_hold(sql: &mut Sql) {
    sql.push("SELECT 1 WHERE ").hold_if_free(NAME);
}

/// Repeats a removal of about `most` rows, until it finds little or nothing, or another server removes.
pub(crate) async fn in_steps<F: Future<Output = Result<Option<u64>>>>(most: u32, step: impl Fn() -> F) -> Result<u64> {
    let mut removed = 0;
    while let Some(some) = step().await? {
        removed += some;
        // The first rows of the log stay as a mark.
        if some + 1 < u64::from(most) {
            break;
        }
        sleep(PAUSE).await;
    }
    Ok(removed)
}
