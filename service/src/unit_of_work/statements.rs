//! The statements of a unit: those that wait to be written together, and those that are run at once.

use std::{
    collections::BTreeSet,
    sync::{MutexGuard, PoisonError, atomic::Ordering::Relaxed},
};

use sea_orm::{ConnectionTrait, DatabaseTransaction, DbErr, QueryResult, Value};
use uuid::Uuid;

use super::UnitOfWork;
use crate::{
    Error, Result,
    database::{Batch, Column, Records, Sql, row},
};

impl UnitOfWork {
    /// The transaction, with everything written.
    pub async fn txn(&self) -> Result<&DatabaseTransaction> {
        self.write_now().await?;
        Ok(&self.txn)
    }

    /// Writes something before the next statement or at the end, together with what else is written until then. See
    /// [`Batch`] for what goes together.
    ///
    /// It must not wait for another transaction and then go on: write only rows that this unit has locked or made. The
    /// last of these statements also writes the events, whose place in the log must be chosen after the last wait.
    pub fn write(&self, write: impl FnOnce(&mut Sql)) {
        self.batch().add(write);
    }

    /// Adds rows to a table as [`write`](Self::write) does, together with those that others add to it. `same` is what all
    /// of them have.
    pub(crate) fn insert<'a, T: 'a>(
        &self,
        table: &'static str,
        columns: &[Column<T>],
        same: &[(&'static str, Value)],
        rows: impl Records<'a, T>,
    ) {
        self.batch().insert(table, columns, same, rows);
    }

    /// The same for rows that are there, each found by the first column: the last update of a row counts.
    pub(crate) fn update<'a, T: 'a>(
        &self,
        table: &'static str,
        columns: &[Column<T>],
        same: &[(&'static str, Value)],
        rows: impl Records<'a, T>,
    ) {
        self.batch().update(table, columns, same, rows);
    }

    /// Writes what waits to be written.
    pub(crate) async fn write_now(&self) -> Result<()> {
        let statements: Vec<Sql> = self.batch().take().collect();
        for sql in statements {
            if let Err(error) = self.run(sql).await {
                // One that cannot be sent is lost, too.
                self.has_failed.store(true, Relaxed);
                return Err(error);
            }
        }
        Ok(())
    }

    async fn run(&self, sql: Sql) -> Result<u64> {
        let done = self.txn.execute_raw(sql.into_statement()?).await;
        Ok(done.map_err(|error| self.failed(error))?.rows_affected())
    }

    fn failed(&self, error: DbErr) -> Error {
        self.has_failed.store(true, Relaxed);
        error.into()
    }

    pub(super) fn batch(&self) -> MutexGuard<'_, Batch> {
        self.batch.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Runs a statement that yields rows.
    pub async fn rows(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        let rows = self.txn().await?.query_all_raw(sql.into_statement()?).await;
        rows.map_err(|error| self.failed(error))
    }

    /// Runs a statement that writes, and yields rows.
    pub(crate) async fn returning(&self, sql: Sql) -> Result<Vec<QueryResult>> {
        self.executed.fetch_add(1, Relaxed);
        self.rows(sql).await
    }

    /// Runs a statement that yields ids, in a column `id`.
    pub async fn ids<C: FromIterator<Uuid>>(&self, sql: Sql) -> Result<C> {
        row::ids(&self.rows(sql).await?)
    }

    /// Runs a statement; the number of rows it wrote.
    pub async fn execute(&self, sql: Sql) -> Result<u64> {
        self.executed.fetch_add(1, Relaxed);
        self.write_now().await?;
        self.run(sql).await
    }

    /// Waits until no other unit holds this name, and holds it until its end.
    pub async fn lock_name(&self, name: &str) -> Result<()> {
        let mut sql = self.sql();
        sql.push("SELECT ").hold(name);
        self.rows(sql).await.map(drop)
    }

    /// The same for several names, in one statement. The order of the texts is that of all who hold several.
    pub(crate) async fn lock_names(&self, names: impl IntoIterator<Item = String>) -> Result<()> {
        let names: BTreeSet<String> = names.into_iter().collect();
        if names.is_empty() {
            return Ok(());
        }
        let mut sql = self.sql();
        sql.push("SELECT ").hold_all(&names.iter().map(String::as_str).collect::<Vec<_>>());
        self.rows(sql).await.map(drop)
    }
}
