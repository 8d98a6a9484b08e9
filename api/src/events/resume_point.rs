//! How far a transport has come with a subscription.

use std::sync::{Mutex, PoisonError};

use service::events::Cursor;

/// Where a transport resumes, and the place of what it delivered last. In the data of a request, for transports that
/// carry cursors beside the answers, as server-sent events do.
#[derive(Debug, Default)]
pub struct ResumePoint {
    resume: Option<String>,
    last: Mutex<Option<Cursor>>,
}

impl ResumePoint {
    /// To go on after a cursor: it is newer than the one in the query.
    pub fn after(resume: Option<String>) -> Self {
        Self { resume, last: Mutex::default() }
    }

    /// Where to go on.
    pub fn resume(&self) -> Option<&str> {
        self.resume.as_deref()
    }

    /// The place of the last delivery.
    pub fn last(&self) -> Option<Cursor> {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// It has come so far.
    pub(crate) fn reach(&self, cursor: Cursor) {
        *self.last.lock().unwrap_or_else(PoisonError::into_inner) = Some(cursor);
    }
}
