//! Statements, and waiting for the connections that they need.

use std::time::Duration;

use prometheus_client::{
    metrics::{counter::Counter, histogram::Histogram},
    registry::{Registry, Unit},
};

use super::labels::{Counters, Durations, counters, durations, observe};

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

/// How long statements take, waiting for a turn and for a connection, and which are ended. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Statements {
    took: Durations<2>,
    waited: Durations<1>,
    turns: Durations<1>,
    light: Histogram,
    heavy: Histogram,
    ended: Counters<1>,
    late: Counter,
    abandoned: Counter,
}

/// The names of the lanes of queries: of light statements, and of heavy ones.
pub(crate) const LANES: [&str; 2] = ["light", "heavy"];

const DEADLINE: &str = "deadline";
const ABANDONED: &str = "abandoned";

impl Default for Statements {
    fn default() -> Self {
        let (turns, ended) = (durations::<1>(), counters("reason", &[DEADLINE, ABANDONED]));
        let [light, heavy] = LANES.map(|lane| turns.get_or_create_owned(&[("lane", lane)]));
        let [late, abandoned] = [DEADLINE, ABANDONED].map(|reason| ended.get_or_create_owned(&[("reason", reason)]));
        Self { took: durations(), waited: durations(), turns, light, heavy, ended, late, abandoned }
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

    /// Notes how long a statement waited for its turn at the connections for queries, whether it came or not.
    pub(crate) fn had_turn(&self, is_heavy: bool, time: Duration) {
        let lane = if is_heavy { &self.heavy } else { &self.light };
        lane.observe(time.as_secs_f64());
        self.waited(Pool::Query, time);
    }

    /// Notes a statement whose time was over.
    pub(crate) fn timed_out(&self) {
        self.late.inc();
    }

    /// Notes a statement that was ended because nobody wanted more of it.
    pub(crate) fn abandoned(&self) {
        self.abandoned.inc();
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
        registry.register_with_unit(
            "gate_wait",
            "Time that statements of queries waited for their turn, by lane",
            Unit::Seconds,
            self.turns.clone(),
        );
        let ended = "Statements that were ended before they were done";
        registry.register("db_statements_ended", ended, self.ended.clone());
    }
}
