//! What the system says of this process, under the names that all programs have. What it does not say is left out.

use std::{
    fmt, fs,
    time::{SystemTime, UNIX_EPOCH},
};

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeGaugeValue, EncodeMetric},
    metrics::{counter::ConstCounter, gauge::ConstGauge},
    registry::Unit,
};
use rustix::{
    param::page_size,
    process::{Resource, getrlimit},
    time::{ClockId, clock_gettime},
};

/// This process.
#[derive(Debug)]
pub(super) struct Process {
    /// In seconds since 1970.
    started: f64,
}

impl Default for Process {
    fn default() -> Self {
        let started = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        Self { started: started.as_secs_f64() }
    }
}

impl Collector for Process {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let time = clock_gettime(ClockId::ProcessCPUTime);
        let time = ConstCounter::new(time.tv_sec as f64 + time.tv_nsec as f64 / 1e9);
        let help = "Processor time of the process.";
        let cpu = encoder.encode_descriptor("process_cpu", help, Some(&Unit::Seconds), time.metric_type())?;
        time.encode(cpu)?;
        let start = "When the process started, since 1970.";
        gauge(&mut encoder, "process_start_time", start, Some(&Unit::Seconds), self.started)?;
        if let Some(bytes) = resident() {
            let help = "Memory of the process.";
            gauge(&mut encoder, "process_resident_memory", help, Some(&Unit::Bytes), bytes)?;
        }
        if let Some(open) = open_files() {
            gauge(&mut encoder, "process_open_fds", "Open file descriptors of the process.", None, open)?;
        }
        if let Some(most) = getrlimit(Resource::Nofile).current {
            gauge(&mut encoder, "process_max_fds", "The most file descriptors that it may open.", None, most)?;
        }
        Ok(())
    }
}

fn gauge(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    help: &str,
    unit: Option<&Unit>,
    value: impl EncodeGaugeValue,
) -> Result<(), fmt::Error> {
    let gauge = ConstGauge::new(value);
    gauge.encode(encoder.encode_descriptor(name, help, unit, gauge.metric_type())?)
}

/// The memory in use, in bytes.
fn resident() -> Option<u64> {
    let pages: u64 = fs::read_to_string("/proc/self/statm").ok()?.split(' ').nth(1)?.parse().ok()?;
    Some(pages.saturating_mul(u64::try_from(page_size()).ok()?))
}

fn open_files() -> Option<u64> {
    let all = fs::read_dir("/proc/self/fd").ok()?.count();
    // The folder itself is open too, while it is read.
    u64::try_from(all.saturating_sub(1)).ok()
}
