//! How tasks end.

use prometheus_client::{metrics::counter::Counter, registry::Registry};

use super::labels::{Counters, counters};
use crate::events::EventKind;

/// What became of tasks.
#[derive(Debug)]
pub(crate) struct Work {
    ended: Counters<1>,
    leases: Counter,
    breaches: Counter,
}

/// How a task ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TaskEnd(&'static str);

const COMPLETED: &str = "completed";
const FAILED: &str = "failed";
const SKIPPED: &str = "skipped";
const CANCELLED: &str = "cancelled";

impl TaskEnd {
    /// What an event tells of it.
    pub(crate) fn of(kind: EventKind) -> Option<Self> {
        match kind {
            EventKind::TaskCompleted => Some(Self(COMPLETED)),
            EventKind::TaskFailed => Some(Self(FAILED)),
            EventKind::TaskSkipped => Some(Self(SKIPPED)),
            EventKind::TaskCancelled => Some(Self(CANCELLED)),
            _ => None,
        }
    }
}

impl Default for Work {
    fn default() -> Self {
        let ended = counters("outcome", &[COMPLETED, FAILED, SKIPPED, CANCELLED]);
        Self { ended, leases: Counter::default(), breaches: Counter::default() }
    }
}

impl Work {
    /// Notes tasks that ended, after the commit.
    pub(crate) fn ended(&self, ends: &[TaskEnd]) {
        for TaskEnd(outcome) in ends.iter().copied() {
            self.ended.get_or_create(&[("outcome", outcome)]).inc();
        }
    }

    /// Notes leases that were taken back.
    pub(crate) fn lose_leases(&self, number: usize) {
        add(&self.leases, number);
    }

    /// Notes tasks that were not completed in time.
    pub(crate) fn miss_deadlines(&self, number: usize) {
        add(&self.breaches, number);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("tasks_ended", "Tasks that ended, by outcome", self.ended.clone());
        let leases = "Leases that were taken back: no heartbeat in time, or an attempt that took too long";
        registry.register("leases_lost", leases, self.leases.clone());
        let breaches = "Tasks that were not completed by their deadline";
        registry.register("sla_breaches", breaches, self.breaches.clone());
    }
}

fn add(counter: &Counter, number: usize) {
    counter.inc_by(u64::try_from(number).unwrap_or(u64::MAX));
}
