//! Connections for queries, kept between statements. A pool asks a connection whether it lives whenever it is given
//! back, which is a round trip for each statement; a connection whose statement has just succeeded need not be asked.
//!
//! A statement ends when its time is over, and when nobody waits for it any more.

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use futures::TryStreamExt;
use sea_orm::{ConnAcquireErr, DbErr, QueryResult, RuntimeErr, Statement, Values};
use sea_query_sqlx::SqlxValues;
use sqlx::{AssertSqlSafe, Connection, Executor, IntoArguments, Pool, Row, pool::PoolConnection};
use tokio::{runtime::Handle, task::yield_now, time::timeout};

use super::{
    Settings,
    gate::{Closed, Gate, Permit, Requester},
    interrupt::Interruptible,
    renewal::{LOST, Renewal},
};
use crate::{
    Error, Result,
    measures::{self, Statements},
};

/// After this time a connection is given back to the pool, which ends it when it is too old.
const KEPT: Duration = Duration::from_secs(60);

/// The number of values after which other tasks get their turn: rows that have already arrived are read without waiting.
const TURN: usize = 10_000;

/// How long a connection may take to show that it lives.
const LONGEST_PING: Duration = Duration::from_secs(2);

/// Connections for queries. Cheap to clone.
pub(super) struct Lane<E: Interruptible>(Arc<Inner<E>>);

struct Inner<E: Interruptible> {
    pool: Pool<E>,
    /// As many as the pool has connections, so that nobody waits for one that is kept.
    gate: Gate,
    kept: Mutex<Vec<Kept<E>>>,
    acquire_timeout: Duration,
    query_timeout: Duration,
    trusted: Duration,
    renewal: Renewal,
    statements: Statements,
}

struct Kept<E: Interruptible> {
    connection: PoolConnection<E>,
    interrupt: E::Interrupt,
    since: Instant,
    used: Instant,
}

/// A statement that runs. Whoever drops it gives it up.
struct Running<'p, E: Interruptible> {
    lane: Lane<E>,
    kept: Option<Kept<E>>,
    permit: &'p mut Option<Permit>,
}

impl<E: Interruptible> Lane<E>
where
    for<'c> &'c mut E::Connection: Executor<'c, Database = E>,
    SqlxValues: IntoArguments<E>,
    QueryResult: From<E::Row>,
{
    pub(super) fn new(pool: Pool<E>, settings: &Settings, renewal: Renewal, statements: Statements) -> Self {
        let capacity = pool.options().get_max_connections().try_into().unwrap_or(usize::MAX);
        Self(Arc::new(Inner {
            pool,
            gate: Gate::new(capacity, E::most_heavy(capacity)),
            kept: Mutex::default(),
            acquire_timeout: settings.acquire_timeout,
            query_timeout: settings.query_timeout,
            trusted: settings.trusted,
            renewal,
            statements,
        }))
    }

    /// Reads the rows of a statement, one after the other. It ends at the first that is refused. One whose connection was
    /// lost before it gave a row is asked again: nothing was written.
    pub(super) async fn each(
        &self,
        statement: Statement,
        mut read: impl FnMut(QueryResult) -> Result<()> + Send,
    ) -> Result<()> {
        let lane = &*self.0;
        let asked = Instant::now();
        let requester = Requester::current();
        let is_heavy = requester.is_heavy;
        let permit = timeout(lane.acquire_timeout, lane.gate.acquire(requester)).await;
        lane.statements.had_turn(is_heavy, asked.elapsed());
        let permit = permit.map_err(|_| DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))?;
        let mut permit = Some(permit.map_err(|Closed| DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?);
        for _ in 0..LOST {
            let mut has_begun = false;
            let mut note = |row| {
                has_begun = true;
                read(row)
            };
            match self.run(&mut permit, statement.clone(), &mut note).await {
                Err(Error::Unavailable(outage)) if !has_begun && outage.is_lost() => {
                    // The others were to the same server.
                    lane.renewal.ask();
                    lane.kept().clear();
                }
                result => return result,
            }
        }
        self.run(&mut permit, statement, &mut read).await
    }

    async fn run(
        &self,
        permit: &mut Option<Permit>,
        statement: Statement,
        read: &mut (dyn FnMut(QueryResult) -> Result<()> + Send),
    ) -> Result<()> {
        let lane = &*self.0;
        let kept = lane.take().await?;
        E::begin(&kept.interrupt, lane.query_timeout);
        let mut running = Running { lane: self.clone(), kept: Some(kept), permit };
        let Some(kept) = &mut running.kept else { return Ok(()) };
        let values = SqlxValues(statement.values.unwrap_or(Values(Vec::new())));
        let query = sqlx::query_with(AssertSqlSafe(statement.sql), values);
        let began = Instant::now();
        let mut rows = query.fetch(&mut *kept.connection);
        let mut since_turn = 0;
        let ended = loop {
            match rows.try_next().await {
                Ok(Some(row)) => {
                    since_turn += row.len();
                    // Whoever stops in the middle leaves the connection to be ended.
                    read(row.into())?;
                    if since_turn >= TURN {
                        since_turn = 0;
                        yield_now().await;
                    }
                }
                Ok(None) => break Ok(()),
                Err(error) => break Err(Error::from(DbErr::Query(RuntimeErr::SqlxError(error.into())))),
            }
        };
        drop(rows);
        if matches!(ended, Err(Error::Timeout)) {
            lane.statements.timed_out();
        }
        // All of them read.
        lane.statements.ran(measures::Pool::Query, "", began.elapsed());
        let kept = running.kept.take();
        match ended {
            Ok(()) => self.keep(kept),
            // The pool looks whether the connection can still be used.
            Err(_) => drop(kept),
        }
        ended
    }

    /// How many statements wait for their turn: light ones, and heavy ones.
    pub(super) fn waiting(&self) -> [usize; 2] {
        self.0.gate.waiting()
    }

    /// How many connections there are, and how many of them nobody uses.
    pub(super) fn size(&self) -> (u32, usize) {
        (self.0.pool.size(), self.0.pool.num_idle() + self.0.kept().len())
    }

    /// Closes all connections, when what runs on them is done.
    pub(super) async fn close(&self) {
        self.0.gate.close();
        let kept = std::mem::take(&mut *self.0.kept());
        drop(kept);
        self.0.pool.close().await;
    }
}

impl<E: Interruptible> Lane<E> {
    fn keep(&self, kept: Option<Kept<E>>) {
        let mut all = self.0.kept();
        if !self.0.gate.is_closed() {
            all.extend(kept.map(|kept| Kept { used: Instant::now(), ..kept }));
        }
    }
}

impl<E: Interruptible> Inner<E> {
    async fn take(&self) -> std::result::Result<Kept<E>, DbErr> {
        let kept = self.kept().pop();
        if let Some(mut kept) = kept
            && kept.since.elapsed() < KEPT
            && !self.renewal.is_due(kept.since.elapsed())
        {
            if kept.used.elapsed() < self.trusted {
                return Ok(kept);
            }
            match timeout(LONGEST_PING, kept.connection.ping()).await {
                Ok(Ok(())) => return Ok(kept),
                // Not back to the pool, which would ask it again, for as long as the network lets it.
                _ => drop(kept.connection.detach()),
            }
        }
        let mut connection = self.pool.acquire().await.map_err(acquiring)?;
        let interrupt = E::interrupt(&mut connection).await.map_err(acquiring)?;
        let now = Instant::now();
        Ok(Kept { connection, interrupt, since: now, used: now })
    }

    fn kept(&self) -> MutexGuard<'_, Vec<Kept<E>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn acquiring(error: sqlx::Error) -> DbErr {
    match error {
        sqlx::Error::PoolTimedOut => DbErr::ConnectionAcquire(ConnAcquireErr::Timeout),
        sqlx::Error::PoolClosed => DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed),
        error => DbErr::Conn(RuntimeErr::SqlxError(error.into())),
    }
}

/// Given up before its end: the statement is ended, and until it is, its permit stays taken.
impl<E: Interruptible> Drop for Running<'_, E> {
    fn drop(&mut self) {
        // A statement that has ended leaves the permit to the next try.
        let Some(Kept { connection, interrupt, since, used }) = self.kept.take() else { return };
        let Some(permit) = self.permit.take() else { return };
        let Ok(runtime) = Handle::try_current() else { return };
        let lane = self.lane.clone();
        lane.0.statements.abandoned();
        E::end(&interrupt);
        runtime.spawn(async move {
            if let Some(connection) = E::wait(connection).await {
                lane.keep(Some(Kept { connection, interrupt, since, used }));
            }
            drop(permit);
        });
    }
}

impl<E: Interruptible> Clone for Lane<E> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<E: Interruptible> fmt::Debug for Lane<E> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Lane").field("gate", &self.0.gate).finish_non_exhaustive()
    }
}
