//! Where a rule reads: inside a transaction, or beside all of them.

use std::future::{Future, ready};

use chrono::{DateTime, Utc};
use sea_orm::QueryResult;

use super::{Database, Sql};
use crate::{Result, UnitOfWork, memory::Memory};

/// Where rows are read: a query and the verb that does what it answers share their code by it.
pub(crate) trait Source: Sync {
    /// An empty statement.
    fn sql(&self) -> Sql;

    /// Runs a statement that yields rows.
    fn rows(&self, sql: Sql) -> impl Future<Output = Result<Vec<QueryResult>>> + Send;

    /// What time it is.
    fn now(&self) -> DateTime<Utc>;

    /// Where what was read is kept, if anywhere.
    fn memory(&self) -> Option<&Memory> {
        None
    }

    /// Holds names until the end of the transaction. Whether it did: beside all transactions there is nothing to hold.
    fn hold(&self, _: Vec<String>) -> impl Future<Output = Result<bool>> + Send {
        ready(Ok(false))
    }
}

impl Source for UnitOfWork {
    fn sql(&self) -> Sql {
        Self::sql(self)
    }

    async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        Self::rows(self, sql).await
    }

    fn now(&self) -> DateTime<Utc> {
        Self::now(self)
    }

    fn memory(&self) -> Option<&Memory> {
        Some(Self::memory(self))
    }

    async fn hold(&self, names: Vec<String>) -> Result<bool> {
        self.lock_names(names).await.map(|()| true)
    }
}

/// Reading outside of transactions: the connections for queries, which write nothing.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reading<'a> {
    database: &'a Database,
    now: DateTime<Utc>,
}

impl<'a> Reading<'a> {
    /// Reads a database at a time.
    pub(crate) fn new(database: &'a Database, now: DateTime<Utc>) -> Self {
        Self { database, now }
    }
}

impl Source for Reading<'_> {
    fn sql(&self) -> Sql {
        Sql::new(self.database.engine()).at(self.now)
    }

    async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        self.database.read(sql).await
    }

    fn now(&self) -> DateTime<Utc> {
        self.now
    }
}
