//! Figures of the work of many agents.

use std::cmp::Reverse;

use async_graphql::{ComplexObject, Context, InputObject, Object, SimpleObject};
use chrono::{DateTime, Utc};
use service::{
    Error, Result,
    work::stats::{
        period::Period,
        work::{self, Figures, Scope},
    },
};
use uuid::Uuid;

use super::{StatsPeriod, seconds};
use crate::{
    agents::Agent,
    read::{
        argument, load,
        optional::{Number, Optional},
        row::{self, Row},
        scalars::{Id, Moment},
    },
    write,
};

/// The most rows of an answer.
const MAX_ROWS: i32 = 250;
/// The most error codes of an answer.
const MAX_CODES: usize = 50;

/// Which work to count; all conditions that are given must hold.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct WorkStatsFilter {
    /// Only work of these agents.
    agent_ids: Option<Vec<Id>>,
    /// This agent or any of its descendants; combined with `agentIds` by OR.
    agent_subtree: Option<Id>,
    /// Only tasks of these types.
    task_types: Option<Vec<String>>,
    /// Start of the period, inclusive. Default: 30 days before `until`.
    since: Option<Moment>,
    /// End of the period, exclusive. Default: now.
    until: Option<Moment>,
}

/// Open work now, and results of a period.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct WorkStats {
    /// Totals over all agents and task types.
    totals: WorkFigures,
    #[graphql(skip)]
    all: Vec<WorkStatsRow>,
}

/// Figures of one agent and task type.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct WorkStatsRow {
    /// The agent.
    agent_id: Id,
    /// Kind of work; any name.
    task_type: String,
    /// Figures of this agent and task type.
    figures: WorkFigures,
}

/// Open work now, and results of the period. Tasks count for the agent they are assigned to, attempts for the agent
/// that worked on them.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct WorkFigures {
    /// Tasks that nobody is working on: claimable, blocked or postponed.
    pending: i64,
    /// Pending tasks that can be claimed now.
    claimable: i64,
    /// Pending tasks that depend on tasks that have not ended.
    blocked: i64,
    /// Pending tasks whose `runAfter` has not been reached, or whose execution is not running.
    postponed: i64,
    /// Age of the oldest pending task, in seconds; null if there is none.
    oldest_pending_seconds: Option<f64>,
    /// Tasks in progress.
    running: i64,
    /// Tasks that wait for something else, such as an approval.
    waiting: i64,
    /// Open tasks past their deadline, in any of the states above.
    overdue: i64,
    /// Tasks that have failed for good, at any time.
    dead_letters: i64,
    /// Attempts that completed their task in the period.
    completed: i64,
    /// Attempts that failed, timed out or lost their lease in the period, including those that were retried.
    failures: i64,
    /// Failures by error code, most frequent first; at most 50 codes.
    failures_by_code: Vec<FailureCount>,
    /// Median completion time in seconds (nearest rank); null if nothing was completed.
    p50_seconds: Option<f64>,
    /// 95th percentile of completion time, in seconds (nearest rank); null if nothing was completed.
    p95_seconds: Option<f64>,
}

/// Number of failures with one error code.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct FailureCount {
    /// Error code, any name; null if none was given.
    error_code: Option<String>,
    /// Number of attempts that ended with this error code.
    count: i64,
}

#[ComplexObject]
impl WorkStats {
    /// Figures by agent and task type, most pending tasks first.
    async fn rows(
        &self,
        #[graphql(desc = "Number of rows, at most 250.", default)] first: Optional<i32, Number<50>>,
    ) -> Result<Vec<WorkStatsRow>> {
        let first = first.value;
        match usize::try_from(first) {
            Ok(count) if first <= MAX_ROWS => Ok(self.all.iter().take(count).cloned().collect()),
            _ => Err(Error::invalid(format!("`first` is {first}: it can be 0 to {MAX_ROWS}"))),
        }
    }

    /// Total number of rows: one per agent and task type.
    async fn row_count(&self) -> usize {
        self.all.len()
    }
}

#[ComplexObject]
impl WorkStatsRow {
    /// The agent.
    async fn agent(&self, ctx: &Context<'_>) -> Result<Row<Agent>> {
        Box::pin(row::to_one(ctx, &self.agent_id)).await
    }
}

impl WorkFigures {
    fn new(figures: Figures, now: DateTime<Utc>) -> Self {
        let Figures { open, oldest_pending, dead_letters, completed, failures, p50, p95 } = figures;
        let age = |made: DateTime<Utc>| (now - made).num_microseconds().map(|age| seconds(age.max(0)));
        let failed = failures.values().sum();
        let codes = failures.into_iter().map(|(error_code, count)| FailureCount { error_code, count });
        let mut codes: Vec<_> = codes.collect();
        codes.sort_by_key(|code| Reverse(code.count));
        codes.truncate(MAX_CODES);
        Self {
            pending: open.pending,
            claimable: open.claimable,
            blocked: open.blocked,
            postponed: open.postponed(),
            oldest_pending_seconds: oldest_pending.and_then(age),
            running: open.running,
            waiting: open.waiting,
            overdue: open.overdue,
            dead_letters,
            completed,
            failures: failed,
            failures_by_code: codes,
            p50_seconds: p50.map(seconds),
            p95_seconds: p95.map(seconds),
        }
    }
}

/// The root field of the figures.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct StatsQuery;

#[Object]
impl StatsQuery {
    /// Figures on open work now and on results in a period, in total and by agent and task type.
    async fn work_stats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which work to count. Default: all, for the last 30 days.")] filter: Option<WorkStatsFilter>,
    ) -> Result<WorkStats> {
        argument::check(ctx, &["filter"])?;
        let WorkStatsFilter { agent_ids, agent_subtree, task_types, since, until } = filter.unwrap_or_default();
        let now = write::service(ctx)?.clock().now();
        let period = Period::from(StatsPeriod { since, until });
        period.check(now)?;
        let scope = Scope {
            agents: agent_ids.map(|ids| ids.into_iter().map(|id| id.0).collect()),
            subtree: agent_subtree.map(|id| id.0),
            types: task_types,
        };
        let agents = work::read_agents(&load::query(ctx, |sql| work::write_agents(sql, &scope)).await?)?;
        let (open, ended) = futures::try_join!(
            load::query(ctx, |sql| work::write_now(sql, &agents, &scope)),
            load::query(ctx, |sql| work::write_ended(sql, &agents, &scope, &period)),
        )?;
        let found = work::read(&open, &ended)?;
        let mut all: Vec<((Uuid, String), Figures)> = found.rows.into_iter().collect();
        all.sort_by(|(of, a), (other, b)| b.open.pending.cmp(&a.open.pending).then_with(|| of.cmp(other)));
        let row = |((agent, task_type), figures)| WorkStatsRow {
            agent_id: Id(agent),
            task_type,
            figures: WorkFigures::new(figures, now),
        };
        Ok(WorkStats { totals: WorkFigures::new(found.totals, now), all: all.into_iter().map(row).collect() })
    }
}
