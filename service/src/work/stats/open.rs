//! The work that is not over.

use std::{collections::HashMap, ops::AddAssign};

use sea_orm::{FromQueryResult, QueryResult};
use uuid::Uuid;

use crate::{
    Result,
    database::Sql,
    work::{claim, state::OPEN_TASKS},
};

/// Numbers of open tasks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromQueryResult)]
pub struct Open {
    /// Nobody works on them yet.
    pub pending: i64,
    /// Of these, those that can be taken now.
    pub claimable: i64,
    /// Of these, those that depend on tasks which have not ended.
    pub blocked: i64,
    /// In progress; they count against an agent's limit.
    pub running: i64,
    /// They wait for something outside.
    pub waiting: i64,
    /// Their deadline has passed, whichever of the above they are.
    pub overdue: i64,
}

impl Open {
    /// The pending ones whose time has not come, or whose execution does not run.
    pub fn postponed(&self) -> i64 {
        self.pending - self.claimable - self.blocked
    }
}

impl AddAssign for Open {
    fn add_assign(&mut self, other: Self) {
        self.pending += other.pending;
        self.claimable += other.claimable;
        self.blocked += other.blocked;
        self.running += other.running;
        self.waiting += other.waiting;
        self.overdue += other.overdue;
    }
}

/// Writes the numbers of the tasks `t` that are selected, by the names of [`Open`].
pub(super) fn counts(sql: &mut Sql) {
    sql.push("count(*) FILTER (WHERE t.status = 'pending') AS pending, ");
    sql.push("count(*) FILTER (WHERE t.status = 'pending' AND ");
    claim::write_ready(sql, "t");
    sql.push(") AS claimable, count(*) FILTER (WHERE t.status = 'pending' AND t.open_dependencies > 0) AS blocked, ");
    sql.push("count(*) FILTER (WHERE t.status = 'in_progress') AS running, ");
    sql.push("count(*) FILTER (WHERE t.status = 'waiting') AS waiting, ");
    sql.push("count(*) FILTER (WHERE t.status")
        .is_one_of(OPEN_TASKS)
        .push(" AND t.deadline_at < ")
        .now()
        .push(") AS overdue");
}

/// Writes the statement that [`read`] reads.
pub fn write(sql: &mut Sql, agents: &[Uuid]) {
    sql.push("SELECT t.assigned_agent_id, ");
    counts(sql);
    sql.push(" FROM tasks AS t WHERE t.status").is_one_of(OPEN_TASKS).push(" AND t.assigned_agent_id").is_any(agents);
    sql.push(" GROUP BY t.assigned_agent_id");
}

/// The open tasks of each agent.
pub fn read(rows: &[QueryResult]) -> Result<HashMap<Uuid, Open>> {
    rows.iter().map(|row| Ok((row.try_get_by("assigned_agent_id")?, Open::from_query_result(row, "")?))).collect()
}
