//! Where the limit's database is, made and removed.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbErr, TransactionTrait};
use uuid::Uuid;

/// The schema on PostgreSQL.
const SCHEMA: &str = "bench_shop_limit";
/// Connections to PostgreSQL.
const CONNECTIONS: u32 = 16;

/// Where it is.
pub(super) enum Place {
    /// A file that was not there before.
    Sqlite(PathBuf),
    /// A database, in which it has a schema.
    Postgres(String),
}

impl Place {
    /// The place that a URL names.
    pub(super) fn of(url: Option<&str>) -> Result<Self, String> {
        let Some(url) = url else {
            return Ok(Self::Sqlite(env::temp_dir().join(format!("bench-shop-{}.db", Uuid::now_v7().simple()))));
        };
        if url.starts_with("postgres") {
            return Ok(Self::Postgres(url.to_owned()));
        }
        let path = url.strip_prefix("sqlite://").ok_or("--limit begins with sqlite:// or postgres://")?;
        match Path::new(path).exists() {
            true => Err(format!("{path} is there already: the limit needs a file of its own")),
            false => Ok(Self::Sqlite(path.into())),
        }
    }

    /// Opens it with the server's settings, and makes the tables.
    pub(super) async fn open(&self) -> Result<DatabaseConnection, DbErr> {
        let url = match self {
            Self::Sqlite(path) => format!("sqlite://{}?mode=rwc", path.display()),
            Self::Postgres(url) => url.clone(),
        };
        let mut options = ConnectOptions::new(url);
        options.sqlx_logging(false).test_before_acquire(false);
        options.map_sqlx_sqlite_opts(|options| {
            let options = options.pragma("journal_mode", "WAL").pragma("journal_size_limit", "16777216");
            options.pragma("synchronous", "FULL").foreign_keys(true)
        });
        options.map_sqlx_postgres_opts(|options| {
            let by_keys = [("enable_seqscan", "off"), ("enable_hashjoin", "off"), ("enable_mergejoin", "off")];
            options.options(by_keys).options([("jit", "off"), ("plan_cache_mode", "force_generic_plan")])
        });
        match self {
            Self::Sqlite(_) => options.max_connections(1),
            Self::Postgres(_) => options.max_connections(CONNECTIONS).set_schema_search_path(SCHEMA),
        };
        let connection = Database::connect(options).await?;
        if let Self::Postgres(_) = self {
            // One may be left of a run that was killed.
            connection.execute_unprepared(&format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")).await?;
            connection.execute_unprepared(&format!("CREATE SCHEMA {SCHEMA}")).await?;
        }
        let transaction = connection.begin().await?;
        Migrator::up(&transaction, None).await?;
        transaction.commit().await?;
        Ok(connection)
    }

    /// Removes it.
    pub(super) async fn remove(&self, connection: &DatabaseConnection) {
        let dropped = match self {
            Self::Sqlite(_) => Ok(()),
            Self::Postgres(_) => {
                connection.execute_unprepared(&format!("DROP SCHEMA IF EXISTS {SCHEMA} CASCADE")).await.map(drop)
            }
        };
        let closed = connection.close_by_ref().await;
        if let Err(error) = dropped.and(closed) {
            eprintln!("the database of the limit is left: {error}");
        }
        if let Self::Sqlite(path) = self {
            for end in ["", "-wal", "-shm"] {
                // SQLite removes its other files itself when it is closed.
                let _ = fs::remove_file(format!("{}{end}", path.display()));
            }
        }
    }
}
