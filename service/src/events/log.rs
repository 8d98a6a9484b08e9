//! Reading the log.

use std::{sync::Arc, time::Duration};

use chrono::{DateTime, Utc};

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

    /// The first cursor that is still good: everything after it is kept.
    pub async fn earliest(&self) -> Result<Cursor> {
        Ok(self.store.bounds().await?.start)
    }

    /// The events behind which these places are, as far as they are kept; in no order.
    pub async fn at(&self, places: &[Cursor]) -> Result<Vec<Logged>> {
        self.store.at(places).await
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

    /// For how long the first of the events has waited that cannot be read yet, because of a transaction that began
    /// before it and is still open, anywhere in the PostgreSQL cluster; zero if there is none.
    pub async fn held_back(&self, now: DateTime<Utc>) -> Result<Duration> {
        let since = self.store.first_held_back().await?;
        Ok(since.and_then(|since| (now - since).to_std().ok()).unwrap_or_default())
    }

    pub(super) fn store(&self) -> &Store {
        &self.store
    }
}
