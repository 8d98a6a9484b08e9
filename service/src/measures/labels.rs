//! Families: measures by the values of their labels, which are known before the server starts.

use std::time::Duration;

use prometheus_client::metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram};

/// Labels, each with its value.
pub type Labels<const COUNT: usize> = [(&'static str, &'static str); COUNT];

/// What happened so often.
pub type Counters<const COUNT: usize> = Family<Labels<COUNT>, Counter>;

/// What there is now.
pub type Gauges<const COUNT: usize> = Family<Labels<COUNT>, Gauge>;

/// How long something took.
pub type Durations<const COUNT: usize> = Family<Labels<COUNT>, Histogram>;

/// Bounds of durations, in seconds: from a statement in memory to a request that is given up.
const SECONDS: [f64; 15] =
    [0.0002, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 10.0, 30.0];

/// A family of durations, without any yet.
pub fn durations<const COUNT: usize>() -> Durations<COUNT> {
    Durations::new_with_constructor(histogram as fn() -> Histogram)
}

/// One duration, without labels.
pub fn histogram() -> Histogram {
    Histogram::new(SECONDS)
}

/// Counters of which each is there from the start: what never happened is 0, not unknown.
pub fn counters(label: &'static str, values: &[&'static str]) -> Counters<1> {
    let counters = Counters::default();
    for value in values.iter().copied() {
        counters.get_or_create(&[(label, value)]).inc_by(0);
    }
    counters
}

/// Adds a duration.
pub fn observe<const COUNT: usize>(durations: &Durations<COUNT>, labels: Labels<COUNT>, time: Duration) {
    durations.get_or_create(&labels).observe(time.as_secs_f64());
}
