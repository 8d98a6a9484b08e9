//! The life of an attempt: claimed, kept alive, ended.

use std::time::Duration;

use async_graphql::{Context, Enum, InputObject, Object};
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use service::{
    Result,
    refusal::Refusal,
    work::{
        claim::{Claim, Lease},
        finish::{Complete, Completion, Fail, Failure, Release},
        item::Item,
        lease::{Beaten, Heartbeat, Held, Progress, Report},
    },
};

use super::result::{TaskResult, results};
use crate::{
    payload,
    read::{
        load,
        optional::{Number, Optional},
        row::Row,
        scalars::Id,
    },
    work::Task,
    write::{self, acting, input::object},
};

/// The longest wait of a claim, in seconds. A request that has less time waits less.
const MAX_WAIT: i32 = 20;

/// Which tasks to claim.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ClaimTasksInput {
    /// Tasks of these agents.
    #[graphql(default)]
    agent_ids: Optional<Vec<Id>>,
    /// Tasks of this agent and of all below it.
    subtree_of_agent_id: Option<Id>,
    /// Only tasks of these types, at most 250. Default: of all types.
    task_types: Option<Vec<String>>,
    /// At most so many, 1 to 250.
    #[graphql(default)]
    max: Optional<i32, Number<1>>,
    /// How long the lease lasts, and a heartbeat extends it: 5 to 86400 seconds.
    #[graphql(default)]
    lease_seconds: Optional<i32, Number<60>>,
    /// How often the worker will send heartbeats, in seconds; refused when the lease is shorter than three of them.
    heartbeat_seconds: Option<i32>,
    /// For how many seconds to wait while there is no task, 0 to 20.
    #[graphql(default)]
    wait_seconds: Optional<i32, Number<0>>,
    /// Who works, for people; the name of the key when nothing is said.
    worker: Option<String>,
    /// Idempotency key: a repeated call with the same key returns the first result. A call with a key does not wait.
    idempotency_key: Option<String>,
}

/// A task in somebody's hands.
#[derive(Clone, Debug)]
pub(crate) struct TaskLease(Lease);

/// A task in somebody's hands.
#[Object]
impl TaskLease {
    /// The task's key.
    async fn task_id(&self) -> Id {
        Id(self.0.task)
    }

    /// The task.
    async fn task(&self, ctx: &Context<'_>) -> Result<Option<Row<Task>>> {
        load::row(ctx, self.0.task).await
    }

    /// What every later call on the task must carry; it holds for this attempt alone.
    async fn token(&self) -> Id {
        Id(self.0.token)
    }

    /// Which attempt this is, from 1.
    async fn attempt(&self) -> i32 {
        self.0.attempt
    }

    /// When others may take the task, unless a heartbeat comes before.
    async fn expires_at(&self) -> DateTime<Utc> {
        self.0.expires_at
    }

    /// Whether the work is to be stopped: end it soon, or the lease is taken away.
    async fn cancel_requested(&self) -> bool {
        self.0.cancel_requested
    }
}

async fn leases(leases: &[Lease]) -> Result<Option<Vec<TaskLease>>> {
    Ok(Some(leases.iter().cloned().map(TaskLease).collect()))
}

/// A task and the token of its lease.
#[derive(Clone, Copy, Debug, InputObject)]
pub(crate) struct HeldTaskInput {
    /// The task.
    task_id: Id,
    /// The token that the claim gave.
    token: Id,
}

impl From<HeldTaskInput> for Held {
    fn from(input: HeldTaskInput) -> Self {
        Self { task: input.task_id.0, token: input.token.0 }
    }
}

/// Leases to extend.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct HeartbeatTasksInput {
    /// The leases, at most 1000.
    items: Vec<HeldTaskInput>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// How far a task is.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TaskProgressInput {
    /// The task.
    task_id: Id,
    /// The token that the claim gave.
    token: Id,
    /// How much of it is done, 0 to 100.
    percentage: Option<Decimal>,
    /// The same in words.
    message: Option<String>,
}

/// How far tasks are.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ReportProgressInput {
    /// The tasks, at most 1000.
    items: Vec<TaskProgressInput>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A task that is done.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TaskCompletionInput {
    /// The task.
    task_id: Id,
    /// The token that the claim gave.
    token: Id,
    /// What it produced, an object; empty when it is left out.
    output_data: Option<Json>,
}

/// Tasks that are done.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CompleteTasksInput {
    /// The tasks, at most 1000.
    items: Vec<TaskCompletionInput>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// Whether another attempt may help.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
pub(crate) enum ErrorClass {
    /// Another attempt may succeed.
    #[default]
    Retryable,
    /// Every attempt would fail alike.
    Permanent,
}

/// An attempt that failed.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TaskFailureInput {
    /// The task.
    task_id: Id,
    /// The token that the claim gave.
    token: Id,
    /// What went wrong, for programs; at most 100 characters.
    error_code: String,
    /// The same for people.
    error_message: Option<String>,
    /// Whether another attempt may help.
    #[graphql(default)]
    error_class: Optional<ErrorClass>,
}

/// Attempts that failed.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct FailTasksInput {
    /// The tasks, at most 1000.
    items: Vec<TaskFailureInput>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// Tasks to give back.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ReleaseTasksInput {
    /// The tasks, at most 1000.
    items: Vec<HeldTaskInput>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `claimTasks` did.
    ClaimTasksPayload(Vec<Lease>) {
        /// The tasks that the caller holds now, most urgent first, then oldest; empty when there was nothing to do, null
        /// when it was refused.
        leases: Vec<TaskLease> = |_ctx, claimed| leases(claimed),
    }
    /// What `heartbeatTasks` did.
    HeartbeatTasksPayload(Beaten) {
        /// The leases that go on; null when the call was refused.
        leases: Vec<TaskLease> = |_ctx, beaten| leases(&beaten.leases),
        /// What became of each item; null when the call was refused.
        results: Vec<TaskResult> = |_ctx, beaten| results(&beaten.items),
    }
    /// What `reportProgress` did.
    ReportProgressPayload(Vec<Item>) {
        /// What became of each item; null when the call was refused.
        results: Vec<TaskResult> = |_ctx, items| results(items),
    }
    /// What `completeTasks` did.
    CompleteTasksPayload(Vec<Item>) {
        /// What became of each item; null when the call was refused.
        results: Vec<TaskResult> = |_ctx, items| results(items),
    }
    /// What `failTasks` did.
    FailTasksPayload(Vec<Item>) {
        /// What became of each item; null when the call was refused.
        results: Vec<TaskResult> = |_ctx, items| results(items),
    }
    /// What `releaseTasks` did.
    ReleaseTasksPayload(Vec<Item>) {
        /// What became of each item; null when the call was refused.
        results: Vec<TaskResult> = |_ctx, items| results(items),
    }
}

/// The life of an attempt.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct LeaseMutation;

#[Object]
impl LeaseMutation {
    /// Takes tasks to work on, under a lease: the most urgent first, then the oldest. Tasks are taken whose dependencies
    /// are met and whose time has come, of active agents that have room.
    async fn claim_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tasks.")] input: ClaimTasksInput,
    ) -> Result<Option<ClaimTasksPayload>> {
        let wait = match u64::try_from(input.wait_seconds.value) {
            Ok(seconds) if input.wait_seconds.value <= MAX_WAIT => Duration::from_secs(seconds),
            _ => return write::refuse(Refusal::invalid("waitSeconds", format!("`waitSeconds` is 0 to {MAX_WAIT}"))),
        };
        let verb = Claim {
            agents: input.agent_ids.value.into_iter().map(|id| id.0).collect(),
            subtree: input.subtree_of_agent_id.map(|id| id.0),
            task_types: input.task_types,
            max: input.max.value,
            lease_seconds: input.lease_seconds.value,
            heartbeat_seconds: input.heartbeat_seconds,
            worker: input.worker,
        };
        if input.idempotency_key.is_some() {
            return write::perform(ctx, input.idempotency_key, verb).await;
        }
        let (service, actor) = acting(ctx)?;
        let wait = write::wait(ctx, wait);
        write::answer(ctx, service.claim(actor, verb, wait, write::revoked(ctx))).await
    }

    /// Extends leases, each by what it was claimed for, and tells whether the work is to be stopped.
    async fn heartbeat_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which leases.")] input: HeartbeatTasksInput,
    ) -> Result<Option<HeartbeatTasksPayload>> {
        let verb = Heartbeat { items: input.items.into_iter().map(Held::from).collect() };
        write::share(ctx, input.idempotency_key, verb).await
    }

    /// Says how far tasks are.
    async fn report_progress(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tasks, and how far.")] input: ReportProgressInput,
    ) -> Result<Option<ReportProgressPayload>> {
        let progress = |item: TaskProgressInput| Progress {
            held: Held { task: item.task_id.0, token: item.token.0 },
            percentage: item.percentage,
            message: item.message,
        };
        let verb = Report { items: input.items.into_iter().map(progress).collect() };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Ends tasks well. What waited for them goes on in the same moment.
    async fn complete_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tasks, and what they produced.")] input: CompleteTasksInput,
    ) -> Result<Option<CompleteTasksPayload>> {
        let completion = |item: TaskCompletionInput| Completion {
            held: Held { task: item.task_id.0, token: item.token.0 },
            output: object(item.output_data),
        };
        let verb = Complete { items: input.items.into_iter().map(completion).collect() };
        write::share(ctx, input.idempotency_key, verb).await
    }

    /// Ends attempts badly: the next one follows after a wait, or the task has failed for good.
    async fn fail_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tasks, and what went wrong.")] input: FailTasksInput,
    ) -> Result<Option<FailTasksPayload>> {
        let failure = |item: TaskFailureInput| Failure {
            held: Held { task: item.task_id.0, token: item.token.0 },
            code: item.error_code,
            message: item.error_message,
            permanent: item.error_class.value == ErrorClass::Permanent,
        };
        let verb = Fail { items: input.items.into_iter().map(failure).collect() };
        write::share(ctx, input.idempotency_key, verb).await
    }

    /// Gives tasks back, for others to take at once. It does not count as an attempt.
    async fn release_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tasks.")] input: ReleaseTasksInput,
    ) -> Result<Option<ReleaseTasksPayload>> {
        let verb = Release { items: input.items.into_iter().map(Held::from).collect() };
        write::share(ctx, input.idempotency_key, verb).await
    }
}
