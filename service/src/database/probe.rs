//! The first connection: whether the database can be used, and why not.
//!
//! Whoever starts a program reads these messages: each says what is wrong in one sentence, soon.

use std::{io::ErrorKind, path::Path, time::Duration};

use migration::{Migrator, MigratorTrait};
use sqlx::{
    ConnectOptions, Connection, Database, Executor, Row,
    postgres::PgConnectOptions,
    sqlite::{SqliteConnectOptions, SqliteConnection},
};

use super::file;
use crate::{Error, Result};

/// How the names of databases in memory begin, which are no files.
const IN_MEMORY: &str = "file:sqlx-in-memory-";
/// How long the database may take to answer.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// Opens a SQLite file, which may be created if that was asked for.
pub(super) async fn sqlite(options: &SqliteConnectOptions, create: bool) -> Result<()> {
    let path = options.get_filename();
    if create && !path.to_string_lossy().starts_with(IN_MEMORY) {
        make(path)?;
    }
    let options = options.clone().create_if_missing(create).busy_timeout(PROBE_TIMEOUT);
    let look = async {
        let mut connection = SqliteConnection::connect_with(&options).await?;
        let tables = "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' \
                      ORDER BY name";
        let tables = strings(&mut connection, tables).await?;
        let applied = match tables.iter().any(|table| table == MIGRATIONS) {
            true => strings(&mut connection, APPLIED).await?,
            false => Vec::new(),
        };
        connection.close().await?;
        Ok((tables, applied))
    };
    let (tables, applied) = look.await.map_err(|error| sqlite_error(path, &error))?;
    refuse_foreign(&tables, &applied)
}

/// Makes a file that is missing, with its folder.
fn make(path: &Path) -> Result<()> {
    let cannot = |what: &str, path: &Path, error: &std::io::Error| {
        Error::invalid(format!("cannot create the {what} {}: {}", path.display(), plain(error)))
    };
    file::make_folder(path).map_err(|error| cannot("folder", path.parent().unwrap_or(path), &error))?;
    file::make(path).map_err(|error| cannot("file", path, &error))
}

/// Connects to a PostgreSQL server.
pub(super) async fn postgres(options: &PgConnectOptions) -> Result<()> {
    let look = async {
        let mut connection = options.connect().await?;
        let tables = "SELECT relname::text FROM pg_class WHERE relnamespace = \
                      (SELECT oid FROM pg_namespace WHERE nspname = current_schema()) AND relkind IN ('r', 'p', 'v', 'm', 'f') AND NOT EXISTS (SELECT 1 FROM pg_depend \
                      WHERE classid = 'pg_class'::regclass AND objid = pg_class.oid AND deptype = 'e') ORDER BY 1";
        let tables = strings(&mut connection, tables).await?;
        let exists = strings(&mut connection, "SELECT '' WHERE to_regclass('seaql_migrations') IS NOT NULL").await?;
        let applied = match exists.is_empty() {
            true => Vec::new(),
            false => strings(&mut connection, APPLIED).await?,
        };
        connection.close().await?;
        Ok((tables, applied))
    };
    let looked = tokio::time::timeout(PROBE_TIMEOUT, look).await;
    let looked = looked.map_err(|_| {
        let seconds = PROBE_TIMEOUT.as_secs();
        Error::invalid(format!("{} did not answer within {seconds} seconds", place(options)))
    })?;
    let (tables, applied) = looked.map_err(|error| postgres_error(options, &error))?;
    refuse_foreign(&tables, &applied)
}

/// Where the names of applied migrations are kept.
const MIGRATIONS: &str = "seaql_migrations";
const APPLIED: &str = "SELECT version FROM seaql_migrations";

/// Refuses a database that has tables, none of which is ours.
fn refuse_foreign(tables: &[String], applied: &[String]) -> Result<()> {
    let known = Migrator::migrations();
    if known.iter().any(|migration| applied.iter().any(|name| name == migration.name())) {
        return Ok(());
    }
    match tables.iter().find(|table| *table != MIGRATIONS) {
        Some(table) => Err(Error::invalid(format!(
            "it holds tables of another program, such as \"{table}\": give VividWalls a database of its own"
        ))),
        None => Ok(()),
    }
}

/// The first column of every row.
async fn strings<C>(connection: &mut C, sql: &'static str) -> sqlx::Result<Vec<String>>
where
    C: Connection,
    for<'c> &'c mut C: Executor<'c, Database = C::Database>,
    for<'r> String: sqlx::Decode<'r, C::Database> + sqlx::Type<C::Database>,
    usize: sqlx::ColumnIndex<<C::Database as Database>::Row>,
{
    let rows = connection.fetch_all(sql).await?;
    rows.iter().map(|row| row.try_get(0)).collect()
}

fn sqlite_error(path: &Path, error: &sqlx::Error) -> Error {
    // SQLite says "unable to open database file" to all of these.
    let reason = match path.metadata() {
        Ok(metadata) if metadata.is_dir() => Some("it is a folder".to_owned()),
        Ok(_) => std::fs::File::open(path).err().map(|error| plain(&error)),
        Err(error) if error.kind() == ErrorKind::NotFound => Some("there is no such file".to_owned()),
        Err(error) => Some(plain(&error)),
    };
    Error::invalid(reason.unwrap_or_else(|| words(error)))
}

fn postgres_error(options: &PgConnectOptions, error: &sqlx::Error) -> Error {
    let code = error.as_database_error().and_then(|error| error.code()).unwrap_or_default().into_owned();
    let name = options.get_database().unwrap_or_else(|| options.get_username());
    Error::invalid(match (error, code.as_str()) {
        (sqlx::Error::Io(error), _) => format!("no PostgreSQL server answers at {}: {}", place(options), plain(error)),
        (_, "3D000") => format!("the server at {} has no database \"{name}\"", place(options)),
        (error, _) => words(error),
    })
}

fn place(options: &PgConnectOptions) -> String {
    match options.get_socket() {
        Some(folder) => format!("{}, port {}", folder.display(), options.get_port()),
        None => format!("{}:{}", options.get_host(), options.get_port()),
    }
}

/// The database's own words, without the library's.
fn words(error: &sqlx::Error) -> String {
    error.as_database_error().map_or_else(|| error.to_string(), |error| error.message().to_owned())
}

/// An error of the system without its number.
fn plain(error: &std::io::Error) -> String {
    let text = error.to_string().to_lowercase();
    text.split(" (os error").next().unwrap_or_default().to_owned()
}
