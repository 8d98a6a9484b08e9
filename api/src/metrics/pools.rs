//! The pools of database connections, and who waits for them, as they are when somebody asks.

use std::fmt;

use prometheus_client::{
    collector::Collector,
    encoding::{DescriptorEncoder, EncodeMetric},
    metrics::{MetricType, gauge::ConstGauge},
};
use service::database::{Connections, Database};

/// The pools of a database.
#[derive(Debug)]
pub(super) struct Pools(pub(super) Database);

impl Collector for Pools {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), fmt::Error> {
        let help = "Database connections, by pool and state.";
        let mut family = encoder.encode_descriptor("db_connections", help, None, MetricType::Gauge)?;
        for Connections { pool, idle, used } in self.0.connections() {
            for (state, number) in [("idle", idle), ("used", used)] {
                let labels = [("pool", pool), ("state", state)];
                let number = i64::try_from(number).unwrap_or(i64::MAX);
                ConstGauge::new(number).encode(family.encode_family(&labels)?)?;
            }
        }
        let help = "Statements of queries that wait for their turn, by lane.";
        let mut family = encoder.encode_descriptor("gate_waiting", help, None, MetricType::Gauge)?;
        for (lane, number) in self.0.waiting() {
            let number = i64::try_from(number).unwrap_or(i64::MAX);
            ConstGauge::new(number).encode(family.encode_family(&[("lane", lane)])?)?;
        }
        Ok(())
    }
}
