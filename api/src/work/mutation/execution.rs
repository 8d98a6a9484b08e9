//! Executions: started, paused, called off.

use async_graphql::{Context, InputObject, Object};
use serde_json::Value as Json;
use service::{
    Result,
    work::{
        cancel::{CancelExecution, Cancelled},
        create::NewTask,
        execution::{Pause, Resume, Start, Started},
    },
};

use super::create::NewTaskInput;
use crate::{
    payload,
    read::{load, row::Row, scalars::Id},
    work::{Task, WorkflowExecution},
    write::{self, input::object},
};

/// An execution to start.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct StartExecutionInput {
    /// The workflow.
    workflow_id: Id,
    /// The caller's own id: starting it again gives the same execution. At most 255 characters.
    execution_id: Option<String>,
    /// What the whole is given, an object; empty when it is left out.
    input_data: Option<Json>,
    /// Its tasks; those of the workflow's definition when nothing is said.
    tasks: Option<Vec<NewTaskInput>>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// An execution.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct PauseExecutionInput {
    /// The execution.
    workflow_execution_id: Id,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// An execution.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ResumeExecutionInput {
    /// The execution.
    workflow_execution_id: Id,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// An execution to call off.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CancelExecutionInput {
    /// The execution.
    workflow_execution_id: Id,
    /// Why, for people.
    reason: Option<String>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `startExecution` did.
    StartExecutionPayload(Started) {
        /// The execution; null when it was refused.
        workflow_execution: Row<WorkflowExecution> = |ctx, started| load::row(ctx, started.execution),
        /// Its tasks, in the order of the call; null when it was refused.
        tasks: Vec<Row<Task>> = |ctx, started| load::rows(ctx, &started.tasks),
        /// Whether it was there already under the caller's id; null when it was refused.
        existing: bool = |_ctx, started| std::future::ready(Ok(Some(started.existing))),
    }
    /// What `pauseExecution` did.
    PauseExecutionPayload(uuid::Uuid) {
        /// The execution; null when it was refused.
        workflow_execution: Row<WorkflowExecution> = |ctx, execution| load::row(ctx, *execution),
    }
    /// What `resumeExecution` did.
    ResumeExecutionPayload(uuid::Uuid) {
        /// The execution; null when it was refused.
        workflow_execution: Row<WorkflowExecution> = |ctx, execution| load::row(ctx, *execution),
    }
    /// What `cancelExecution` did.
    CancelExecutionPayload(Cancelled) {
        /// The tasks that are cancelled now; null when it was refused.
        cancelled: Vec<Row<Task>> = |ctx, done| load::rows(ctx, &done.cancelled),
        /// The tasks in progress, which hear of it at their next heartbeat and are stopped after a grace time; null when
        /// it was refused.
        cancel_requested: Vec<Row<Task>> = |ctx, done| load::rows(ctx, &done.requested),
    }
}

/// Executions.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct ExecutionMutation;

#[Object]
impl ExecutionMutation {
    /// Starts an execution of a workflow with its tasks. It ends by itself when they have: completed when all were
    /// completed or skipped, else failed.
    async fn start_execution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which workflow, and with what.")] input: StartExecutionInput,
    ) -> Result<Option<StartExecutionPayload>> {
        let verb = Start {
            workflow: input.workflow_id.0,
            execution_id: input.execution_id,
            input: object(input.input_data),
            tasks: input.tasks.map(|tasks| tasks.into_iter().map(NewTask::from).collect()),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Keeps the tasks of an execution from being claimed; those in progress go on.
    async fn pause_execution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which execution.")] input: PauseExecutionInput,
    ) -> Result<Option<PauseExecutionPayload>> {
        let verb = Pause { execution: input.workflow_execution_id.0 };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Lets a paused execution go on.
    async fn resume_execution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which execution.")] input: ResumeExecutionInput,
    ) -> Result<Option<ResumeExecutionPayload>> {
        let verb = Resume { execution: input.workflow_execution_id.0 };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Calls an execution off, and all its tasks.
    async fn cancel_execution(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which execution.")] input: CancelExecutionInput,
    ) -> Result<Option<CancelExecutionPayload>> {
        let verb = CancelExecution { execution: input.workflow_execution_id.0, reason: input.reason };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
