//! The database and the two engines it can be.
//!
//! - [`Settings`]: where it is and how it is used.
//! - [`Database`]: connections for reading, transactions for writing. [`Batch`]: writes that go together.
//! - [`Listener`]: what other processes tell, where the engine carries it.
//! - [`Engine`]: what the two engines write differently; nothing outside this folder asks which one it is.

mod batch;
mod cell;
mod connect;
mod contains;
mod engine;
mod migrate;
mod notify;
mod records;
pub mod row;
mod settings;
mod sql;

use sea_orm::{DatabaseConnection, DatabaseTransaction, SqliteTransactionMode, TransactionOptions, TransactionTrait};

pub use batch::Batch;
pub(crate) use cell::Cell;
pub use engine::Engine;
pub use migrate::Migration;
pub use notify::Listener;
pub(crate) use records::Column;
pub(crate) use records::{columns, kind_of};
pub use settings::{DatabaseUrl, Settings};
pub use sql::{Alias, Col, Sql};

use crate::Result;

/// An open database. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Database {
    engine: Engine,
    reader: DatabaseConnection,
    writer: DatabaseConnection,
}

impl Database {
    /// Opens the database; a SQLite file and its folder are created when they are missing.
    pub async fn connect(settings: &Settings) -> Result<Self> {
        match &settings.url {
            DatabaseUrl::Sqlite(options) => connect::sqlite(settings, options).await,
            DatabaseUrl::Postgres(options) => connect::postgres(settings, options).await,
        }
    }

    /// The connection pool for reading. On SQLite it refuses to write.
    pub fn reader(&self) -> &DatabaseConnection {
        &self.reader
    }

    /// The connection pool for schema changes, which need no transaction of ours.
    pub fn writer(&self) -> &DatabaseConnection {
        &self.writer
    }

    /// Closes every connection, when what runs on them is done.
    pub async fn close(&self) {
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

    /// Begins a write transaction; dropping it rolls back.
    ///
    /// On SQLite it takes the write lock at once: a transaction that begins by reading could not
    /// get the lock later without failing.
    pub async fn begin(&self) -> Result<DatabaseTransaction> {
        let options = TransactionOptions {
            sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
            ..TransactionOptions::default()
        };
        Ok(self.writer.begin_with_options(options).await?)
    }
}
