//! Replacing connections to PostgreSQL that no longer lead where they should.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// The shortest time between two replacements: a database that stays unusable is not asked for connections all the time.
const PAUSE: Duration = Duration::from_secs(1);

/// How many connections may be found lost, one after the other, before somebody gives up: within the pause, some that
/// were opened since the last replacement may be lost again.
pub(super) const LOST: usize = 3;

/// Which connections are to be replaced: those that were opened before one of them was found broken, or read-only. The
/// server was started again, or another one has taken its place. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub(super) struct Renewal(Arc<Mutex<Option<Instant>>>);

impl Renewal {
    /// Has those replaced that are open now.
    pub(super) fn ask(&self) {
        let mut asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if asked.is_none_or(|at| at.elapsed() >= PAUSE) {
            *asked = Some(Instant::now());
        }
    }

    /// Whether a connection of this age is to be replaced.
    pub(super) fn is_due(&self, age: Duration) -> bool {
        let asked = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        asked.is_some_and(|at| at.elapsed() < age)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_opened_before_is_replaced() {
        let renewal = Renewal::default();
        let hour = Duration::from_secs(3600);
        assert!(!renewal.is_due(hour));
        renewal.ask();
        assert!(renewal.is_due(hour) && !renewal.is_due(Duration::ZERO));
    }
}
