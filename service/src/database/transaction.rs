//! A write transaction.

use std::{ops::Deref, sync::Arc, time::Instant};

use sea_orm::DatabaseTransaction;

use super::file::File;
use crate::{Result, measures::Measures};

/// A write transaction; dropping it rolls back.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    measures: Arc<Measures>,
    /// On SQLite.
    file: Option<File>,
}

impl Transaction {
    pub(super) fn new(inner: DatabaseTransaction, measures: Arc<Measures>, file: Option<File>) -> Self {
        Self { inner, measures, file }
    }

    /// Commits. After an error nobody knows whether it was committed.
    pub async fn commit(self) -> Result<()> {
        let began = Instant::now();
        let committed = self.inner.commit().await;
        self.measures.statements.committed(began.elapsed());
        committed?;
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
