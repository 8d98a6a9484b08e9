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

use crate::database::Sql;

/// What the attempts' outcomes are that went wrong.
const WENT_WRONG: &str = "('failed', 'timed_out', 'lease_lost')";

/// Writes the attempts `a` that ended their task `t`, found by their agent `g`; further conditions may follow.
pub(crate) fn write_ended(sql: &mut Sql) {
    sql.push("FROM agents AS g CROSS JOIN task_attempts AS a JOIN tasks AS t ON t.id = a.task_id ");
    sql.write(format_args!("WHERE a.agent_id = g.id AND (a.outcome = 'completed' OR a.outcome IN {WENT_WRONG} "));
    sql.push("AND t.status = 'failed' AND t.attempt = a.number AND t.completed_at = a.ended_at)");
}

/// Writes the value in the middle of sorted ones, or near their end: the smallest that so many of a hundred do not
/// exceed. `place` counts them from 1 up to `many`.
fn percentile(percent: u32, value: &str, place: &str, many: &str, among: &str) -> String {
    format!("min({value}) FILTER (WHERE {among} AND {place} = ({many} * {percent} + 99) / 100)")
}
