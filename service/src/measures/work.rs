//! How tasks end.

use std::time::Duration;

use chrono::TimeDelta;
use prometheus_client::{
    metrics::{counter::Counter, family::Family, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::labels::{Counters, Durations, counters, observe};
use crate::events::EventKind;

/// What became of tasks.
#[derive(Debug)]
pub(crate) struct Work {
    ended: Counters<1>,
    took: Durations<1>,
    leases: Counter,
    breaches: Counter,
}

/// A task that ended.
#[derive(Clone, Copy, Debug)]
pub(crate) struct TaskEnd {
    outcome: &'static str,
    /// From when it was first begun; none if it never was.
    took: Option<Duration>,
}

const COMPLETED: &str = "completed";
const FAILED: &str = "failed";
const SKIPPED: &str = "skipped";
const CANCELLED: &str = "cancelled";
const OUTCOMES: [&str; 4] = [COMPLETED, FAILED, SKIPPED, CANCELLED];

/// Bounds of the time that a task takes, in seconds: up to a week.
const SECONDS: [f64; 11] = [0.1, 1.0, 5.0, 15.0, 60.0, 300.0, 900.0, 3600.0, 14_400.0, 86_400.0, 604_800.0];

impl TaskEnd {
    /// What an event tells of it.
    pub(crate) fn of(kind: EventKind, took: Option<TimeDelta>) -> Option<Self> {
        let outcome = match kind {
            EventKind::TaskCompleted => COMPLETED,
            EventKind::TaskFailed => FAILED,
            EventKind::TaskSkipped => SKIPPED,
            EventKind::TaskCancelled => CANCELLED,
            _ => return None,
        };
        // Clocks of servers differ a little.
        Some(Self { outcome, took: took.map(|took| took.to_std().unwrap_or_default()) })
    }
}

impl Default for Work {
    fn default() -> Self {
        let took: Durations<1> = Family::new_with_constructor((|| Histogram::new(SECONDS)) as fn() -> Histogram);
        for outcome in OUTCOMES {
            drop(took.get_or_create(&[("outcome", outcome)]));
        }
        let ended = counters("outcome", &OUTCOMES);
        Self { ended, took, leases: Counter::default(), breaches: Counter::default() }
    }
}

impl Work {
    /// Notes tasks that ended, after the commit.
    pub(crate) fn ended(&self, ends: &[TaskEnd]) {
        for TaskEnd { outcome, took } in ends.iter().copied() {
            let labels = [("outcome", outcome)];
            self.ended.get_or_create(&labels).inc();
            if let Some(took) = took {
                observe(&self.took, labels, took);
            }
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
        let took = "Time from the first attempt at a task to its end, by outcome";
        registry.register_with_unit("task_duration", took, Unit::Seconds, self.took.clone());
        let leases = "Leases that were taken back: no heartbeat in time, or an attempt that took too long";
        registry.register("leases_lost", leases, self.leases.clone());
        let breaches = "Tasks that were not completed by their deadline";
        registry.register("sla_breaches", breaches, self.breaches.clone());
    }
}

fn add(counter: &Counter, number: usize) {
    counter.inc_by(u64::try_from(number).unwrap_or(u64::MAX));
}
