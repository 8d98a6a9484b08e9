//! Following the log: from a cursor to its end, then on as it grows.

use std::sync::Arc;

use entity::sea_orm_active_enums::EventAggregate;
use tokio::sync::broadcast::{Receiver, error::RecvError};

use super::{
    BeforePage, Cursor, Logged,
    filter::Expanded,
    store::{Store, Until},
    tail::{BATCH, Batch},
};
use crate::{Error, Result};

/// Gives each event after a cursor once, in the order of the log. Whatever the tail did not hand out after it was
/// joined is read from the log itself, a page at a time.
#[derive(Debug)]
pub struct Follower {
    store: Store,
    live: Receiver<Batch>,
    filter: Expanded,
    before_page: Option<BeforePage>,
    /// Everything up to here was given.
    at: Cursor,
    /// Pages up to here are waited for: they are older than the subscription.
    paid_to: Cursor,
    /// Everything up to here is read from the log.
    replay_to: Cursor,
    /// What follows it.
    waiting: Option<Batch>,
    /// It has caught up once: from then on it must keep up.
    caught_up: bool,
}

impl Follower {
    pub(super) fn new(store: Store, live: Receiver<Batch>, filter: Expanded, after: Cursor, end: Cursor) -> Self {
        Self {
            store,
            live,
            filter,
            before_page: None,
            at: after,
            paid_to: end,
            replay_to: end,
            waiting: None,
            caught_up: false,
        }
    }

    /// Waits before each page that it reads from the log of what was before it began.
    pub fn before_each_page(self, wait: BeforePage) -> Self {
        Self { before_page: Some(wait), ..self }
    }

    /// The next events, at least one. After an error there are no more; a new follower goes on from the last cursor.
    pub async fn next(&mut self) -> Result<Vec<Arc<Logged>>> {
        loop {
            if self.at < self.replay_to {
                let page = self.replay().await?;
                if !page.is_empty() {
                    return Ok(page);
                }
                continue;
            }
            let Some(batch) = self.waiting.take() else {
                self.hear().await?;
                continue;
            };
            if self.at < batch.after {
                self.replay_to = batch.after;
                self.waiting = Some(batch);
                continue;
            }
            self.caught_up = true;
            let events = self.take(&batch).await?;
            if !events.is_empty() {
                return Ok(events);
            }
        }
    }

    /// How far it has come: every event up to here that it looks for was given.
    pub fn position(&self) -> Cursor {
        self.at
    }

    /// Whether it has caught up with the log: what it gives now has just happened.
    pub fn has_caught_up(&self) -> bool {
        self.caught_up
    }

    async fn replay(&mut self) -> Result<Vec<Arc<Logged>>> {
        if let Some(before_page) = self.before_page.as_ref().filter(|_| self.at < self.paid_to) {
            before_page.wait().await;
        }
        let page = self.store.page(self.at, Until::At(self.replay_to), BATCH, false, &self.filter).await?;
        self.at = match page.last() {
            Some(last) if page.len() == BATCH as usize => last.cursor,
            _ => self.replay_to,
        };
        Ok(page.into_iter().map(Arc::new).collect())
    }

    async fn hear(&mut self) -> Result<()> {
        match self.live.recv().await {
            Ok(batch) => self.waiting = Some(batch),
            Err(RecvError::Lagged(missed)) if self.caught_up => {
                return Err(Error::limit(format!(
                    "the subscription fell too far behind and missed {missed} batches of events: \
                     subscribe again with `after` and the last cursor that came"
                )));
            }
            // Still on the way from a cursor: what was missed is read from the log.
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return Err(Error::internal("the end of the event log is not read any more")),
        }
        Ok(())
    }

    async fn take(&mut self, batch: &Batch) -> Result<Vec<Arc<Logged>>> {
        let news: Vec<_> = batch.events.iter().filter(|event| event.cursor > self.at).cloned().collect();
        self.at = self.at.max(batch.end());
        // The hierarchy may have changed.
        if self.filter.filter.agent_subtree.is_some()
            && news.iter().any(|event| event.aggregate_type == EventAggregate::Agent)
        {
            self.filter = self.store.expand(self.filter.filter.clone()).await?;
        }
        Ok(news.into_iter().filter(|event| self.filter.passes(event)).collect())
    }
}
