//! What is counted while it is there.

use futures::{Stream, StreamExt};
use prometheus_client::metrics::gauge::Gauge;

/// One more in a gauge, until it is dropped.
#[derive(Debug)]
pub(crate) struct Held(Gauge);

impl Held {
    pub(crate) fn new(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
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
        self.0.dec();
    }
}
