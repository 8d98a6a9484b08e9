//! PostgreSQL connections that are kept between statements. A pool asks a connection whether it lives whenever it is given
//! back, which is a round trip for each statement; a connection whose statement has just succeeded need not be asked.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use sea_orm::{ConnAcquireErr, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Connection, PgPool, Postgres, pool::PoolConnection};
use tokio::{
    sync::{Semaphore, SemaphorePermit},
    time::timeout,
};

use super::Settings;
use crate::measures::{Pool, Statements};

/// After this time a connection is given back to the pool, which ends it when it is too old.
const KEPT: Duration = Duration::from_secs(60);

/// Connections for reading. Cheap to clone.
#[derive(Clone)]
pub(super) struct Lane(Arc<Inner>);

struct Inner {
    pool: PgPool,
    /// As many as the pool has connections, so that nobody waits for one that is kept.
    permits: Semaphore,
    kept: Mutex<Vec<Kept>>,
    acquire_timeout: Duration,
    trusted: Duration,
    statements: Statements,
}

struct Kept {
    connection: PoolConnection<Postgres>,
    since: Instant,
    used: Instant,
}

impl Lane {
    pub(super) fn new(pool: PgPool, settings: &Settings, statements: Statements) -> Self {
        let permits = Semaphore::new(pool.options().get_max_connections().try_into().unwrap_or(Semaphore::MAX_PERMITS));
        Self(Arc::new(Inner {
            pool,
            permits,
            kept: Mutex::default(),
            acquire_timeout: settings.acquire_timeout,
            trusted: settings.trusted,
            statements,
        }))
    }

    /// The rows of a statement.
    pub(super) async fn rows(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let lane = &*self.0;
        let asked = Instant::now();
        let taken = lane.wait().await;
        lane.statements.waited(Pool::Query, asked.elapsed());
        let (permit, mut kept) = taken?;
        let values = SqlxValues(statement.values.unwrap_or(Values(Vec::new())));
        let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
        let began = Instant::now();
        // Whoever fails or is given up drops the connection: the pool looks whether it can still be used.
        let rows = query.fetch_all(&mut *kept.connection).await;
        // All of them read.
        lane.statements.ran(Pool::Query, "", began.elapsed());
        let rows = rows.map_err(|error| DbErr::Query(RuntimeErr::SqlxError(error.into())))?;
        lane.keep(kept);
        drop(permit);
        Ok(rows.into_iter().map(QueryResult::from).collect())
    }

    /// How many connections there are, and how many of them nobody uses.
    pub(super) fn size(&self) -> (u32, usize) {
        (self.0.pool.size(), self.0.pool.num_idle() + self.0.kept().len())
    }

    /// Closes all connections, when what runs on them is done.
    pub(super) async fn close(&self) {
        self.0.permits.close();
        let kept = std::mem::take(&mut *self.0.kept());
        drop(kept);
        self.0.pool.close().await;
    }
}

impl Inner {
    /// A connection, and the permit to use it.
    async fn wait(&self) -> Result<(SemaphorePermit<'_>, Kept), DbErr> {
        let permit = timeout(self.acquire_timeout, self.permits.acquire()).await;
        let permit = permit.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        let permit = permit.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        Ok((permit, self.take().await?))
    }

    async fn take(&self) -> Result<Kept, DbErr> {
        let kept = self.kept().pop();
        if let Some(mut kept) = kept
            && kept.since.elapsed() < KEPT
            && (kept.used.elapsed() < self.trusted || kept.connection.ping().await.is_ok())
        {
            return Ok(kept);
        }
        let connection = self.pool.acquire().await.map_err(|error| match error {
            sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
            sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
            error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
        })?;
        let now = Instant::now();
        Ok(Kept { connection, since: now, used: now })
    }

    fn keep(&self, kept: Kept) {
        let mut all = self.kept();
        if !self.permits.is_closed() {
            all.push(Kept { used: Instant::now(), ..kept });
        }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Lane {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").finish_non_exhaustive()
    }
}
