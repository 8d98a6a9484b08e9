//! What a unit needs that does several calls, one after the other.

use std::sync::atomic::Ordering::Relaxed;

use super::{Actor, UnitOfWork};

/// What a unit had done up to a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Mark {
    writes: usize,
    events: usize,
    entries: usize,
    ends: usize,
}

impl UnitOfWork {
    /// What was done so far: when it is the same later, nothing was written or told in between.
    pub(crate) fn mark(&self) -> Mark {
        Mark {
            writes: self.batch().added() + self.executed.load(Relaxed),
            events: self.events.len(),
            entries: self.entries.len(),
            ends: self.ends.len(),
        }
    }

    /// Whether a statement failed: PostgreSQL carries out no other one then, and what waited to be written may be lost.
    pub(crate) fn has_failed(&self) -> bool {
        self.has_failed.load(Relaxed)
    }

    /// What follows is done by another call of the same principal.
    pub(crate) fn act_as(&mut self, actor: &Actor) {
        self.actor.clone_from(actor);
    }
}
