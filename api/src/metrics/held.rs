//! What is counted while it is there.

use futures::{Stream, StreamExt};
use prometheus_client::metrics::gauge::Gauge;

/// Raises a gauge by an amount until it is dropped.
#[derive(Debug)]
pub(crate) struct Held(Gauge, i64);

impl Held {
    /// One of something.
    pub(crate) fn new(gauge: &Gauge) -> Self {
        Self::of(gauge, 1)
    }

    /// Raises the gauge by `amount`.
    pub(crate) fn of(gauge: &Gauge, amount: i64) -> Self {
        gauge.inc_by(amount);
        Self(gauge.clone(), amount)
    }

    /// Until a stream is dropped.
    pub(crate) fn during<S: Stream>(self, stream: S) -> impl Stream<Item = S::Item> {
        stream.inspect(move |_| {
            let _held = &self;
        })
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        self.0.dec_by(self.1);
    }
}
