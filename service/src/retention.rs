//! Removing what is not needed any more, so that no table grows for ever.
//!
//! - [`Kind`]: what is removed by its age alone. [`FinishedWork`]: what is written to an [`Archive`] first.

mod archive;
mod work;

use std::{future::Future, time::Duration};

use chrono::{DateTime, TimeDelta, Utc};
use entity::sea_orm_active_enums::{EventSeverity, ReservationStatus};
use tokio::time::{MissedTickBehavior, interval, sleep};

pub use archive::Archive;
pub use work::FinishedWork;

use crate::{Actor, Result, Service, UnitOfWork, database::Sql, events::PRUNED, measures::Job};

/// How often it is looked whether something is old.
const EVERY: Duration = Duration::from_secs(60);
/// Rows removed by one transaction, about.
pub(crate) const CHUNK: u32 = 1_000;
/// The time between two transactions, for those who wait to write.
const PAUSE: Duration = Duration::from_millis(50);
/// How long it is known of a basket that it has ended.
const ENDED_RESERVATIONS: TimeDelta = TimeDelta::days(30);
/// How long it is known that a number was given to an order: the order itself has it.
const ORDER_NUMBERS: TimeDelta = TimeDelta::days(1);
/// Who holds it removes: one server at a time.
const NAME: &str = "retention";

/// How long things are kept, at least; zero is for ever.
#[derive(Clone, Copy, Debug, Default)]
pub struct Retention {
    /// Events.
    pub events: Duration,
    /// Idempotency keys, with the outcomes of their calls.
    pub idempotency_keys: Duration,
    /// System events of the severities debug and info. The database keeps them for 29 days whatever this says.
    pub minor_system_events: Duration,
    /// Other system events. The database keeps them for 399 days whatever this says.
    pub system_events: Duration,
    /// The audit log. The database keeps it for 399 days whatever this says.
    pub audit: Duration,
}

/// What is removed when it is old.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Events.
    Events,
    /// Idempotency keys.
    IdempotencyKeys,
    /// Unique keys of tasks whose window is over.
    UniqueKeys,
    /// System events of the severities debug and info.
    MinorSystemEvents,
    /// Other system events.
    SystemEvents,
    /// Entries of the audit log.
    AuditEntries,
    /// Reservations of baskets that were released or whose time was over.
    EndedReservations,
    /// Numbers that were given to orders, all but the last.
    OrderNumbers,
}

impl Kind {
    /// Every kind.
    pub const ALL: [Self; 8] = [
        Self::Events,
        Self::IdempotencyKeys,
        Self::UniqueKeys,
        Self::MinorSystemEvents,
        Self::SystemEvents,
        Self::AuditEntries,
        Self::EndedReservations,
        Self::OrderNumbers,
    ];

    /// What they are called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::IdempotencyKeys => "idempotency keys",
            Self::UniqueKeys => "unique keys",
            Self::MinorSystemEvents => "system events (debug, info)",
            Self::SystemEvents => "system events (warning, error, critical)",
            Self::AuditEntries => "audit entries",
            Self::EndedReservations => "ended reservations",
            Self::OrderNumbers => "order numbers",
        }
    }

    fn table(self) -> &'static str {
        match self {
            Self::Events => "events",
            Self::IdempotencyKeys => "idempotency_keys",
            Self::UniqueKeys => "task_keys",
            Self::MinorSystemEvents | Self::SystemEvents => "system_events",
            Self::AuditEntries => "audit_entries",
            Self::EndedReservations => "stock_reservations",
            Self::OrderNumbers => "order_numbers",
        }
    }

    fn time(self) -> &'static str {
        match self {
            Self::UniqueKeys => "expires_at",
            Self::EndedReservations => "updated_at",
            _ => "created_at",
        }
    }

    /// In which order they go: by their time, or by what has an index and follows it.
    fn order(self) -> &'static str {
        if self == Self::OrderNumbers { "position" } else { self.time() }
    }

    /// Up to which time of theirs they are old; none are without one.
    fn until(self, retention: Retention, now: DateTime<Utc>) -> Option<DateTime<Utc>> {
        let age = match self {
            Self::Events => retention.events,
            Self::IdempotencyKeys => retention.idempotency_keys,
            // The time is that of their end.
            Self::UniqueKeys => return Some(now),
            Self::EndedReservations => return now.checked_sub_signed(ENDED_RESERVATIONS),
            Self::OrderNumbers => return now.checked_sub_signed(ORDER_NUMBERS),
            Self::MinorSystemEvents => retention.minor_system_events,
            Self::SystemEvents => retention.system_events,
            Self::AuditEntries => retention.audit,
        };
        let age = TimeDelta::from_std(age).ok().filter(|age| !age.is_zero())?;
        now.checked_sub_signed(age)
    }

    /// Adds the condition that a row is one of these, and as old.
    fn write_old(self, sql: &mut Sql, until: DateTime<Utc>) {
        match self {
            Self::Events => {
                sql.push("kind <> ").bind(PRUNED).push(" AND ");
            }
            Self::MinorSystemEvents => {
                sql.push("severity").is_one_of(&[EventSeverity::Debug, EventSeverity::Info]).push(" AND ");
            }
            Self::SystemEvents => {
                let severities = [EventSeverity::Warning, EventSeverity::Error, EventSeverity::Critical];
                sql.push("severity").is_one_of(&severities).push(" AND ");
            }
            Self::EndedReservations => {
                sql.push("order_id IS NULL AND expires_at IS NULL AND status");
                sql.is_one_of(&[ReservationStatus::Released, ReservationStatus::Expired]).push(" AND ");
            }
            Self::OrderNumbers => {
                sql.push("position < (SELECT max(position) FROM order_numbers) AND ");
            }
            Self::IdempotencyKeys | Self::UniqueKeys | Self::AuditEntries => {}
        }
        sql.write(format_args!("{} <= ", self.time())).bind(until);
    }

    /// Writes the removal of the first of them, about [`CHUNK`].
    fn write_removal(self, sql: &mut Sql, until: DateTime<Utc>) {
        let (table, order) = (self.table(), self.order());
        sql.write(format_args!("DELETE FROM {table} WHERE "));
        self.write_old(sql, until);
        sql.write(format_args!(" AND {order} <= (SELECT max(at) FROM (SELECT {order} AS at FROM {table}"));
        // By another order than that of the time, what is old is looked for among the first ones only.
        if order == self.time() {
            sql.push(" WHERE ");
            self.write_old(sql, until);
        }
        sql.write(format_args!(" ORDER BY {order} LIMIT {CHUNK}) AS first)"));
    }
}

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
            kind => in_steps(|| self.remove_some(kind, until)).await,
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

/// Repeats a removal, until it finds little or nothing, or another server removes.
pub(crate) async fn in_steps<F: Future<Output = Result<Option<u64>>>>(step: impl Fn() -> F) -> Result<u64> {
    let mut removed = 0;
    while let Some(some) = step().await? {
        removed += some;
        // The first rows of the log stay as a mark.
        if some + 1 < u64::from(CHUNK) {
            break;
        }
        sleep(PAUSE).await;
    }
    Ok(removed)
}
