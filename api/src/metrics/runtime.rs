//! Whether the runtime keeps up.

use std::{sync::atomic::AtomicU64, time::Duration};

use prometheus_client::{
    metrics::{gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use service::measures::labels::histogram;
use tokio::{
    runtime::{Handle, RuntimeMetrics},
    time::{Instant, sleep_until},
};

/// How often it is looked how late a task is polled.
const EVERY: Duration = Duration::from_millis(100);
/// After how many looks the share of busy time is worked out.
const LOOKS: u32 = 20;

/// How late tasks are polled, and how busy the threads are.
#[derive(Debug)]
pub(super) struct Runtime {
    delay: Histogram,
    busy: Gauge<f64, AtomicU64>,
}

impl Default for Runtime {
    fn default() -> Self {
        Self { delay: histogram(), busy: Gauge::default() }
    }
}

impl Runtime {
    /// Measures the runtime it runs on, until it is dropped.
    pub(super) async fn measure(&self) {
        let runtime = Handle::current().metrics();
        loop {
            let (began, busy_before) = (Instant::now(), busy(&runtime));
            for _ in 0..LOOKS {
                let due = Instant::now() + EVERY;
                sleep_until(due).await;
                self.delay.observe(due.elapsed().as_secs_f64());
            }
            let time = began.elapsed().as_secs_f64() * runtime.num_workers() as f64;
            let share = busy(&runtime).saturating_sub(busy_before).as_secs_f64() / time;
            // A thread tells of its time when it rests: some of it was before.
            self.busy.set(share.min(1.0));
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let delay = "How late a task was polled whose time had come";
        registry.register_with_unit("runtime_poll_delay", delay, Unit::Seconds, self.delay.clone());
        let busy = "Share of their time that the threads of the runtime worked";
        registry.register_with_unit("runtime_busy", busy, Unit::Other("ratio".to_owned()), self.busy.clone());
    }
}

fn busy(runtime: &RuntimeMetrics) -> Duration {
    (0..runtime.num_workers()).map(|worker| runtime.worker_total_busy_duration(worker)).sum()
}
