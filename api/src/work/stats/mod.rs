//! Figures of agents and of the work.
//!
//! - [`agent`]: of one agent, any number of them in one statement each. [`company`]: of many, in three statements.

mod agent;
mod company;

use async_graphql::InputObject;
use service::work::stats::period::Period;

pub use agent::{AgentStats, AgentStatus, AgentWorkload};
pub(crate) use agent::{stats, status, workload};
pub(super) use company::StatsQuery;

use crate::read::scalars::Moment;

/// From a time to another one.
#[derive(Clone, Copy, Debug, Default, InputObject)]
pub struct StatsPeriod {
    /// From this time on; 30 days before its end when nothing is said.
    since: Option<Moment>,
    /// Before this time; up to now when nothing is said.
    until: Option<Moment>,
}

impl From<StatsPeriod> for Period {
    fn from(StatsPeriod { since, until }: StatsPeriod) -> Self {
        Self { since: since.map(|moment| moment.0), until: until.map(|moment| moment.0) }
    }
}

/// Microseconds as an answer shows them: in seconds.
fn seconds(micros: i64) -> f64 {
    micros as f64 / 1e6
}
