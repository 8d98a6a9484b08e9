//! Which tasks were done before their deadline, and which may miss it.

use std::collections::HashMap;

use rust_decimal::Decimal;
use sea_orm::{FromQueryResult, QueryResult};
use uuid::Uuid;

use super::{number::rate, period::Over};
use crate::{
    Result, Service,
    analytics::period::Window,
    database::Source,
    work::{state::OPEN_TASKS, stats::write_ended},
};

/// Tasks with a deadline.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Deadlines {
    /// Those that ended before it in the period.
    pub met: i64,
    /// Those that ended after it in the period.
    pub missed: i64,
    /// Open ones whose deadline has passed.
    pub overdue: i64,
    /// Open ones of which three quarters of the time is over, and not all of it.
    pub at_risk: i64,
}

impl Deadlines {
    /// Those that were met as a share of those that ended, with four digits.
    pub fn rate(&self) -> Option<Decimal> {
        rate(self.met, self.met + self.missed)
    }
}

/// The tasks of all agents, and those of each agent and type.
#[derive(Clone, Debug, Default)]
pub struct Report {
    /// All of them.
    pub total: Deadlines,
    /// Of an agent and a type, those with the most missed ones first.
    pub rows: Vec<((Uuid, String), Deadlines)>,
}

#[derive(FromQueryResult)]
struct Ended {
    agent_id: Uuid,
    task_type: String,
    met: i64,
    missed: i64,
}

#[derive(FromQueryResult)]
struct Open {
    agent_id: Uuid,
    task_type: String,
    overdue: i64,
    at_risk: i64,
}

/// How deadlines were kept in a period, and which are in danger now.
pub async fn deadlines(service: &Service, over: Over) -> Result<Report> {
    let source = service.source();
    let (_, window) = over.window(&source).await?;
    let (ended, open) = futures::try_join!(ended(&source, &window), open(&source))?;
    let mut report = Report::default();
    let mut rows: HashMap<(Uuid, String), Deadlines> = HashMap::new();
    for Ended { agent_id, task_type, met, missed } in ended {
        for of in [&mut report.total, rows.entry((agent_id, task_type)).or_default()] {
            (of.met, of.missed) = (of.met + met, of.missed + missed);
        }
    }
    for Open { agent_id, task_type, overdue, at_risk } in open {
        for of in [&mut report.total, rows.entry((agent_id, task_type)).or_default()] {
            (of.overdue, of.at_risk) = (of.overdue + overdue, of.at_risk + at_risk);
        }
    }
    report.rows = rows.into_iter().collect();
    report.rows.sort_by(|(of, a), (other, b)| {
        (b.missed + b.overdue, b.at_risk).cmp(&(a.missed + a.overdue, a.at_risk)).then_with(|| of.cmp(other))
    });
    Ok(report)
}

/// The tasks that ended in a period, by who ended them.
async fn ended(source: &impl Source, window: &Window) -> Result<Vec<Ended>> {
    let mut sql = source.sql();
    sql.push("SELECT a.agent_id, t.task_type, count(*) FILTER (WHERE a.ended_at <= t.deadline_at) AS met, ");
    sql.push("count(*) FILTER (WHERE a.ended_at > t.deadline_at) AS missed ");
    write_ended(&mut sql);
    sql.push(" AND t.deadline_at IS NOT NULL AND a.created_at >= ").bind(window.period.start);
    sql.push(" AND a.created_at < ").bind(window.period.end).push(" GROUP BY a.agent_id, t.task_type");
    read(&source.rows(sql).await?)
}

/// The open tasks that are late or may become so, by whom they are assigned to.
async fn open(source: &impl Source) -> Result<Vec<Open>> {
    let mut sql = source.sql();
    sql.push("SELECT f.agent_id, f.task_type, count(*) FILTER (WHERE f.has_passed = 1) AS overdue, ");
    sql.push("count(*) FILTER (WHERE f.has_passed = 0 AND 4 * f.elapsed >= 3 * f.granted) AS at_risk FROM (");
    sql.push("SELECT t.assigned_agent_id AS agent_id, t.task_type, ");
    sql.push("CASE WHEN t.deadline_at < c.moment THEN 1 ELSE 0 END AS has_passed, ");
    sql.micros("t.created_at", "c.moment").push(" AS elapsed, ");
    sql.micros("t.created_at", "t.deadline_at").push(" AS granted FROM (SELECT ").now();
    sql.push(" AS moment) AS c CROSS JOIN agents AS g JOIN tasks AS t ON t.assigned_agent_id = g.id ");
    sql.push("WHERE t.status").is_one_of(OPEN_TASKS).push(" AND t.deadline_at IS NOT NULL) AS f ");
    sql.push("WHERE f.has_passed = 1 OR 4 * f.elapsed >= 3 * f.granted GROUP BY f.agent_id, f.task_type");
    read(&source.rows(sql).await?)
}

fn read<T: FromQueryResult>(rows: &[QueryResult]) -> Result<Vec<T>> {
    Ok(rows.iter().map(|row| T::from_query_result(row, "")).collect::<Result<_, _>>()?)
}
