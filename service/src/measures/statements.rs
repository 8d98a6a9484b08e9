//! Statements, and waiting for the connections that they need.

use std::time::Duration;

use prometheus_client::registry::{Registry, Unit};

use super::labels::{Durations, durations, observe};

/// Which connections something runs on.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Pool {
    /// Those for queries.
    Query,
    /// Those for the server itself.
    Server,
    /// Those for transactions that write.
    Write,
}

/// How long statements take, and waiting for a connection. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Statements {
    took: Durations<2>,
    waited: Durations<1>,
}

impl Default for Statements {
    fn default() -> Self {
        Self { took: durations(), waited: durations() }
    }
}

impl Pool {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Query => "query",
            Self::Server => "server",
            Self::Write => "write",
        }
    }

    /// What a statement does there.
    fn kind(self, text: &str) -> &'static str {
        match self {
            Self::Query => "read",
            Self::Server | Self::Write if text.starts_with("SELECT") || text.starts_with("WITH RECURSIVE") => "read",
            Self::Server | Self::Write => "write",
        }
    }
}

impl Statements {
    /// Notes a statement that ran, well or not.
    pub(crate) fn ran(&self, pool: Pool, text: &str, time: Duration) {
        observe(&self.took, [("pool", pool.name()), ("kind", pool.kind(text))], time);
    }

    /// Notes a commit.
    pub(crate) fn committed(&self, time: Duration) {
        observe(&self.took, [("pool", Pool::Write.name()), ("kind", "commit")], time);
    }

    /// Notes how long somebody waited for a connection, whether it came or not.
    pub(crate) fn waited(&self, pool: Pool, time: Duration) {
        observe(&self.waited, [("pool", pool.name())], time);
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        registry.register_with_unit(
            "db_operation_duration",
            "Time of SQL statements and commits, by connection pool",
            Unit::Seconds,
            self.took.clone(),
        );
        registry.register_with_unit(
            "db_connection_wait",
            "Time spent waiting for a database connection, with BEGIN for writes",
            Unit::Seconds,
            self.waited.clone(),
        );
    }
}
