//! How far a transport has come with a subscription.

use std::sync::{Mutex, PoisonError};

use service::events::Cursor;
use tokio::sync::watch;

/// Where a transport resumes, and the place of what it delivered last. In the data of a request, for transports that
/// carry cursors beside the answers, as server-sent events do.
#[derive(Debug, Default)]
pub struct ResumePoint {
    resume: Option<String>,
    last: Mutex<Option<Cursor>>,
    has_begun: watch::Sender<bool>,
}

impl ResumePoint {
    /// To go on after a cursor: it is newer than the one in the query.
    pub fn after(resume: Option<String>) -> Self {
        Self { resume, ..Self::default() }
    }

    /// Where to go on.
    pub fn resume(&self) -> Option<&str> {
        self.resume.as_deref()
    }

    /// The place of the last delivery.
    pub fn last(&self) -> Option<Cursor> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The subscription has its place in the log: it misses nothing of what is committed from now on.
    pub(crate) fn begin(&self) {
        self.has_begun.send_replace(true);
    }

    /// Waits for that.
    pub(crate) async fn begun(&self) {
        // It fails only without a sender, which is here.
        let _ = self.has_begun.subscribe().wait_for(|has_begun| *has_begun).await;
    }

    /// It has come so far.
    pub(crate) fn reach(&self, cursor: Cursor) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
    }
}
