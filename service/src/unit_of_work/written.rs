//! A unit of work that only has to be committed.

use std::sync::Arc;

use crate::{
    Result,
    database::Transaction,
    keys::KeyCache,
    measures::{Measures, TaskEnd},
    signals::Signals,
};

pub(super) async fn undo(txn: Transaction) {
    if let Err(error) = txn.rollback().await {
        // SQLite may have rolled back by itself. The connection is closed, and with it whatever is left.
        tracing::info!("the rollback of a transaction failed: {}", error.explained());
    }
}

/// A unit of work that only has to be committed.
#[derive(Debug)]
pub(crate) struct Written {
    pub(super) txn: Transaction,
    pub(super) signals: Signals,
    pub(super) measures: Arc<Measures>,
    /// What this process knows of keys that changed.
    pub(super) forget: Option<KeyCache>,
    /// Whether its events wake those who wait for work, too; none without events.
    pub(super) wakes: Option<bool>,
    /// The tasks that end with it.
    pub(super) ends: Vec<TaskEnd>,
}

impl Written {
    /// Undoes everything now.
    pub(crate) async fn undo(self) {
        undo(self.txn).await;
    }

    /// Commits, and wakes those who wait for it. After an error nobody knows whether it was committed.
    pub(crate) async fn commit(self) -> Result<()> {
        self.txn.commit().await?;
        self.measures.work.ended(&self.ends);
        if let Some(keys) = self.forget {
            keys.forget();
        }
        if let Some(claimable) = self.wakes {
            self.signals.committed(claimable);
        }
        Ok(())
    }
}
