//! How late those who watch learn what happened.

use chrono::TimeDelta;
use prometheus_client::{
    metrics::histogram::Histogram,
    registry::{Registry, Unit},
};

use super::labels::histogram;

/// Events that were handed to those who watch.
#[derive(Debug)]
pub struct Deliveries {
    lag: Histogram,
}

impl Default for Deliveries {
    fn default() -> Self {
        Self { lag: histogram() }
    }
}

impl Deliveries {
    /// Notes events that are handed to a subscription together, the oldest of which happened so long ago.
    pub fn note(&self, lag: TimeDelta) {
        // Clocks of servers differ a little.
        self.lag.observe(lag.as_seconds_f64().max(0.0));
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let lag = "Time from a change to its being handed to a subscription; the oldest of those handed over at once";
        registry.register_with_unit("event_delivery_lag", lag, Unit::Seconds, self.lag.clone());
    }
}
