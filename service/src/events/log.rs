//! Reading the log.

use std::sync::Arc;

use super::{Cursor, Filter, Follower, Logged, Settings, store::Store, tail::Tail};
use crate::{Result, database::Database, signals::Signals};

/// The log of a database, and its live end. Cheap to clone.
#[derive(Clone, Debug)]
pub struct Log {
    store: Store,
    signals: Signals,
    tail: Arc<Tail>,
}

impl Log {
    pub(crate) fn new(database: Database, signals: Signals, settings: Settings) -> Self {
        Self { store: Store::new(database), signals, tail: Arc::new(Tail::new(settings)) }
    }

    /// The cursor of now: what is committed after this call comes after it.
    pub async fn latest(&self) -> Result<Cursor> {
        Ok(self.store.bounds().await?.end)
    }

    /// The first events after a cursor, or of all that are kept, that pass a filter; at most `limit`.
    pub async fn read_after(&self, after: Option<Cursor>, limit: u32, filter: Filter) -> Result<Vec<Logged>> {
        let bounds = self.store.bounds().await?;
        let after = after.map_or(Ok(bounds.start), |after| bounds.admit(after))?;
        let filter = self.store.expand(filter).await?;
        self.store.page(after, bounds.end, limit, &filter).await
    }

    /// What happened after a cursor, or after now, and what happens from now on.
    pub async fn follow(&self, after: Option<Cursor>, filter: Filter) -> Result<Follower> {
        // Before the end is read, so that what comes after it is heard.
        let live = self.tail.join(&self.store, &self.signals);
        let bounds = self.store.bounds().await?;
        let after = after.map_or(Ok(bounds.end), |after| bounds.admit(after))?;
        Ok(Follower::new(self.store.clone(), live, self.store.expand(filter).await?, after, bounds.end))
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }
}
