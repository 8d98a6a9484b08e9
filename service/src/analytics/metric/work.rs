//! The work of agents, counted as the figures of the work are.

use sea_orm::FromQueryResult;

use super::{Figure, Metric, Part, quotient, within};
use crate::{analytics::period::Window, database::Sql};

/// Attempts that ended their task.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Attempts {
    completed: i64,
    failed: i64,
}

/// Executions that ended.
#[derive(Clone, Debug, Default, FromQueryResult)]
pub(super) struct Executions {
    completed: i64,
    failed: i64,
}

pub(super) const TASKS_COMPLETED: Metric =
    Metric::new("Attempts that completed their task.", &[Part::Attempts], |it| Some(it.attempts.completed.into()));

pub(super) const TASK_SUCCESS_RATE: Metric = Metric::new(
    "Attempts that completed their task divided by those that ended it, completed or failed.",
    &[Part::Attempts],
    |it| quotient(it.attempts.completed, it.attempts.completed + it.attempts.failed),
);

pub(super) const EXECUTION_ERROR_RATE: Metric =
    Metric::new("Executions that failed divided by those that failed or were completed.", &[Part::Executions], |it| {
        quotient(it.executions.failed, it.executions.completed + it.executions.failed)
    })
    .better_low();

impl Figure for Attempts {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT COUNT(CASE WHEN a.outcome = 'completed' THEN 1 END) AS completed, ");
        sql.push("COUNT(CASE WHEN a.outcome <> 'completed' THEN 1 END) AS failed ");
        // By agent, since an index leads from agents to attempts.
        sql.push("FROM task_attempts AS a JOIN tasks AS t ON t.id = a.task_id ");
        sql.push("WHERE a.agent_id IN (SELECT id FROM agents)");
        within(sql, "a.created_at", window);
        sql.push(" AND (a.outcome = 'completed' OR a.outcome IN ('failed', 'timed_out', 'lease_lost') ");
        sql.push("AND t.status = 'failed' AND t.attempt = a.number AND t.completed_at = a.ended_at)");
    }
}

impl Figure for Executions {
    fn write(sql: &mut Sql, window: &Window) {
        sql.push("SELECT COUNT(CASE WHEN status = 'completed' THEN 1 END) AS completed, ");
        sql.push("COUNT(CASE WHEN status = 'failed' THEN 1 END) AS failed FROM workflow_executions ");
        sql.push("WHERE status IN ('completed', 'failed')");
        within(sql, "completed_at", window);
    }
}
