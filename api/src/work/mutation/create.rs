//! New tasks.

use async_graphql::{Context, Enum, InputObject, Object};
use serde_json::Value as Json;
use service::{
    Result,
    work::{
        assign::{Delegate, Delegated},
        create::{Create, Created, Dependency, NewTask, Retry},
        keys::{OnConflict, Unique},
    },
};

use crate::{
    payload,
    read::{
        load,
        optional::{Number, Optional},
        row::Row,
        scalars::{Id, Moment},
    },
    work::{DependencyFailure, Task},
    write::{self, input::object},
};

crate::fallbacks! {
    /// It fails too.
    FailToo: DependencyFailure = DependencyFailure::Fail;
}

/// A task to be made.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct NewTaskInput {
    /// Its name within the execution, for `dependsOn`: unique there, at most 100 characters.
    #[graphql(name = "ref")]
    reference: Option<String>,
    /// The agent who is to do it.
    assigned_agent_id: Id,
    /// What is to be done, an open list of names; at most 100 characters.
    task_type: String,
    /// How urgent it is: 1 is most urgent, 10 least; 5 when nothing is said.
    priority: Option<i32>,
    /// Within how many minutes it is to be done; 60 when nothing is said.
    sla_minutes: Option<i32>,
    /// What it is given, an object; empty when it is left out.
    input_data: Option<Json>,
    /// It is not begun before this time.
    run_after: Option<Moment>,
    /// What must end before it is begun.
    #[graphql(default)]
    depends_on: Optional<Vec<TaskDependencyInput>>,
    /// How many attempts there may be, 1 to 100.
    #[graphql(default)]
    max_attempts: Optional<i32, Number<3>>,
    /// The wait after the first failed attempt, in seconds; it doubles with each, and half of it is random.
    #[graphql(default)]
    backoff_seconds: Optional<i32, Number<10>>,
    /// The longest wait between attempts, in seconds.
    #[graphql(default)]
    backoff_cap_seconds: Optional<i32, Number<3600>>,
    /// How long one attempt may take, in seconds; without a bound when nothing is said.
    max_run_seconds: Option<i32>,
    /// How long it may wait for its children, in seconds; without a bound when nothing is said.
    max_wait_seconds: Option<i32>,
    /// What there may be only once.
    unique: Option<UniqueTaskInput>,
}

/// A task that must end first.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct TaskDependencyInput {
    /// Its `ref`, in this call or in the execution.
    #[graphql(name = "ref")]
    reference: String,
    /// What becomes of the one that waits when it fails or is cancelled.
    #[graphql(default)]
    on_failure: Optional<DependencyFailure, FailToo>,
}

/// A key that only one task holds. A task that is there already takes the place of the new one only if it belongs to the
/// same execution and parent, if these are given, and its agent is the new task's agent or one above it; else the call is
/// refused (ALREADY_EXISTS). An agent's key is refused too when it does not act for the agent of that task.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UniqueTaskInput {
    /// Equal for tasks that are the same; at most 255 characters.
    key: String,
    /// For how many seconds it is held from now; until the task ends when nothing is said.
    window_seconds: Option<i32>,
    /// What happens when another task holds it.
    #[graphql(default)]
    on_conflict: Optional<UniqueConflict>,
}

/// What happens when another task holds the key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "OnConflict")]
pub(crate) enum UniqueConflict {
    /// That task is the answer. What depends on the new task, or waits for it, waits for that one.
    #[default]
    ReturnExisting,
    /// The whole call is refused.
    Reject,
    /// That task gets the new input (event `task.input_replaced`); refused if it is not pending any more.
    ReplaceInput,
}

impl From<NewTaskInput> for NewTask {
    fn from(input: NewTaskInput) -> Self {
        let dependency =
            |on: TaskDependencyInput| Dependency { reference: on.reference, on_failure: on.on_failure.value.into() };
        Self {
            reference: input.reference,
            agent: input.assigned_agent_id.0,
            task_type: input.task_type,
            priority: input.priority.unwrap_or(5),
            sla_minutes: input.sla_minutes.unwrap_or(60),
            input: object(input.input_data),
            run_after: input.run_after.map(|moment| moment.0),
            depends_on: input.depends_on.value.into_iter().map(dependency).collect(),
            retry: Retry {
                max_attempts: input.max_attempts.value,
                backoff_seconds: input.backoff_seconds.value,
                backoff_cap_seconds: input.backoff_cap_seconds.value,
            },
            max_run_seconds: input.max_run_seconds,
            max_wait_seconds: input.max_wait_seconds,
            unique: input.unique.map(|unique| Unique {
                key: unique.key,
                window_seconds: unique.window_seconds,
                on_conflict: unique.on_conflict.value.into(),
            }),
        }
    }
}

/// Tasks to be made: all of them, or none.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateTasksInput {
    /// The execution they belong to; null for tasks of their own. An agent's key must act for the owner of its workflow or
    /// for an agent with a task in it.
    workflow_execution_id: Option<Id>,
    /// The tasks, at most 1000.
    tasks: Vec<NewTaskInput>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A part of a task for another agent.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct DelegateTaskInput {
    /// The task that the new one is a part of.
    parent_task_id: Id,
    /// The token of the parent's lease; needed to wait.
    token: Option<Id>,
    /// Whether the parent waits, without a lease, until all its children have ended.
    #[graphql(default)]
    wait: Optional<bool>,
    /// The part. Where the two agents collaborate, the collaboration's priority and SLA apply unless others are given.
    task: NewTaskInput,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `createTasks` did.
    CreateTasksPayload(Created) {
        /// The tasks, in the order of the call; null when it was refused.
        tasks: Vec<Row<Task>> = |ctx, created| load::rows(ctx, &created.tasks),
    }
    /// What `delegateTask` did.
    DelegateTaskPayload(Delegated) {
        /// The new task; null when it was refused.
        task: Row<Task> = |ctx, delegated| load::row(ctx, delegated.task),
        /// The task that it is a part of; null when it was refused.
        parent: Row<Task> = |ctx, delegated| load::row(ctx, delegated.parent),
    }
}

/// Making tasks.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct CreateMutation;

#[Object]
impl CreateMutation {
    /// Adds tasks to an execution, or tasks of their own: all of them, or none.
    async fn create_tasks(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The tasks.")] input: CreateTasksInput,
    ) -> Result<Option<CreateTasksPayload>> {
        let verb = Create {
            execution: input.workflow_execution_id.map(|id| id.0),
            tasks: input.tasks.into_iter().map(NewTask::from).collect(),
        };
        write::share(ctx, input.idempotency_key, verb).await
    }

    /// Hands a part of a task to another agent: to a direct report, to one above, or to one that a collaboration allows.
    async fn delegate_task(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The part, and the task it is a part of.")] input: DelegateTaskInput,
    ) -> Result<Option<DelegateTaskPayload>> {
        let verb = Delegate {
            parent: input.parent_task_id.0,
            token: input.token.map(|token| token.0),
            wait: input.wait.value,
            own_priority: input.task.priority.is_some(),
            own_sla: input.task.sla_minutes.is_some(),
            task: input.task.into(),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
