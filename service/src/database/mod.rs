//! The database and the two engines it can be.
//!
//! - [`Settings`]: where it is and how it is used.
//! - [`Database`]: connections for reading, [`Transaction`]s for writing. [`Batch`]: writes that go together.
//! - `Source`: where a rule reads, inside a transaction or beside all of them.
//! - [`Listener`]: what other processes tell, where the engine carries it.
//! - [`Connections`]: how many there are, and [`Disk`]: what the files of SQLite take. `secret`: the secret beside them.
//! - [`Engine`]: what the two engines write differently; nothing outside this folder asks which one it is.

mod batch;
mod cell;
mod check;
pub(crate) mod code;
mod condition;
mod connect;
mod contains;
mod disk;
mod document;
mod engine;
pub mod figures;
mod file;
mod full;
mod gate;
mod interrupt;
mod lane;
mod locks;
mod migrate;
mod notify;
mod probe;
mod records;
mod renewal;
mod room;
pub mod row;
mod secret;
mod settings;
mod source;
mod sql;
mod time;
mod transaction;
mod usage;
mod waiting;

use std::{sync::Arc, time::Instant};

use sea_orm::{DatabaseConnection, QueryResult, SqliteTransactionMode, TransactionOptions, TransactionTrait};

pub use batch::Batch;
pub(crate) use cell::{Cell, CellType};
pub use disk::Disk;
pub(crate) use document::Member;
pub use engine::Engine;
pub(crate) use file::{PRIVATE, make_private_folder};
pub use gate::Requester;
pub use migrate::Migration;
pub use notify::Listener;
pub(crate) use records::{Column, Records, columns, kind_of};
pub use settings::{DatabaseUrl, Settings};
pub(crate) use source::{Reading, Source};
pub use sql::{Alias, Col, Sql};
pub use transaction::Transaction;
pub use usage::Connections;

use crate::{
    Result,
    measures::{Measures, Pool},
};
use condition::Condition;
use file::File;
use lane::Lane;

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    engine: Engine,
    queries: Queries,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
    /// A pool that was closed, for when the database file is gone.
    closed: DatabaseConnection,
    /// On SQLite, unless it is in memory.
    file: Option<File>,
    condition: Condition,
    measures: Arc<Measures>,
}

/// Connections for queries.
#[derive(Clone, Debug)]
enum Queries {
    Sqlite(Lane<sqlx::Sqlite>),
    Postgres(Lane<sqlx::Postgres>),
}

impl Database {
    /// Opens the database, or says why it cannot be used. One that holds tables of something else is refused.
    pub async fn connect(settings: &Settings) -> Result<Self> {
        match &settings.url {
            DatabaseUrl::Sqlite(options) => connect::sqlite(settings, options).await,
            DatabaseUrl::Postgres { options, .. } => connect::postgres(settings, options).await,
        }
    }

    /// The rows of a query. It ends when its time is over, or when the future is dropped. However long queries take,
    /// they leave the connections of [`Database::reader`] alone.
    pub async fn read(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        let mut rows = Vec::new();
        let push = |row| {
            rows.push(row);
            Ok(())
        };
        self.read_each(sql, push).await?;
        Ok(rows)
    }

    /// The same, row by row: it ends at the first that is refused.
    pub async fn read_each(&self, sql: Sql, read: impl FnMut(QueryResult) -> Result<()> + Send) -> Result<()> {
        let statement = sql.into_statement()?;
        self.check_file()?;
        match &self.queries {
            Queries::Sqlite(lane) => lane.each(statement, read).await,
            Queries::Postgres(lane) => lane.each(statement, read).await,
        }
    }

    /// The connection pool for the server itself: keys, schedules. On SQLite it refuses to write.
    pub fn reader(&self) -> &DatabaseConnection {
        // A connection that is opened now would find another file, or the old one's log beside a new file.
        let is_there = self.file.as_ref().is_none_or(File::is_there);
        if is_there { &self.reader } else { &self.closed }
    }

    /// The connection pool for schema changes, which need no transaction of ours.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Closes every connection, when what runs on them is done.
    pub async fn close(&self) {
        match &self.queries {
            Queries::Sqlite(lane) => lane.close().await,
            Queries::Postgres(lane) => lane.close().await,
        }
        for pool in [&self.reader, &self.writer] {
            if let Err(error) = pool.close_by_ref().await {
                tracing::warn!("the database was not closed cleanly: {error}");
            }
        }
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        self.engine
    }

    /// What is counted and timed over it.
    pub fn measures(&self) -> &Arc<Measures> {
        &self.measures
    }

    /// Begins a write transaction; dropping it rolls back.
    ///
    /// On SQLite it takes the write lock at once: a transaction that begins by reading could not
    /// get the lock later without failing.
    pub async fn begin(&self) -> Result<Transaction> {
        self.check_file()?;
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        let asked = Instant::now();
        let mut begun = self.writer.begin_with_options(options).await;
        if let Condition::Postgres(renewal, _) = &self.condition {
            // Nothing was asked yet, so that another connection may be taken: those of before are closed now.
            for _ in 0..renewal::LOST {
                if !begun.as_ref().is_err_and(code::is_lost) {
                    break;
                }
                renewal.ask();
                begun = self.writer.begin_with_options(options).await;
            }
        }
        self.measures.statements.waited(Pool::Write, asked.elapsed());
        Ok(Transaction::new(begun?, Arc::clone(&self.measures), self.file.clone(), self.condition.clone()))
    }

    /// Begins a short write transaction of the server's own; dropping it rolls back. On PostgreSQL it takes one of the
    /// connections of [`Database::reader`], so that it waits for no client.
    pub(crate) async fn begin_own(&self) -> Result<Transaction> {
        match self.engine {
            Engine::Sqlite => self.begin().await,
            Engine::Postgres => {
                let begun = self.reader.begin().await?;
                Ok(Transaction::new(begun, Arc::clone(&self.measures), None, self.condition.clone()))
            }
        }
    }

    /// Refuses when the file of a SQLite database was deleted or replaced.
    fn check_file(&self) -> Result<()> {
        self.file.as_ref().map_or(Ok(()), File::check)
    }
}
