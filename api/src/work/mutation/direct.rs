//! Directing work: calling off, giving on, trying again.

use async_graphql::{Context, InputObject, Object};
use service::{
    Result,
    work::{
        assign::Reassign,
        cancel::{CancelTask, Cancelled},
        retry::{Redrive, Redriven, Retry},
    },
};

use super::result::{TaskResult, results};
use crate::{
    payload,
    read::{
        argument, load,
        optional::{Number, Optional},
        row::Row,
        scalars::{Id, Moment},
    },
    work::Task,
    write,
};

/// A task to call off.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CancelTaskInput {
    /// The task; everything below it is called off too.
    task_id: Id,
    /// Why, for people.
    reason: Option<String>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A task for another agent.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ReassignTaskInput {
    /// The task; nobody may be working on it.
    task_id: Id,
    /// The agent.
    agent_id: Id,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A failed task to try again.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RetryTaskInput {
    /// The task.
    task_id: Id,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// Failed tasks to try again: those that meet everything given.
#[derive(Clone, Debug, Default, InputObject)]
pub(crate) struct RedriveFilter {
    /// Of these agents; an empty list matches none.
    agent_ids: Option<Vec<Id>>,
    /// Of these types; an empty list matches none.
    task_types: Option<Vec<String>>,
    /// That failed with one of these codes; an empty list matches none.
    error_codes: Option<Vec<String>>,
    /// Of this execution.
    workflow_execution_id: Option<Id>,
    /// That failed at this time or later.
    failed_from: Option<Moment>,
    /// That failed before this time.
    failed_before: Option<Moment>,
}

/// Which failed tasks to try again.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RedriveTasksInput {
    /// Which ones; all of them when it is left out.
    filter: Option<RedriveFilter>,
    /// How many tasks are looked at, those that failed first: 1 to 1000.
    #[graphql(default)]
    limit: Optional<i32, Number<100>>,
    /// Answer what would be done, without doing it.
    #[graphql(default)]
    dry_run: Optional<bool>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `cancelTask` did.
    CancelTaskPayload(Cancelled) {
        /// The tasks that are cancelled now; null when it was refused.
        cancelled: Vec<Row<Task>> = |ctx, done| load::rows(ctx, &done.cancelled),
        /// The tasks in progress, which hear of it at their next heartbeat and are stopped after a grace time; null when
        /// it was refused.
        cancel_requested: Vec<Row<Task>> = |ctx, done| load::rows(ctx, &done.requested),
    }
    /// What `reassignTask` did.
    ReassignTaskPayload(uuid::Uuid) {
        /// The task; null when it was refused.
        task: Row<Task> = |ctx, task| load::row(ctx, *task),
    }
    /// What `retryTask` did.
    RetryTaskPayload(uuid::Uuid) {
        /// The task; null when it was refused.
        task: Row<Task> = |ctx, task| load::row(ctx, *task),
    }
    /// What `redriveTasks` did, or would do.
    RedriveTasksPayload(Redriven) {
        /// The tasks that are pending again; null when the call was refused.
        tasks: Vec<Row<Task>> = |ctx, redriven| load::rows(ctx, &redriven.tasks),
        /// The tasks that were found and stay failed, each with the reason in `userErrors`; null when the call was
        /// refused.
        not_reopened: Vec<TaskResult> = |_ctx, redriven| results(&redriven.refused),
    }
}

/// Directing work.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct DirectMutation;

#[Object]
impl DirectMutation {
    /// Calls a task off, and everything below it.
    async fn cancel_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which task.")] input: CancelTaskInput,
    ) -> Result<Option<CancelTaskPayload>> {
        let verb = CancelTask { task: input.task_id.0, reason: input.reason };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Gives a task that nobody works on to another agent.
    async fn reassign_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which task, and to whom.")] input: ReassignTaskInput,
    ) -> Result<Option<ReassignTaskPayload>> {
        let verb =
            Reassign { task: input.task_id.0, agent: input.agent_id.0, expected_version: input.expected_version };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Makes a task pending again that has failed for good. It is refused where a new task would be: when a task that
    /// it depends on has failed, another one holds its unique key, its agent is not active, or its execution was
    /// cancelled. Tasks that failed because this one did stay failed, and can be retried after it.
    async fn retry_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which task.")] input: RetryTaskInput,
    ) -> Result<Option<RetryTaskPayload>> {
        write::perform(ctx, input.idempotency_key, Retry { task: input.task_id.0 }).await
    }

    /// Makes many tasks pending again that have failed for good, under the rules of `retryTask`. Tasks of a call that
    /// depend on each other wait for each other again.
    async fn redrive_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which tasks.")] input: RedriveTasksInput,
    ) -> Result<Option<RedriveTasksPayload>> {
        if let Err(error) = argument::check(ctx, &["input", "filter"]) {
            return write::refuse::<Redriven, _>(error);
        }
        let filter = input.filter.unwrap_or_default();
        let verb = Redrive {
            agents: filter.agent_ids.map(|ids| ids.into_iter().map(|id| id.0).collect()),
            task_types: filter.task_types,
            error_codes: filter.error_codes,
            execution: filter.workflow_execution_id.map(|id| id.0),
            failed_from: filter.failed_from.map(|moment| moment.0),
            failed_before: filter.failed_before.map(|moment| moment.0),
            limit: input.limit.value,
            dry_run: input.dry_run.value,
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
