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
        row::Row,
        scalars::{Id, Moment},
    },
    write,
};

/// The most rows of an answer.
const MAX_ROWS: i32 = 250;
/// The most error codes of an answer.
const MAX_CODES: usize = 50;

/// Whose work, of which types, and when it ended.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct WorkStatsFilter {
    /// These agents.
    agent_ids: Option<Vec<Id>>,
    /// This agent and all below it; together with `agentIds` either.
    agent_subtree: Option<Id>,
    /// Tasks of these types.
    task_types: Option<Vec<String>>,
    /// What ended from this time on; 30 days before `until` when nothing is said.
    since: Option<Moment>,
    /// What ended before this time; up to now when nothing is said.
    until: Option<Moment>,
}

/// How the work stands and how it went.
#[derive(Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct WorkStats {
    /// All of it.
    totals: WorkFigures,
    #[graphql(skip)]
    all: Vec<WorkStatsRow>,
}

/// The work of one type of one agent.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct WorkStatsRow {
    /// The agent.
    agent_id: Id,
    /// What is to be done, an open list of names.
    task_type: String,
    /// How it stands and how it went.
    figures: WorkFigures,
}

/// How work stands now, and how it went in the period. Tasks belong to the agent who is to do them, attempts to the one
/// who made them.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct WorkFigures {
    /// Tasks that nobody works on yet: claimable, blocked or postponed.
    pending: i64,
    /// Pending tasks that can be taken now.
    claimable: i64,
    /// Pending tasks that depend on tasks which have not ended.
    blocked: i64,
    /// Pending tasks whose time has not come, or whose execution does not run.
    postponed: i64,
    /// How many seconds ago the oldest pending task was made; null when there is none.
    oldest_pending_seconds: Option<f64>,
    /// Tasks that are being worked on.
    running: i64,
    /// Tasks that wait for something outside.
    waiting: i64,
    /// Tasks that have not ended and whose deadline has passed, whichever of the above they are.
    overdue: i64,
    /// Tasks that have failed for good, whenever that was.
    dead_letters: i64,
    /// Attempts that completed their task in the period.
    completed: i64,
    /// Attempts that failed, timed out or lost their lease in the period, whether another one followed or not.
    failures: i64,
    /// The same by what went wrong, most frequent first; at most 50.
    failures_by_code: Vec<FailureCount>,
    /// How many seconds half of the completed attempts took at most, as one of them took; null when there are none.
    p50_seconds: Option<f64>,
    /// How many seconds 95 of a hundred of the completed attempts took at most, as one of them took; null when there
    /// are none.
    p95_seconds: Option<f64>,
}

/// How often something went wrong.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct FailureCount {
    /// What went wrong, an open list of names; null when nobody said.
    error_code: Option<String>,
    /// How many attempts ended with it.
    count: i64,
}

#[ComplexObject]
impl WorkStats {
    /// The work by agent and type, that with the most pending tasks first.
    async fn rows(
        &self,
        #[graphql(desc = "How many, at most 250.", default)] first: Optional<i32, Number<50>>,
    ) -> Result<Vec<WorkStatsRow>> {
        let first = first.value;
        match usize::try_from(first) {
            Ok(count) if first <= MAX_ROWS => Ok(self.all.iter().take(count).cloned().collect()),
            _ => Err(Error::invalid(format!("`first` is {first}: it can be 0 to {MAX_ROWS}"))),
        }
    }

    /// How many agents and types there are.
    async fn row_count(&self) -> usize {
        self.all.len()
    }
}

#[ComplexObject]
impl WorkStatsRow {
    /// The agent.
    async fn agent(&self, ctx: &Context<'_>) -> Result<Row<Agent>> {
        Box::pin(load::to_one(ctx, &self.agent_id)).await.map(Row)
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
    /// How the work stands, and how it went in a period: all of it, and by agent and type.
    async fn work_stats(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which work; all of the last 30 days when nothing is said.")] filter: Option<WorkStatsFilter>,
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
