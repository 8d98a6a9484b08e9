//! A write transaction.

use std::ops::Deref;

use sea_orm::DatabaseTransaction;

use super::file::File;
use crate::Result;

/// A write transaction; dropping it rolls back.
#[derive(Debug)]
pub struct Transaction {
    inner: DatabaseTransaction,
    /// On SQLite.
    file: Option<File>,
}

impl Transaction {
    pub(super) fn new(inner: DatabaseTransaction, file: Option<File>) -> Self {
        Self { inner, file }
    }

    /// Commits. After an error nobody knows whether it was committed.
    pub async fn commit(self) -> Result<()> {
        self.inner.commit().await?;
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
