//! What is not done yet, of all agents: for whoever watches the server, who asks often. Large numbers are not counted to
//! their end.

use chrono::{DateTime, TimeDelta, Utc};
use sea_orm::{ConnectionTrait, QueryResult};

use super::claim;
use crate::{Result, Service, database::Sql};

/// The most that is counted of each.
const MOST: u32 = 100_000;
/// The most tasks among which the oldest one is looked for.
const LOOKED_AT: u32 = 10_000;
/// The statuses of tasks that are not over, as the database has them.
pub const OPEN: [&str; 3] = ["pending", "in_progress", "waiting"];

/// Open work, at a moment.
#[derive(Clone, Debug, Default)]
pub struct Backlog {
    /// Open tasks by status.
    pub tasks: Vec<(&'static str, i64)>,
    /// For how long a task that can be claimed has been left alone, at most: since its last change.
    pub oldest_ready: TimeDelta,
    /// Approvals that nobody has decided.
    pub approvals: i64,
    /// For how long the oldest of them has waited.
    pub oldest_approval: TimeDelta,
}

impl Service {
    /// What is not done yet.
    pub async fn backlog(&self) -> Result<Backlog> {
        let now = self.clock().now();
        let sql = || Sql::new(self.database().engine()).at(now);
        let age = |since: Option<DateTime<Utc>>| since.map_or(TimeDelta::zero(), |since| now - since);

        let mut tasks = Vec::with_capacity(OPEN.len());
        for status in OPEN {
            let mut sql = sql();
            sql.push("SELECT count(*) AS number FROM (SELECT 1 AS one ").push(OF_AGENTS);
            sql.write(format_args!(" AND t.status = '{status}' LIMIT {MOST}) AS counted"));
            let number: Option<i64> = self.first(sql, |row| Ok(row.try_get_by("number")?)).await?;
            tasks.push((status, number.unwrap_or_default()));
        }

        let mut ready = sql();
        ready.push("SELECT min(since) AS since FROM (SELECT CASE WHEN t.run_after > t.updated_at THEN t.run_after ");
        ready
            .push("ELSE t.updated_at END AS since ")
            .push(OF_AGENTS)
            .push(" AND a.is_active AND t.status = 'pending' AND ");
        claim::write_ready(&mut ready, "t");
        ready.write(format_args!(" LIMIT {LOOKED_AT}) AS ready"));
        let ready: Option<Option<DateTime<Utc>>> = self.first(ready, |row| Ok(row.try_get_by("since")?)).await?;

        let mut approvals = sql();
        approvals.push("SELECT count(*) AS number, min(created_at) AS since FROM (SELECT created_at FROM approvals ");
        approvals.write(format_args!("WHERE status = 'pending' ORDER BY created_at, id LIMIT {MOST}) AS waiting"));
        let waiting: Option<(i64, Option<DateTime<Utc>>)> =
            self.first(approvals, |row| Ok((row.try_get_by("number")?, row.try_get_by("since")?))).await?;
        let (approvals, oldest_approval) = waiting.unwrap_or_default();

        Ok(Backlog { tasks, oldest_ready: age(ready.flatten()), approvals, oldest_approval: age(oldest_approval) })
    }

    async fn first<T>(&self, sql: Sql, read: impl FnOnce(&QueryResult) -> Result<T>) -> Result<Option<T>> {
        self.database().reader().query_one_raw(sql.into_statement()?).await?.as_ref().map(read).transpose()
    }
}

/// The tasks `t` of the agents `a`: an index leads from an agent and a status to its tasks.
const OF_AGENTS: &str = "FROM agents AS a CROSS JOIN tasks AS t WHERE t.assigned_agent_id = a.id";
