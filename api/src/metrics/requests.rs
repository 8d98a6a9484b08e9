//! Requests and operations that came to their end.

use std::time::Duration;

use prometheus_client::{
    metrics::histogram::Histogram,
    registry::{Registry, Unit},
};
use service::measures::labels::{Counters, Durations, durations, observe};

use super::Transport;

/// Bounds of answers, in bytes.
const BYTES: [f64; 9] = [256.0, 1024.0, 4096.0, 16384.0, 65536.0, 262_144.0, 1_048_576.0, 4_194_304.0, 16_777_216.0];

/// What requests came, how they ended, and what they took.
#[derive(Debug)]
pub(crate) struct Requests {
    ended: Counters<3>,
    took: Durations<1>,
    bytes: Histogram,
}

/// What is known of a request at its end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ended {
    /// `query`, `mutation`, `subscription`, or `none` if it is not known.
    pub(crate) kind: &'static str,
    pub(crate) transport: Transport,
    /// `OK`, or why it failed.
    pub(crate) code: &'static str,
    /// None where the time says nothing of the server, as of a subscription.
    pub(crate) took: Option<Duration>,
    pub(crate) bytes: usize,
}

impl Default for Requests {
    fn default() -> Self {
        Self { ended: Counters::default(), took: durations(), bytes: Histogram::new(BYTES) }
    }
}

impl Requests {
    /// Notes one that ended.
    pub(crate) fn note(&self, Ended { kind, transport, code, took, bytes }: Ended) {
        self.ended.get_or_create(&[("type", kind), ("transport", transport.name()), ("code", code)]).inc();
        self.bytes.observe(bytes as f64);
        if let Some(took) = took {
            observe(&self.took, [("type", kind)], took);
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("requests", "Operations that ended, by the code of their first error", self.ended.clone());
        let took = "Time of queries and mutations, without claims that wait for tasks";
        registry.register_with_unit("request_duration", took, Unit::Seconds, self.took.clone());
        registry.register_with_unit("answer_size", "Size of answers", Unit::Bytes, self.bytes.clone());
    }
}
