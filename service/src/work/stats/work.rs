//! The work of many agents, by agent and type: what is open now, and what ended in a period.

use std::collections::{BTreeMap, HashMap};

use chrono::{DateTime, Utc};
use sea_orm::{FromQueryResult, QueryResult};
use uuid::Uuid;

use super::{WENT_WRONG, open, open::Open, percentile, period::Period};
use crate::{
    Result,
    database::{Sql, row},
};

/// Whose work, and of which types.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// These agents; together with `subtree` either. All agents without both.
    pub agents: Option<Vec<Uuid>>,
    /// This agent and all below it.
    pub subtree: Option<Uuid>,
    /// Tasks of these types. Default: all.
    pub types: Option<Vec<String>>,
}

/// What stands to be done, is being done and was done.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Figures {
    /// The work that is not over.
    pub open: Open,
    /// When the oldest pending task was made.
    pub oldest_pending: Option<DateTime<Utc>>,
    /// Tasks that have failed for good.
    pub dead_letters: i64,
    /// Attempts that did their task in the period.
    pub completed: i64,
    /// Attempts that went wrong in the period, by error code.
    pub failures: BTreeMap<Option<String>, i64>,
    /// How long at least half of the completed ones took at most, in microseconds.
    pub p50: Option<i64>,
    /// How long 95 of a hundred of them took at most.
    pub p95: Option<i64>,
}

/// Figures of the whole, and of each agent and type.
#[derive(Clone, Debug, Default)]
pub struct Work {
    /// Of all together.
    pub totals: Figures,
    /// Of each agent and type that there is something to say of.
    pub rows: HashMap<(Uuid, String), Figures>,
}

/// Writes the statement that finds the agents of a scope.
pub fn write_agents(sql: &mut Sql, scope: &Scope) {
    if scope.agents.is_none() && scope.subtree.is_none() {
        sql.push("SELECT id FROM agents");
        return;
    }
    sql.push("WITH RECURSIVE tree(id) AS (SELECT id FROM agents WHERE id = ").bind(scope.subtree);
    sql.push(" UNION SELECT agents.id FROM agents JOIN tree ON agents.parent_id = tree.id) ");
    sql.push("SELECT id FROM tree UNION SELECT id FROM agents WHERE id");
    sql.is_any(scope.agents.as_deref().unwrap_or_default());
}

/// The agents.
pub fn read_agents(rows: &[QueryResult]) -> Result<Vec<Uuid>> {
    row::ids(rows)
}

/// Writes the statement for what stands now: open tasks, and those that have failed.
pub fn write_now(sql: &mut Sql, agents: &[Uuid], scope: &Scope) {
    sql.push("SELECT t.assigned_agent_id, t.task_type, ");
    sql.push("min(t.created_at) FILTER (WHERE t.status = 'pending') AS oldest_pending, ");
    sql.push("count(*) FILTER (WHERE t.status = 'failed') AS dead_letters, ");
    open::counts(sql);
    // One list: of two conditions with OR, SQLite makes no use of the index.
    sql.push(" FROM tasks AS t WHERE t.status IN ('pending', 'in_progress', 'waiting', 'failed')");
    sql.push(" AND t.assigned_agent_id").is_any(agents);
    write_types(sql, scope);
    sql.push(" GROUP BY t.assigned_agent_id, t.task_type");
}

/// Writes the statement for what ended in a period: each agent, type and error code, completed ones apart.
pub fn write_ended(sql: &mut Sql, agents: &[Uuid], scope: &Scope, period: &Period) {
    let own = |percent| percentile(percent, "e.micros", "e.place", "e.many", "e.done = 1");
    let whole = |percent| percentile(percent, "e.micros", "e.place_of_all", "e.all_of_them", "e.done = 1");
    sql.push("SELECT e.agent_id, e.task_type, e.done, e.code, count(*) AS number, ");
    sql.write(format_args!("{} AS p50, {} AS p95, ", own(50), own(95)));
    sql.write(format_args!("{} AS p50_of_all, {} AS p95_of_all FROM (", whole(50), whole(95)));
    sql.push(
        "SELECT f.*, row_number() OVER (PARTITION BY f.done, f.agent_id, f.task_type ORDER BY f.micros) AS place, ",
    );
    sql.push("count(*) OVER (PARTITION BY f.done, f.agent_id, f.task_type) AS many, ");
    sql.push("row_number() OVER (PARTITION BY f.done ORDER BY f.micros) AS place_of_all, ");
    sql.push("count(*) OVER (PARTITION BY f.done) AS all_of_them FROM (");
    sql.push("SELECT a.agent_id, t.task_type, CASE a.outcome WHEN 'completed' THEN 1 ELSE 0 END AS done, ");
    sql.push("a.error_code AS code, ");
    sql.micros("a.started_at", "a.ended_at").push(" AS micros ");
    sql.push("FROM task_attempts AS a JOIN tasks AS t ON t.id = a.task_id WHERE a.agent_id").is_any(agents);
    // Written when it is over, and found by that.
    period.write(sql, "a.created_at");
    sql.write(format_args!(" AND (a.outcome = 'completed' OR a.outcome IN {WENT_WRONG})"));
    write_types(sql, scope);
    sql.push(") AS f) AS e GROUP BY e.agent_id, e.task_type, e.done, e.code");
}

fn write_types(sql: &mut Sql, scope: &Scope) {
    if let Some(types) = &scope.types {
        let types: Vec<&str> = types.iter().map(String::as_str).collect();
        sql.push(" AND t.task_type IN (SELECT k.id FROM ").texts(&types).push(")");
    }
}

/// Puts together what both statements found.
pub fn read(now: &[QueryResult], ended: &[QueryResult]) -> Result<Work> {
    let mut work = Work::default();
    for row in now {
        let of = (row.try_get_by("assigned_agent_id")?, row.try_get_by("task_type")?);
        let oldest: Option<DateTime<Utc>> = row.try_get_by("oldest_pending")?;
        let (dead_letters, open): (i64, _) = (row.try_get_by("dead_letters")?, Open::from_query_result(row, "")?);
        for figures in [work.rows.entry(of).or_default(), &mut work.totals] {
            figures.open += open;
            figures.dead_letters += dead_letters;
            figures.oldest_pending = figures.oldest_pending.into_iter().chain(oldest).min();
        }
    }
    for row in ended {
        let of = (row.try_get_by("agent_id")?, row.try_get_by("task_type")?);
        let (done, code, count): (i32, Option<String>, i64) =
            (row.try_get_by("done")?, row.try_get_by("code")?, row.try_get_by("number")?);
        let (own, totals) = (work.rows.entry(of).or_default(), &mut work.totals);
        if done == 0 {
            *own.failures.entry(code.clone()).or_default() += count;
            *totals.failures.entry(code).or_default() += count;
            continue;
        }
        // Earlier versions wrote the error of the attempt before beside a completed one: there may be several rows.
        own.completed += count;
        totals.completed += count;
        // Each stands in one row: that of the attempt which it is.
        own.p50 = own.p50.or(row.try_get_by("p50")?);
        own.p95 = own.p95.or(row.try_get_by("p95")?);
        totals.p50 = totals.p50.or(row.try_get_by("p50_of_all")?);
        totals.p95 = totals.p95.or(row.try_get_by("p95_of_all")?);
    }
    Ok(work)
}
