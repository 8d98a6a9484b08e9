//! Figures of one agent.

use std::collections::HashMap;

use async_graphql::{Context, Enum, SimpleObject};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use service::{
    Result,
    database::Sql,
    work::stats::{
        open::{self, Open},
        period::Period,
        record::{self, Record},
        status::{self, Status},
    },
};
use uuid::Uuid;

use super::{StatsPeriod, seconds};
use crate::{
    agents::Agent,
    read::load::{Figure, figure},
    write,
};

/// What an agent does now. The first that fits is it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Status")]
pub enum AgentStatus {
    /// It takes no work.
    Inactive,
    /// It holds a lease that has not lapsed.
    Working,
    /// A task of it waits for something outside, such as an approval.
    Waiting,
    /// It was heard of in the last five minutes: it began or ended an attempt, or used a key of its own, as a worker
    /// does that waits for tasks.
    Idle,
    /// Nothing was heard of it.
    Offline,
}

/// What an agent has to do. Pending tasks are claimable, blocked or postponed.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct AgentWorkload {
    /// Pending tasks that can be taken now.
    claimable: i64,
    /// Pending tasks that depend on tasks which have not ended.
    blocked: i64,
    /// Pending tasks whose time has not come, or whose execution does not run.
    postponed: i64,
    /// Tasks that are being worked on.
    running: i64,
    /// Tasks that wait for something outside.
    waiting: i64,
    /// Tasks that have not ended and whose deadline has passed, whichever of the above they are.
    overdue: i64,
    /// How many tasks it works on at once at most; null for any number.
    max_concurrent_tasks: Option<i32>,
    /// How many more it can take now; null for any number.
    free_slots: Option<i64>,
}

/// How an agent's work ended in a period. What counts are the attempts of the agent that ended in the period and ended
/// their task: those that completed it, and those that failed, timed out or lost their lease when the task is failed
/// since then. A task that is tried again counts by how it ends at last.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct AgentStats {
    /// How many completed their task.
    completed: i64,
    /// How many left their task failed for good.
    failed: i64,
    /// How many of both ended after the task's deadline.
    overdue: i64,
    /// The share of the completed ones, 0 to 1; null when none ended.
    success_rate: Option<Decimal>,
    /// How many seconds half of the completed ones took at most, as one of them took; null when there are none.
    p50_seconds: Option<f64>,
    /// How many seconds 95 of a hundred of the completed ones took at most, as one of them took; null when there are
    /// none.
    p95_seconds: Option<f64>,
}

/// What an agent does.
pub(crate) async fn status(agent: &Agent, ctx: &Context<'_>) -> Result<AgentStatus> {
    Ok(figure(ctx, Now, agent.id.get()?.0).await?.into())
}

/// What an agent has to do.
pub(crate) async fn workload(agent: &Agent, ctx: &Context<'_>) -> Result<AgentWorkload> {
    let max_concurrent_tasks = *agent.max_concurrent_tasks.get()?;
    let open = figure(ctx, Load, agent.id.get()?.0).await?;
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
pub(crate) async fn stats(agent: &Agent, ctx: &Context<'_>, period: Option<StatsPeriod>) -> Result<AgentStats> {
    let period = Period::from(period.unwrap_or_default());
    period.check(write::service(ctx)?.clock().now())?;
    let record = figure(ctx, Past(period), agent.id.get()?.0).await?;
    Ok(AgentStats {
        completed: record.completed,
        failed: record.failed,
        overdue: record.overdue,
        success_rate: record.success_rate(),
        p50_seconds: record.p50.map(seconds),
        p95_seconds: record.p95.map(seconds),
    })
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Now;

impl Figure for Now {
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

impl Figure for Load {
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

impl Figure for Past {
    type Value = Record;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        record::write(sql, ids, &self.0);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Record>> {
        record::read(rows)
    }
}
