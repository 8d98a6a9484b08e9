//! Where the time comes from: the system, or a test.

use std::{
    fmt,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use chrono::{DateTime, Duration, SubsecRound, Utc};

/// A source of time, in UTC and in the microseconds that both engines keep.
#[derive(Clone, Default)]
pub struct Clock(Option<Arc<AtomicI64>>);

impl Clock {
    /// The system's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands until it is moved; its copies move with it.
    pub fn standing(at: DateTime<Utc>) -> Self {
        Self(Some(Arc::new(AtomicI64::new(at.timestamp_micros()))))
    }

    /// The time.
    pub fn now(&self) -> DateTime<Utc> {
        let standing = self.0.as_ref().and_then(|at| DateTime::from_timestamp_micros(at.load(Ordering::Acquire)));
        standing.unwrap_or_else(|| Utc::now().trunc_subsecs(6))
    }

    /// Moves a standing clock; the system's clock goes by itself.
    pub fn advance(&self, by: Duration) {
        if let Some(at) = &self.0 {
            at.fetch_add(by.num_microseconds().unwrap_or_default(), Ordering::AcqRel);
        }
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.now())
    }
}
