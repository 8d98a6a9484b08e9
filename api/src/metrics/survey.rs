//! What takes statements, or asks the disk: looked at now and then. Servers that share a database all say the same.

use std::{sync::atomic::AtomicU64, time::Duration};

use chrono::TimeDelta;
use prometheus_client::{
    metrics::gauge::Gauge,
    registry::{Registry, Unit},
};
use service::{
    Result, Service,
    database::{Database, Disk},
    measures::labels::Gauges,
    work::backlog,
};
use tokio::{
    task::spawn_blocking,
    time::{MissedTickBehavior, interval, timeout},
};

/// How often it is looked.
const EVERY: Duration = Duration::from_secs(15);

/// Open work, the end of the event log, and the disk.
#[derive(Debug)]
pub(super) struct Survey {
    tasks: Gauges<1>,
    oldest_ready: Seconds,
    approvals: Gauge,
    oldest_approval: Seconds,
    held_back: Seconds,
    /// Where the database is a file.
    log: Option<Gauge>,
    /// Where the system says so.
    free: Option<Gauge>,
}

type Seconds = Gauge<f64, AtomicU64>;

impl Survey {
    pub(super) fn new(database: &Database) -> Self {
        let disk = database.disk();
        let tasks = Gauges::default();
        for status in backlog::OPEN {
            tasks.get_or_create(&[("status", status)]).set(0);
        }
        Self {
            tasks,
            oldest_ready: Seconds::default(),
            approvals: Gauge::default(),
            oldest_approval: Seconds::default(),
            held_back: Seconds::default(),
            log: disk.map(|_| Gauge::default()),
            free: disk.and_then(|disk| disk.free).map(|_| Gauge::default()),
        }
    }

    /// Looks again and again, until it is dropped.
    pub(super) async fn follow(&self, service: &Service) {
        let mut ticks = interval(EVERY);
        ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
        loop {
            ticks.tick().await;
            // The check of the database's health says what is wrong with it.
            if let Err(error) = self.look(service).await {
                tracing::debug!("the figures of the work are old: {}", error.explained());
            }
            let database = service.database().clone();
            // A disk that does not answer holds up nothing else.
            if let Ok(Ok(Some(disk))) = timeout(EVERY, spawn_blocking(move || database.disk())).await {
                self.note(disk);
            }
        }
    }

    async fn look(&self, service: &Service) -> Result<()> {
        let open = service.backlog().await?;
        for (status, number) in open.tasks {
            self.tasks.get_or_create(&[("status", status)]).set(number);
        }
        self.oldest_ready.set(seconds(open.oldest_ready));
        self.approvals.set(open.approvals);
        self.oldest_approval.set(seconds(open.oldest_approval));
        self.held_back.set(service.log().held_back(service.clock().now()).await?.as_secs_f64());
        Ok(())
    }

    fn note(&self, Disk { log, free }: Disk) {
        let set = |gauge: &Option<Gauge>, bytes: u64| {
            if let Some(gauge) = gauge {
                gauge.set(i64::try_from(bytes).unwrap_or(i64::MAX));
            }
        };
        set(&self.log, log);
        if let Some(free) = free {
            set(&self.free, free);
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("tasks", "Open tasks, by status; counted up to 100000", self.tasks.clone());
        let ready = "For how long a task that can be claimed has been left alone, at most; of the first 10000";
        registry.register_with_unit("task_oldest_ready_age", ready, Unit::Seconds, self.oldest_ready.clone());
        registry.register("approvals_waiting", "Approvals that nobody has decided", self.approvals.clone());
        let approval = "For how long the oldest approval has waited";
        registry.register_with_unit("approval_oldest_age", approval, Unit::Seconds, self.oldest_approval.clone());
        let held_back = "For how long events are held back by a transaction that is still open";
        registry.register_with_unit("event_horizon_age", held_back, Unit::Seconds, self.held_back.clone());
        if let Some(log) = &self.log {
            registry.register_with_unit("sqlite_wal", "Write-ahead log of SQLite", Unit::Bytes, log.clone());
        }
        if let Some(free) = &self.free {
            registry.register_with_unit("disk_free", "Space left where the database is", Unit::Bytes, free.clone());
        }
    }
}

fn seconds(time: TimeDelta) -> f64 {
    time.as_seconds_f64().max(0.0)
}
