//! Opening the pools of each engine.

use sea_orm::{DbErr, RuntimeErr, SqlxPostgresConnector, SqlxSqliteConnector};
use sqlx::{
    ConnectOptions, Connection,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use super::{Database, Engine, Settings};
use crate::{Error, Result};

/// Prepared statements kept per connection: every shape of a read is one.
const STATEMENTS: usize = 512;

pub(super) async fn sqlite(settings: &Settings, options: &SqliteConnectOptions) -> Result<Database> {
    if let Some(folder) = options.get_filename().parent() {
        std::fs::create_dir_all(folder)
            .map_err(|error| Error::invalid(format!("cannot create the folder {}: {error}", folder.display())))?;
    }
    let options = options
        .clone()
        .create_if_missing(true)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(settings.acquire_timeout)
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    let pool = |connections| {
        SqlitePoolOptions::new()
            .max_connections(connections)
            .acquire_timeout(settings.acquire_timeout)
            .test_before_acquire(false)
    };
    // One writer, so that writers queue in the pool instead of fighting for SQLite's lock.
    let writer = pool(1).connect_with(options.clone()).await.map_err(unavailable)?;
    let reader = pool(settings.connections.max(1)).connect_lazy_with(options.pragma("query_only", "ON"));
    Ok(Database {
        engine: Engine::Sqlite,
        reader: SqlxSqliteConnector::from_sqlx_sqlite_pool(reader),
        writer: SqlxSqliteConnector::from_sqlx_sqlite_pool(writer),
    })
}

pub(super) async fn postgres(settings: &Settings, options: &PgConnectOptions) -> Result<Database> {
    let timeout = settings.statement_timeout.as_millis().to_string();
    let options = options
        .clone()
        .application_name("vividwalls")
        // Statements are short: compiling one costs more than running it.
        .options([("statement_timeout", timeout.as_str()), ("jit", "off")])
        .options([("idle_in_transaction_session_timeout", "60000")])
        // Each statement sees what was committed before it began, whatever the cluster's default is.
        .options([("default_transaction_isolation", "read committed")])
        .statement_cache_capacity(STATEMENTS)
        .disable_statement_logging();
    let trusted = settings.trusted;
    let pool = || {
        PgPoolOptions::new()
            .max_connections(settings.connections.max(1))
            .acquire_timeout(settings.acquire_timeout)
            // Not each time, which costs a round trip; but a server that was started again has closed all of them.
            .test_before_acquire(false)
            .before_acquire(move |connection, meta| {
                Box::pin(async move { Ok(meta.idle_for < trusted || connection.ping().await.is_ok()) })
            })
    };
    let reader = pool().connect_with(options.clone()).await.map_err(unavailable)?;
    // Writes find their rows by keys. On tables that grow by the second the statistics are always late, and a plan made
    // for an empty table would read the whole of a large one. With one plan for all parameters each is planned once.
    let by_keys = [("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off")];
    let writer = options.options(by_keys).options([("plan_cache_mode", "force_generic_plan")]);
    let writer = pool().connect_lazy_with(writer);
    Ok(Database {
        engine: Engine::Postgres,
        reader: SqlxPostgresConnector::from_sqlx_postgres_pool(reader),
        writer: SqlxPostgresConnector::from_sqlx_postgres_pool(writer),
    })
}

pub(super) fn unavailable(error: sqlx::Error) -> Error {
    Error::from(DbErr::Conn(RuntimeErr::SqlxError(error.into())))
}
