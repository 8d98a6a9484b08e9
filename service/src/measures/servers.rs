//! The servers of the database, as this one last found them.

use std::sync::atomic::AtomicU64;

use prometheus_client::{
    metrics::gauge::Gauge,
    registry::{Registry, Unit},
};

/// How many there are, and how their clocks differ.
#[derive(Debug)]
pub(crate) struct Servers {
    live: Gauge,
    skew: Gauge<f64, AtomicU64>,
}

impl Default for Servers {
    fn default() -> Self {
        let servers = Self { live: Gauge::default(), skew: Gauge::default() };
        servers.live.set(1);
        servers
    }
}

impl Servers {
    /// Notes what was found.
    pub(crate) fn found(&self, found: &crate::servers::Servers) {
        self.live.set(found.live().into());
        self.skew.set(found.skew().as_secs_f64());
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register("servers_live", "Servers that use the database, with this one", self.live.clone());
        let skew = "How far the clock of this server is from that of the database";
        registry.register_with_unit("clock_skew", skew, Unit::Seconds, self.skew.clone());
    }
}
