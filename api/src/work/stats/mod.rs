//! Figures of agents and of the work.
//!
//! - [`agent`]: of one agent, any number of them in one statement each. [`company`]: of many, in three statements.

mod agent;
mod company;

use async_graphql::InputObject;
use service::work::stats::period::Period;

pub use agent::{AgentStats, AgentStatus, AgentWorkload};
pub(crate) use agent::{stats, status, workload};
pub(crate) use company::StatsQuery;

use crate::read::scalars::Moment;

/// A period of time.
#[derive(Clone, Copy, Debug, Default, InputObject)]
pub struct StatsPeriod {
    /// Start of the period, inclusive. Default: 30 days before `until`.
    since: Option<Moment>,
    /// End of the period, exclusive. Default: now.
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
