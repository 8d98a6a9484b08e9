//! What the server does by itself, again and again.

use std::{
    sync::atomic::AtomicU64,
    time::{Duration, Instant},
};

use chrono::{DateTime, Utc};
use prometheus_client::{
    metrics::{family::Family, gauge::Gauge},
    registry::{Registry, Unit},
};

use super::labels::{Durations, Labels, durations, observe};
use crate::{Result, clock::Clock};

/// How long jobs take, and when they last went well.
#[derive(Debug)]
pub(crate) struct Jobs {
    took: Durations<1>,
    succeeded: Family<Labels<1>, Gauge<f64, AtomicU64>>,
}

/// Something that the server does again and again.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Job {
    /// Looking at leases, waits and deadlines.
    Sweep,
    /// Starting what schedules say.
    Schedules,
    /// Processing webhooks that were received.
    Webhooks,
    /// Removing what is old.
    Retention,
}

impl Job {
    const ALL: [Self; 4] = [Self::Sweep, Self::Schedules, Self::Webhooks, Self::Retention];

    const fn labels(self) -> Labels<1> {
        let name = match self {
            Self::Sweep => "sweep",
            Self::Schedules => "schedules",
            Self::Webhooks => "webhooks",
            Self::Retention => "retention",
        };
        [("job", name)]
    }
}

impl Default for Jobs {
    /// None has gone well yet.
    fn default() -> Self {
        let jobs = Self { took: durations(), succeeded: Family::default() };
        for labels in Job::ALL.map(Job::labels) {
            drop(jobs.took.get_or_create(&labels));
            jobs.succeeded.get_or_create(&labels).set(0.0);
        }
        jobs
    }
}

impl Jobs {
    /// Does a job once.
    pub(crate) async fn run<T>(&self, job: Job, clock: &Clock, work: impl Future<Output = Result<T>>) -> Result<T> {
        let began = Instant::now();
        let done = work.await;
        self.note(job, began.elapsed(), done.is_ok().then(|| clock.now()));
        done
    }

    fn note(&self, job: Job, took: Duration, succeeded: Option<DateTime<Utc>>) {
        observe(&self.took, job.labels(), took);
        if let Some(at) = succeeded {
            self.succeeded.get_or_create(&job.labels()).set(at.timestamp_millis() as f64 / 1000.0);
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let took = "Time of one round of what the server does by itself";
        registry.register_with_unit("job_duration", took, Unit::Seconds, self.took.clone());
        let succeeded = "When such a round last went well, since 1970; 0 if none has since the start";
        registry.register_with_unit("job_last_success_timestamp", succeeded, Unit::Seconds, self.succeeded.clone());
    }
}
