//! Opening the pools of each engine.

use std::{sync::Arc, time::Duration};

use sea_orm::{DatabaseConnection, DbErr, RuntimeErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, Executor,
    pool::{PoolConnectionMetadata, PoolOptions},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{
    Database, Engine, Queries, Settings,
    condition::Condition,
    file::{self, File},
    full::FullDisk,
    interrupt::CHECK_INTERVAL,
    lane::Lane,
    probe,
    renewal::Renewal,
    room::Room,
};
use crate::{
    Error, Result,
    measures::{Measures, Pool},
};

/// Prepared statements kept per connection: every shape of a read is one.
const STATEMENTS: usize = 512;
/// Connections for what the server itself reads.
const READERS: u32 = 2;
/// How large SQLite's write-ahead log stays when everything in it is in the database.
const LOG_SIZE: &str = "16777216";

pub(super) async fn sqlite(settings: &Settings, options: &SqliteConnectOptions) -> Result<Database> {
    let options = logged(options.clone(), settings);
    // Before anything is changed: the file may belong to another program.
    probe::sqlite(&options, settings.create).await?;
    // SQLite has its other files beside the one that a symbolic link leads to. A database in memory has none.
    let real = options.get_filename().canonicalize().ok();
    if let Some(real) = &real {
        // Before the log is made, which gets the mode of the database.
        file::make_private(real);
    }
    let options = options
        .journal_mode(SqliteJournalMode::Wal)
        .pragma("journal_size_limit", LOG_SIZE)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(settings.acquire_timeout)
        .statement_cache_capacity(STATEMENTS);
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(settings.acquire_timeout)
            .test_before_acquire(false)
    };
    // One writer, so that writers queue in the pool instead of fighting for SQLite's lock. After some errors, such as
    // a full disk, SQLite rolls back by itself, and a rollback that follows fails: a connection that then still counts
    // a transaction would begin the next one as a part of it, and nobody would ever commit it.
    let writer = pool(1)
        .after_release(|connection, _: PoolConnectionMetadata| {
            Box::pin(async move {
                // A transaction that was dropped is rolled back in the background: wait for it.
                connection.ping().await?;
                Ok(!connection.is_in_transaction())
            })
        })
        .before_acquire(|connection, _| Box::pin(async move { Ok(!connection.is_in_transaction()) }));
    let writer = writer.connect_with(options.clone()).await.map_err(unavailable)?;
    let query_only = options.clone().pragma("query_only", "ON");
    let measures = Arc::<Measures>::default();
    let queries = pool(settings.connections.max(1)).connect_lazy_with(query_only.clone());
    let queries = Lane::new(queries, settings, Renewal::default(), measures.statements.clone());
    let reader = pool(READERS).connect_lazy_with(query_only);
    Ok(Database {
        engine: Engine::Sqlite,
        queries: Queries::Sqlite(queries),
        reader: timed(SqlxSqliteConnector::from_sqlx_sqlite_pool(reader), Pool::Server, &measures),
        writer: timed(SqlxSqliteConnector::from_sqlx_sqlite_pool(writer), Pool::Write, &measures),
        closed: closed(&options),
        file: File::opened(options.get_filename()).ok(),
        condition: Condition::Sqlite(real.map(|real| Room::beside(&real, settings.reserve))),
        measures,
    })
}

/// The same pool, whose statements are timed; those of its transactions too.
fn timed(mut connections: DatabaseConnection, pool: Pool, measures: &Measures) -> DatabaseConnection {
    let statements = measures.statements.clone();
    connections.set_metric_callback(move |info| statements.ran(pool, &info.statement.sql, info.elapsed));
    connections
}

/// A pool that was closed: whoever asks it for a connection is refused at once.
fn closed(options: &SqliteConnectOptions) -> DatabaseConnection {
    let pool = SqlitePoolOptions::new().max_connections(1).connect_lazy_with(options.clone());
    // It has no connections to wait for.
    drop(pool.close());
    SqlxSqliteConnector::from_sqlx_sqlite_pool(pool)
}

pub(super) async fn postgres(settings: &Settings, options: &PgConnectOptions) -> Result<Database> {
    let options = logged(options.clone().application_name("vividwalls"), settings);
    // A pool would try again and again until its timeout, and then not say why.
    probe::postgres(&options).await?;
    let options = options
        // Statements are short: compiling one costs more than running it.
        .options([("jit", "off")])
        .options([("idle_in_transaction_session_timeout", "60000")])
        // Each statement sees what was committed before it began, whatever the cluster's default is.
        .options([("default_transaction_isolation", "read committed")])
        .statement_cache_capacity(STATEMENTS);
    let measures = Arc::<Measures>::default();
    let renewal = Renewal::default();
    let pool = |connections| postgres_pool(settings, connections, &renewal);
    let within = |time: Duration| options.clone().options([("statement_timeout", time.as_millis().to_string())]);
    let queries = pool(settings.connections).after_connect(|connection, _| {
        Box::pin(async move {
            let milliseconds = CHECK_INTERVAL.as_millis();
            let sql = format!("SET client_connection_check_interval = {milliseconds}");
            // Before version 14, and on some systems, there is no such setting: statements end by their time limit.
            if let Err(error) = connection.execute(AssertSqlSafe(sql)).await {
                tracing::debug!("PostgreSQL does not look whether clients are there: {error}");
            }
            Ok(())
        })
    });
    let queries = queries.connect_lazy_with(within(settings.query_timeout));
    let queries = Lane::new(queries, settings, renewal.clone(), measures.statements.clone());
    let options = within(settings.statement_timeout);
    let reader = pool(READERS).connect_lazy_with(options.clone());
    // Writes find their rows by keys. On tables that grow by the second the statistics are always late, and a plan made
    // for an empty table would read the whole of a large one. With one plan for all parameters each is planned once.
    let by_keys = [("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off")];
    let writer = options.options(by_keys).options([("plan_cache_mode", "force_generic_plan")]);
    let writer = pool(settings.connections).connect_lazy_with(writer);
    let reader = timed(SqlxPostgresConnector::from_sqlx_postgres_pool(reader), Pool::Server, &measures);
    Ok(Database {
        engine: Engine::Postgres,
        queries: Queries::Postgres(queries),
        closed: reader.clone(),
        reader,
        writer: timed(SqlxPostgresConnector::from_sqlx_postgres_pool(writer), Pool::Write, &measures),
        file: None,
        condition: Condition::Postgres(renewal, FullDisk::default()),
        measures,
    })
}

fn postgres_pool(settings: &Settings, connections: u32, renewal: &Renewal) -> PoolOptions<sqlx::Postgres> {
    let (trusted, renewal) = (settings.trusted, renewal.clone());
    PgPoolOptions::new()
        .max_connections(connections.max(1))
        .acquire_timeout(settings.acquire_timeout)
        // Not each time, which costs a round trip; but a server that was started again has closed all of them.
        .test_before_acquire(false)
        .before_acquire(move |connection, meta| {
            let is_due = renewal.is_due(meta.age);
            Box::pin(async move { Ok(!is_due && (meta.idle_for < trusted || connection.ping().await.is_ok())) })
        })
}

fn logged<O: ConnectOptions>(options: O, settings: &Settings) -> O {
    if settings.log_statements { options } else { options.disable_statement_logging() }
}

pub(super) fn unavailable(error: sqlx::Error) -> Error {
    Error::from(DbErr::Conn(RuntimeErr::SqlxError(error.into())))
}
