//! How the work of agents ended in a period.

use std::collections::HashMap;

use rust_decimal::Decimal;
use sea_orm::{FromQueryResult, QueryResult};
use uuid::Uuid;

use super::{WENT_WRONG, percentile, period::Period};
use crate::{Result, database::Sql};

/// How an agent's attempts ended that ended its tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct AttemptStats {
    /// They did the task.
    pub completed: i64,
    /// They went wrong, and the task is failed since then: no further attempt followed.
    pub failed: i64,
    /// Of both, those that ended after the task's deadline.
    pub overdue: i64,
    /// How long at least half of the completed ones took at most, in microseconds.
    pub p50: Option<i64>,
    /// How long 95 of a hundred of them took at most.
    pub p95: Option<i64>,
    /// How long 99 of a hundred of them took at most.
    pub p99: Option<i64>,
}

/// The digits of a rate behind the point.
const DIGITS: u32 = 4;

impl AttemptStats {
    /// The share of those that were completed, 0 to 1; none where nothing ended.
    pub fn success_rate(&self) -> Option<Decimal> {
        let mut rate = Decimal::from(self.completed).checked_div(Decimal::from(self.completed + self.failed))?;
        rate.rescale(DIGITS);
        Some(rate)
    }
}

/// Writes the statement that [`read`] reads.
pub fn write(sql: &mut Sql, agents: &[Uuid], period: &Period) {
    let of = |percent| percentile(percent, "e.micros", "e.place", "e.many", "e.done = 1");
    sql.push("SELECT e.agent_id, count(*) FILTER (WHERE e.done = 1) AS completed, ");
    sql.push("count(*) FILTER (WHERE e.done = 0) AS failed, count(*) FILTER (WHERE e.late = 1) AS overdue, ");
    sql.write(format_args!("{} AS p50, {} AS p95, {} AS p99 FROM (", of(50), of(95), of(99)));
    sql.push("SELECT f.*, row_number() OVER (PARTITION BY f.agent_id, f.done ORDER BY f.micros) AS place, ");
    sql.push("count(*) OVER (PARTITION BY f.agent_id, f.done) AS many FROM (");
    sql.push("SELECT a.agent_id, CASE a.outcome WHEN 'completed' THEN 1 ELSE 0 END AS done, ");
    sql.push("CASE WHEN a.ended_at > t.deadline_at THEN 1 ELSE 0 END AS late, ");
    sql.micros("a.started_at", "a.ended_at").push(" AS micros ");
    sql.push("FROM task_attempts AS a JOIN tasks AS t ON t.id = a.task_id WHERE a.agent_id").is_any(agents);
    // Written when it is over, and found by that.
    period.write(sql, "a.created_at");
    sql.write(format_args!(" AND (a.outcome = 'completed' OR a.outcome IN {WENT_WRONG} AND t.status = 'failed' "));
    sql.push("AND t.attempt = a.number AND t.completed_at = a.ended_at)) AS f) AS e GROUP BY e.agent_id");
}

/// How the work of each agent ended.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, AttemptStats>> {
    rows.iter().map(|row| Ok((row.try_get_by("agent_id")?, AttemptStats::from_query_result(row, "")?))).collect()
}
