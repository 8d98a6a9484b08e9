//! Figures of agents and of the work, worked out when somebody asks: nothing is stored, so nothing can drift.
//!
//! - [`status`]: what an agent does now. [`open`]: the work that is not over. [`attempt_stats`]: how it ended.
//! - [`work`]: all of it, by agent and type. [`period`]: from when to when.
//!
//! Each writes one statement for any number of agents and reads its rows. They start from agents, so that indexes lead
//! to the tasks and attempts; time is that of the statement.

pub mod attempt_stats;
pub mod open;
pub mod period;
pub mod status;
pub mod work;

/// What the attempts' outcomes are that went wrong.
const WENT_WRONG: &str = "('failed', 'timed_out', 'lease_lost')";

/// Writes the value in the middle of sorted ones, or near their end: the smallest that so many of a hundred do not
/// exceed. `place` counts them from 1 up to `many`.
fn percentile(percent: u32, value: &str, place: &str, many: &str, among: &str) -> String {
    format!("min({value}) FILTER (WHERE {among} AND {place} = ({many} * {percent} + 99) / 100)")
}
