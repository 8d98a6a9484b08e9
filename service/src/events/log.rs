//! Reading the log.

use std::sync::Arc;

use chrono::{DateTime, TimeDelta, Utc};

use super::{
    Cursor, Filter, Follower, Logged, Settings,
    store::{Store, Until},
    tail::Tail,
};
use crate::{Result, database::Database, signals::Signals};

/// Which part of the log: at most `limit` events between two cursors, taken from one end.
#[derive(Clone, Copy, Debug)]
pub struct Range {
    /// Only events after it.
    pub after: Option<Cursor>,
    /// Only events before it.
    pub before: Option<Cursor>,
    /// The most events.
    pub limit: u32,
    /// The last ones, not the first.
    pub backward: bool,
}

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
        self.read(Range { after, before: None, limit, backward: false }, filter).await
    }

    /// A part of the log, in its order: the events that pass a filter.
    pub async fn read(&self, range: Range, filter: Filter) -> Result<Vec<Logged>> {
        let bounds = self.store.bounds().await?;
        let after = range.after.map_or(Ok(bounds.start), |after| bounds.check("after", after))?;
        let to = match range.before {
            Some(before) => Until::Before(bounds.check("before", before)?),
            None => Until::At(bounds.end),
        };
        let filter = self.store.expand(filter).await?;
        let mut page = self.store.page(after, to, range.limit, range.backward, &filter).await?;
        if range.backward {
            page.reverse();
        }
        Ok(page)
    }

    /// What happened after a cursor, or after now, and what happens from now on.
    pub async fn follow(&self, after: Option<Cursor>, filter: Filter) -> Result<Follower> {
        // Before the end is read, so that what comes after it is heard.
        let live = self.tail.join(&self.store, &self.signals);
        let bounds = self.store.bounds().await?;
        let after = after.map_or(Ok(bounds.end), |after| bounds.check("after", after))?;
        Ok(Follower::new(self.store.clone(), live, self.store.expand(filter).await?, after, bounds.end))
    }

    /// For how long the first event that cannot be delivered yet has waited: a transaction that began before it is still
    /// open.
    pub async fn held_back(&self, now: DateTime<Utc>) -> Result<TimeDelta> {
        let first = self.store.first_held_back().await?;
        Ok(first.map_or(TimeDelta::zero(), |at| now - at).max(TimeDelta::zero()))
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }
}
