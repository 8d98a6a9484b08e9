//! Claiming tasks.

use std::sync::Arc;

use async_graphql::Context;
use chrono::{DateTime, Utc};
use service::{
    Result, Verb,
    work::claim::{Claim, Lease},
};

use crate::{
    mutation::prelude::*,
    read::Meter,
    write::{self, acting, payload::Written},
};

verbs! {
    /// Claims tasks to work on, under a lease: the most urgent first, then the oldest. A task can be claimed if its
    /// dependencies are met, its `runAfter` time has passed, and its agent is active and below `maxConcurrentTasks`.
    claim_tasks = claim(Claim) {
        /// Tasks of these agents.
        agent_ids: Vec<Id> = Vec::new(),
        /// Tasks of this agent and of all agents below it.
        subtree_of_agent_id: Option<Id>,
        /// Only tasks of these types, at most 250. Default: all types.
        task_types: Option<Vec<String>>,
        /// The most tasks to claim, 1 to 250.
        max: i32 = 1,
        /// Lease duration in seconds, 5 to 86400. Each heartbeat renews the lease.
        lease_seconds: i32 = 60,
        /// How often the worker will send heartbeats, in seconds. Refused if that is more than a third of the lease.
        heartbeat_seconds: Option<i32>,
        /// Seconds to wait if there is no task, 0 to 20. A call with an idempotency key does not wait.
        wait_seconds: i32 = 0,
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
    if verb.wait_seconds > 0
        && let Some(meter) = ctx.data_opt::<Arc<Meter>>()
    {
        meter.wait();
    }
    let (service, actor) = acting(ctx)?;
    write::answer(ctx, Claim::OPERATION, service.claim(actor, verb, write::longest_wait(ctx), write::revoked(ctx)))
        .await
}

object! {
    /// A claimed task.
    TaskLease(Lease) -> lease {
        /// Id of the task.
        task_id: Id = lease.task,
        /// The task.
        task: Option<Row<Task>> = lease.task,
        /// Token of the lease. Every later call on the task needs it; it is valid for this attempt only.
        token: Id = lease.token,
        /// Number of this attempt, from 1.
        attempt: i32 = lease.attempt,
        /// When the lease expires, unless a heartbeat renews it.
        expires_at: DateTime<Utc> = lease.expires_at,
        /// True if cancellation of the task was requested. Stop soon, or the lease ends.
        cancel_requested: bool = lease.cancel_requested,
    }
}
