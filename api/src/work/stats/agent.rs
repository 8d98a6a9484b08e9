//! Figures of one agent.

use std::collections::HashMap;

use async_graphql::{Context, Enum, SimpleObject};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use service::{
    Result,
    database::Sql,
    work::stats::{
        attempt_stats::{self, AttemptStats},
        open::{self, Open},
        period::Period,
        status::{self, Status},
    },
};
use uuid::Uuid;

use super::{StatsPeriod, seconds};
use crate::{
    read::{
        load::{Aggregate, aggregate},
        scalars::Id,
    },
    write,
};

/// Current status of an agent; the first matching value applies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub enum AgentStatus {
    /// The agent takes no work.
    Inactive,
    /// The agent holds a lease that has not expired.
    Working,
    /// A task of the agent waits for something else, such as an approval.
    Waiting,
    /// Active in the last five minutes: the agent started or ended an attempt, or used its own API key, for example to
    /// poll for tasks.
    Idle,
    /// No activity in the last five minutes.
    Offline,
}

/// Open tasks of an agent. Pending tasks are claimable, blocked or postponed.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct AgentWorkload {
    /// Pending tasks that can be claimed now.
    claimable: i64,
    /// Pending tasks that depend on tasks that have not ended.
    blocked: i64,
    /// Pending tasks whose `runAfter` has not been reached, or whose execution is not running.
    postponed: i64,
    /// Tasks in progress.
    running: i64,
    /// Tasks that wait for something else, such as an approval.
    waiting: i64,
    /// Open tasks past their deadline, in any of the states above.
    overdue: i64,
    /// Maximum number of tasks in progress at the same time; null for no limit.
    max_concurrent_tasks: Option<i32>,
    /// How many more tasks the agent can claim now; null for no limit.
    free_slots: Option<i64>,
}

/// Results of an agent's work in a period. Counts attempts that ended in the period and were the last of their task:
/// those that completed it, and those that failed, timed out or lost their lease and left the task failed for good. A
/// retried task counts only by its last attempt.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct AgentStats {
    /// Attempts that completed their task.
    completed: i64,
    /// Attempts that left their task failed for good.
    failed: i64,
    /// How many of these attempts ended after the task's deadline.
    overdue: i64,
    /// Share of these attempts that completed their task, 0 to 1; null if there are none.
    success_rate: Option<Decimal>,
    /// Median completion time in seconds (nearest rank); null if nothing was completed.
    p50_seconds: Option<f64>,
    /// 95th percentile of completion time, in seconds (nearest rank); null if nothing was completed.
    p95_seconds: Option<f64>,
    /// 99th percentile of completion time, in seconds (nearest rank); null if nothing was completed.
    p99_seconds: Option<f64>,
}

/// What an agent does.
pub(crate) async fn status(ctx: &Context<'_>, agent: Id) -> Result<AgentStatus> {
    Ok(aggregate(ctx, Now, agent.0).await?.into())
}

/// What an agent has to do.
pub(crate) async fn workload(ctx: &Context<'_>, agent: Id, max_concurrent_tasks: Option<i32>) -> Result<AgentWorkload> {
    let open = aggregate(ctx, Load, agent.0).await?;
    Ok(AgentWorkload {
        claimable: open.claimable,
        blocked: open.blocked,
        postponed: open.postponed(),
        running: open.running,
        waiting: open.waiting,
        overdue: open.overdue,
        max_concurrent_tasks,
        free_slots: max_concurrent_tasks.map(|most| (i64::from(most) - open.running).max(0)),
    })
}

/// How an agent's work ended.
pub(crate) async fn stats(ctx: &Context<'_>, agent: Id, period: Option<StatsPeriod>) -> Result<AgentStats> {
    let period = Period::from(period.unwrap_or_default());
    period.check(write::service(ctx)?.clock().now())?;
    Ok(aggregate(ctx, Past(period), agent.0).await?.into())
}

impl From<AttemptStats> for AgentStats {
    fn from(stats: AttemptStats) -> Self {
        Self {
            completed: stats.completed,
            failed: stats.failed,
            overdue: stats.overdue,
            success_rate: stats.success_rate(),
            p50_seconds: stats.p50.map(seconds),
            p95_seconds: stats.p95.map(seconds),
            p99_seconds: stats.p99.map(seconds),
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Now;

impl Aggregate for Now {
    type Value = Status;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        status::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Status>> {
        status::read(rows)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Load;

impl Aggregate for Load {
    type Value = Open;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        open::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Open>> {
        open::read(rows)
    }
}

/// The period as it was asked for: with a time of now in it, no two agents would share a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Past(Period);

impl Aggregate for Past {
    type Value = AttemptStats;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        attempt_stats::write(sql, ids, &self.0);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, AttemptStats>> {
        attempt_stats::read(rows)
    }
}
