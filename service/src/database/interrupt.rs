//! How each engine ends a statement before it is done.

use std::{
    future::Future,
    num::NonZeroUsize,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicU64, Ordering},
    },
    thread::available_parallelism,
    time::{Duration, Instant},
};

use sqlx::{Connection, Postgres, Sqlite, pool::PoolConnection};

/// An engine whose statements can be ended.
pub(super) trait Interruptible: sqlx::Database {
    /// What ends the statement that runs on a connection.
    type Interrupt: Send + 'static;

    /// How many of the connections may have heavy statements.
    fn most_heavy(connections: usize) -> usize;

    /// Prepares a new connection.
    fn interrupt(
        connection: &mut Self::Connection,
    ) -> impl Future<Output = Result<Self::Interrupt, sqlx::Error>> + Send;

    /// A statement begins, which may run so long; zero for ever.
    fn begin(interrupt: &Self::Interrupt, limit: Duration);

    /// Nobody waits for the statement any more.
    fn end(interrupt: &Self::Interrupt);

    /// Waits until it has ended. Returns the connection if it can be used again.
    fn wait(connection: PoolConnection<Self>) -> impl Future<Output = Option<PoolConnection<Self>>> + Send;
}

/// Steps of SQLite's virtual machine between two looks at the deadline: some 50 µs.
const STEPS: i32 = 1_000;

/// Milliseconds of the process are counted from here.
static START: LazyLock<Instant> = LazyLock::new(Instant::now);

fn now() -> u64 {
    milliseconds(START.elapsed())
}

fn milliseconds(time: Duration) -> u64 {
    u64::try_from(time.as_millis()).unwrap_or(u64::MAX)
}

/// SQLite asks every [`STEPS`] whether to go on. The deadline is in milliseconds since [`START`].
impl Interruptible for Sqlite {
    type Interrupt = Arc<AtomicU64>;

    /// Its statements take the processors of this process: half of them stay free.
    fn most_heavy(connections: usize) -> usize {
        let processors = available_parallelism().map_or(1, NonZeroUsize::get);
        (connections / 2).min(processors / 2)
    }

    async fn interrupt(connection: &mut Self::Connection) -> Result<Self::Interrupt, sqlx::Error> {
        let deadline = Arc::new(AtomicU64::new(u64::MAX));
        let until = Arc::clone(&deadline);
        connection.lock_handle().await?.set_progress_handler(STEPS, move || now() < until.load(Ordering::Relaxed));
        Ok(deadline)
    }

    fn begin(deadline: &Self::Interrupt, limit: Duration) {
        let until = if limit.is_zero() { u64::MAX } else { now().saturating_add(milliseconds(limit)) };
        deadline.store(until, Ordering::Relaxed);
    }

    fn end(deadline: &Self::Interrupt) {
        deadline.store(0, Ordering::Relaxed);
    }

    async fn wait(mut connection: PoolConnection<Self>) -> Option<PoolConnection<Self>> {
        // The connection's thread does one thing after the other.
        connection.ping().await.is_ok().then_some(connection)
    }
}

/// PostgreSQL is asked by `client_connection_check_interval` to look so often whether its client is still there.
pub(super) const CHECK_INTERVAL: Duration = Duration::from_secs(1);

/// PostgreSQL has its own `statement_timeout`, and ends what a closed connection asked for. Not a request to cancel: by
/// way of a pooler it may reach the statement of another.
impl Interruptible for Postgres {
    type Interrupt = ();

    fn most_heavy(connections: usize) -> usize {
        connections - connections.div_ceil(4)
    }

    async fn interrupt(_: &mut Self::Connection) -> Result<(), sqlx::Error> {
        Ok(())
    }

    fn begin((): &(), _: Duration) {}

    fn end((): &()) {}

    async fn wait(connection: PoolConnection<Self>) -> Option<PoolConnection<Self>> {
        drop(connection.detach());
        tokio::time::sleep(CHECK_INTERVAL).await;
        None
    }
}
