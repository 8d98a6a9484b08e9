//! The work of agents, counted as the figures of the work are.

use super::{Figure, Metric, Part, Spans, quotient, within};
use crate::database::Sql;

figures! {
    /// Attempts that ended their task.
    Attempts {
        completed,
        failed,
        /// Those that ended after the deadline of their task.
        overdue,
    }
}

figures! {
    /// Executions that ended.
    Executions {
        completed,
        failed,
    }
}

pub(super) const TASKS_COMPLETED: Metric =
    Metric::new("Attempts that completed their task.", &[Part::Attempts], |it| Some(it.attempts.completed.into()));

pub(super) const TASK_SUCCESS_RATE: Metric = Metric::new(
    "Attempts that completed their task divided by those that ended it, completed or failed.",
    &[Part::Attempts],
    |it| quotient(it.attempts.completed, it.attempts.completed + it.attempts.failed),
);

pub(super) const ON_TIME_RATE: Metric = Metric::new(
    "Attempts that ended their task before its deadline, or without one, divided by those that ended it.",
    &[Part::Attempts],
    |it| {
        let ended = it.attempts.completed + it.attempts.failed;
        quotient(ended - it.attempts.overdue, ended)
    },
);

pub(super) const EXECUTION_ERROR_RATE: Metric =
    Metric::new("Executions that failed divided by those that failed or were completed.", &[Part::Executions], |it| {
        quotient(it.executions.failed, it.executions.completed + it.executions.failed)
    })
    .better_low();

impl Figure for Attempts {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, COUNT(CASE WHEN a.outcome = 'completed' THEN 1 END) AS completed, ");
        sql.push("COUNT(CASE WHEN a.outcome <> 'completed' THEN 1 END) AS failed, ");
        sql.push("COUNT(CASE WHEN a.ended_at > t.deadline_at THEN 1 END) AS overdue FROM ");
        spans.write(sql);
        // By agent, since an index leads from agents to attempts.
        sql.push(" CROSS JOIN agents AS g CROSS JOIN task_attempts AS a JOIN tasks AS t ON t.id = a.task_id ");
        sql.push("WHERE a.agent_id = g.id");
        within(sql, "a.created_at");
        sql.push(" AND (a.outcome = 'completed' OR a.outcome IN ('failed', 'timed_out', 'lease_lost') ");
        sql.push("AND t.status = 'failed' AND t.attempt = a.number AND t.completed_at = a.ended_at) GROUP BY k.n");
    }
}

impl Figure for Executions {
    fn write(sql: &mut Sql, spans: &Spans<'_>) {
        sql.push("SELECT k.n, COUNT(CASE WHEN e.status = 'completed' THEN 1 END) AS completed, ");
        sql.push("COUNT(CASE WHEN e.status = 'failed' THEN 1 END) AS failed FROM ");
        spans.write(sql);
        sql.push(" CROSS JOIN workflow_executions AS e WHERE e.status IN ('completed', 'failed')");
        within(sql, "e.completed_at").push(" GROUP BY k.n");
    }
}
