//! Claiming tasks.

use async_graphql::{Context, Object};
use chrono::{DateTime, Utc};
use service::{
    Result,
    work::claim::{Claim, Lease},
};

use crate::{
    mutation::prelude::*,
    read::row,
    write::{
        self, acting,
        payload::{self, Written},
    },
};

verbs! {
    /// Claims tasks to work on, under a lease: the most urgent first, then the oldest. A task can be claimed if its
    /// dependencies are met, its `runAfter` time has passed, and its agent is active and below `maxConcurrentTasks`.
    claim_tasks = claim(Claim) {
        /// Tasks of these agents.
        #[graphql(default)]
        agent_ids: Optional<Vec<Id>>,
        /// Tasks of this agent and of all agents below it.
        subtree_of_agent_id: Option<Id>,
        /// Only tasks of these types, at most 250. Default: all types.
        task_types: Option<Vec<String>>,
        /// The most tasks to claim, 1 to 250.
        #[graphql(default)]
        max: Optional<i32, Number<1>>,
        /// Lease duration in seconds, 5 to 86400. Each heartbeat renews the lease.
        #[graphql(default)]
        lease_seconds: Optional<i32, Number<60>>,
        /// How often the worker will send heartbeats, in seconds. Refused if that is more than a third of the lease.
        heartbeat_seconds: Option<i32>,
        /// Seconds to wait if there is no task, 0 to 20. A call with an idempotency key does not wait.
        #[graphql(default)]
        wait_seconds: Optional<i32, Number<0>>,
        /// Name of the worker, for people. Default: the name of the key.
        worker: Option<String>,
    } -> leases {
        /// The claimed tasks, most urgent first, then oldest. Empty if there was nothing to do.
        leases: Vec<TaskLease> = *leases,
    }
}

async fn claim(ctx: &Context<'_>, key: Option<String>, verb: Claim) -> Result<Option<Written<Vec<Lease>>>> {
    if key.is_some() {
        return perform(ctx, key, verb).await;
    }
    let (service, actor) = acting(ctx)?;
    write::answer(ctx, service.claim(actor, verb, write::longest_wait(ctx), write::revoked(ctx))).await
}

/// A claimed task.
#[derive(Clone, Debug)]
pub(crate) struct TaskLease(Lease);

/// A claimed task.
#[Object]
impl TaskLease {
    /// Id of the task.
    async fn task_id(&self) -> Id {
        Id(self.0.task)
    }

    /// The task.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Row<Task>>> {
        row::row(ctx, self.0.task).await
    }

    /// Token of the lease. Every later call on the task needs it; it is valid for this attempt only.
    async fn token(&self) -> Id {
        Id(self.0.token)
    }

    /// Number of this attempt, from 1.
    async fn attempt(&self) -> i32 {
        self.0.attempt
    }

    /// When the lease expires, unless a heartbeat renews it.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// True if cancellation of the task was requested. Stop soon, or the lease ends.
    async fn cancel_requested(&self) -> bool {
        self.0.cancel_requested
    }
}

impl payload::Answer<Vec<TaskLease>> for Vec<Lease> {
    async fn answer(&self, _: &Context<'_>) -> Result<Option<Vec<TaskLease>>> {
        Ok(Some(self.iter().cloned().map(TaskLease).collect()))
    }
}
