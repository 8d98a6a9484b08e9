//! The servers of a database. Each says again and again that it is there, and learns how many there are, and how far its
//! clock is from that of the database, which is the same for all of them.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU32, AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::TimeDelta;
use sea_orm::ConnectionTrait;
use tokio::time::{Instant, MissedTickBehavior, interval_at, timeout};
use uuid::Uuid;

use crate::{
    Error, Result, Service,
    database::{Database, Sql, Transaction},
};

/// How often a server says that it is there.
const EVERY: Duration = Duration::from_secs(5);
/// How long that may take: longer than a wait for the write lock of SQLite, by default.
const LONGEST: Duration = Duration::from_secs(12);
/// How long the last word of a server may take.
const LAST: Duration = Duration::from_secs(2);
/// Who has said nothing for so long is not there.
const LIVE: TimeDelta = TimeDelta::seconds(15);
/// Who has said nothing for so long is forgotten.
const FORGOTTEN: TimeDelta = TimeDelta::minutes(10);
/// From when on clocks count as different.
const SKEW: Duration = Duration::from_secs(5);

/// What this server knows of all of them. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Servers(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    id: Uuid,
    live: AtomicU32,
    /// In microseconds.
    skew: AtomicU64,
    is_failing: AtomicBool,
}

impl Default for Servers {
    fn default() -> Self {
        Self(Arc::new(Inner {
            id: Uuid::now_v7(),
            live: AtomicU32::new(1),
            skew: AtomicU64::new(0),
            is_failing: AtomicBool::new(false),
        }))
    }
}

impl Servers {
    /// The id of this one.
    pub fn id(&self) -> Uuid {
        self.0.id
    }

    /// How many there are, with this one.
    pub fn live(&self) -> u32 {
        self.0.live.load(Ordering::Relaxed)
    }

    /// How far the clock of this one is from that of the database.
    pub fn skew(&self) -> Duration {
        Duration::from_micros(self.0.skew.load(Ordering::Relaxed))
    }

    /// Whether the clocks differ too much: this server should then do nothing that depends on the time.
    pub fn is_skewed(&self) -> bool {
        self.skew() >= SKEW
    }

    /// Notes what was found.
    pub fn found(&self, live: u32, skew: Duration) {
        self.0.live.store(live.max(1), Ordering::Relaxed);
        self.0.skew.store(u64::try_from(skew.as_micros()).unwrap_or(u64::MAX), Ordering::Relaxed);
    }
}

/// Says again and again that this server is there, until it is dropped.
pub async fn keep(service: Service) {
    let mut ticks = interval_at(Instant::now() + EVERY, EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    loop {
        ticks.tick().await;
        announce(&service).await;
    }
}

/// Says that this server is there. If that fails, what is known stays as it is.
pub async fn announce(service: &Service) {
    let announced = timeout(LONGEST, service.heartbeat()).await.unwrap_or(Err(Error::Timeout));
    let was_failing = service.servers().0.is_failing.swap(announced.is_err(), Ordering::Relaxed);
    // Once, not every time.
    if let Err(error) = announced
        && !was_failing
    {
        tracing::warn!("this server cannot tell others that it is there: {}", error.explained());
    }
}

/// Says that this server has stopped. If that fails, others find out a little later.
pub async fn leave(service: &Service) {
    let left = timeout(LAST, service.leave()).await.unwrap_or(Err(Error::Timeout));
    if let Err(error) = left {
        tracing::debug!("this server could not tell others that it stops: {}", error.explained());
    }
}

impl Service {
    /// Says that this server is there, looks who else is, and compares the clocks.
    pub async fn heartbeat(&self) -> Result<()> {
        let database = self.database();
        let mut txn = database.begin_own().await?;
        let found = async {
            let live = beat(database, &txn, self.servers().id()).await?;
            Ok::<_, Error>((live, database.skew(&txn, self.clock()).await?))
        };
        let (live, skew) = found.await.inspect_err(|error| txn.failed(error))?;
        // Who is not ready for a full disk gets no writes of clients: this one shows that there is room again.
        txn.wrote();
        txn.commit().await?;
        self.servers().found(live, skew);
        self.measures().servers.found(self.servers());
        Ok(())
    }

    /// Says that this server has stopped.
    pub async fn leave(&self) -> Result<()> {
        let txn = self.database().begin_own().await?;
        let mut sql = Sql::new(self.database().engine());
        sql.push("DELETE FROM servers WHERE id = ").bind(self.servers().id());
        txn.execute_raw(sql.into_statement()?).await?;
        txn.commit().await
    }
}

/// Writes that a server is there and forgets those that are long gone; says how many there are.
async fn beat(database: &Database, txn: &Transaction, id: Uuid) -> Result<u32> {
    let engine = database.engine();
    let mut sql = Sql::new(engine);
    sql.push("INSERT INTO servers (id, version, created_at, seen_at) VALUES (").bind(id);
    sql.push(", ").bind(env!("CARGO_PKG_VERSION"));
    sql.push(", ").database_time(TimeDelta::zero()).push(", ").database_time(TimeDelta::zero());
    sql.push(") ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at");
    txn.execute_raw(sql.into_statement()?).await?;
    let mut sql = Sql::new(engine);
    sql.push("DELETE FROM servers WHERE seen_at < ").database_time(FORGOTTEN);
    txn.execute_raw(sql.into_statement()?).await?;
    let mut sql = Sql::new(engine);
    sql.push("SELECT count(*) AS live FROM servers WHERE seen_at > ").database_time(LIVE);
    let row = txn.query_one_raw(sql.into_statement()?).await?;
    let row = row.ok_or_else(|| Error::internal("a count has no row"))?;
    let live: i64 = row.try_get_by("live")?;
    Ok(u32::try_from(live).unwrap_or(u32::MAX))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clocks_differ_from_five_seconds_on() {
        let servers = Servers::default();
        let is_skewed = |millis| {
            servers.found(1, Duration::from_millis(millis));
            servers.is_skewed()
        };
        assert_eq!([0, 4_999, 5_000, 86_400_000, 20].map(is_skewed), [false, false, true, true, false]);
    }

    #[test]
    fn one_server_is_always_there() {
        let servers = Servers::default();
        assert_eq!((servers.live(), servers.skew()), (1, Duration::ZERO));
        servers.found(0, Duration::ZERO);
        assert_eq!(servers.live(), 1);
    }
}
