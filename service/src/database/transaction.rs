//! A write transaction.

use std::{ops::Deref, sync::Arc, time::Instant};

use sea_orm::DatabaseTransaction;

use super::{condition::Condition, file::File};
use crate::{Error, Result, measures::Measures};

/// A write transaction; dropping it rolls back.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    measures: Arc<Measures>,
    /// On SQLite.
    file: Option<File>,
    condition: Condition,
    /// It is known to have written something.
    has_written: bool,
}

impl Transaction {
    pub(super) fn new(
        inner: DatabaseTransaction,
        measures: Arc<Measures>,
        file: Option<File>,
        condition: Condition,
    ) -> Self {
        Self { inner, measures, file, condition, has_written: false }
    }

    /// Notes what one of its statements said about the database when it failed.
    pub(crate) fn failed(&self, error: &Error) {
        if matches!(error, Error::Timeout) {
            self.measures.statements.timed_out();
        }
        self.condition.failed(error);
    }

    /// Notes that it has written something.
    pub(crate) fn wrote(&mut self) {
        self.has_written = true;
    }

    /// Commits. After an error nobody knows whether it was committed.
    pub async fn commit(self) -> Result<()> {
        let began = Instant::now();
        let committed = self.inner.commit().await;
        self.measures.statements.committed(began.elapsed());
        if let Err(error) = committed {
            let error = Error::from(error);
            self.condition.failed(&error);
            return Err(error);
        }
        self.condition.succeeded(self.has_written);
        // What was written into a file that is gone must not be acknowledged.
        self.file.map_or(Ok(()), |file| file.check())
    }

    /// Rolls back and waits for it.
    pub async fn rollback(self) -> Result<()> {
        Ok(self.inner.rollback().await?)
    }
}

impl Deref for Transaction {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.inner
    }
}
