//! Removing what is not needed any more, so that no table grows for ever.

use std::{future::Future, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use tokio::time::{MissedTickBehavior, interval};

use crate::{Actor, Result, Service, database::Sql};

/// How often it is looked whether something is old.
const EVERY: Duration = Duration::from_secs(60);
/// Rows removed by one transaction.
const CHUNK: u32 = 5_000;

/// How long things are kept, at least; zero is for ever.
#[derive(Clone, Copy, Debug)]
pub struct Retention {
    /// Events.
    pub events: Duration,
    /// Idempotency keys, with the outcomes of their calls.
    pub idempotency_keys: Duration,
}

/// Removes what is old, until it is dropped. Any number of processes may do it.
pub async fn retain(service: Service, retention: Retention) {
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        let now = service.clock().now();
        if let Some(before) = ago(now, retention.events) {
            report("events", service.log().prune(before)).await;
        }
        if let Some(before) = ago(now, retention.idempotency_keys) {
            report("idempotency keys", service.forget_idempotency_keys(before)).await;
        }
        report("unique keys", service.forget_unique_keys()).await;
    }
}

fn ago(now: DateTime<Utc>, age: Duration) -> Option<DateTime<Utc>> {
    let age = TimeDelta::from_std(age).ok().filter(|age| !age.is_zero())?;
    now.checked_sub_signed(age)
}

/// One failure keeps nothing else from being removed.
async fn report(what: &'static str, removal: impl Future<Output = Result<u64>>) {
    match removal.await {
        Ok(0) => {}
        Ok(count) => tracing::info!(count, "old {what} were removed"),
        Err(error) => tracing::warn!("old {what} were not removed: {}", error.explained()),
    }
}

impl Service {
    /// Removes the idempotency keys of calls before a time; says how many. A repetition of such a call is a new one.
    pub async fn forget_idempotency_keys(&self, before: DateTime<Utc>) -> Result<u64> {
        self.remove(|sql| idempotency_keys(sql, before)).await
    }

    /// Removes the unique keys whose window is over; says how many.
    pub async fn forget_unique_keys(&self) -> Result<u64> {
        let now = self.clock().now();
        self.remove(|sql| unique_keys(sql, now)).await
    }

    /// Repeats a removal until nothing is left, each time in a transaction of its own.
    async fn remove(&self, write: impl Fn(&mut Sql)) -> Result<u64> {
        let mut removed = 0;
        loop {
            let unit = self.begin(&Actor::server()).await?;
            let mut sql = unit.sql();
            write(&mut sql);
            let some = unit.execute(sql).await;
            match unit.end(some).await? {
                0 => return Ok(removed),
                some => removed += some,
            }
        }
    }
}

/// Writes the removal of idempotency keys.
pub fn idempotency_keys(sql: &mut Sql, before: DateTime<Utc>) {
    oldest(sql, "idempotency_keys", "created_at", before);
}

/// Writes the removal of unique keys whose window is over; those without one last as long as their tasks.
pub fn unique_keys(sql: &mut Sql, now: DateTime<Utc>) {
    oldest(sql, "task_keys", "expires_at", now);
}

/// Writes the removal of the rows whose time comes first, up to a time; about [`CHUNK`] of them.
fn oldest(sql: &mut Sql, table: &str, column: &str, until: DateTime<Utc>) {
    sql.write(format_args!("DELETE FROM {table} WHERE {column} <= (SELECT max(at) FROM (SELECT {column} AS at "));
    sql.write(format_args!("FROM {table} WHERE {column} <= ")).bind(until);
    sql.write(format_args!(" ORDER BY {column} LIMIT {CHUNK}) AS first)"));
}
