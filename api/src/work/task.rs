//! Tasks: single pieces of work for one agent.

use async_graphql::Context;
use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use service::{Result, work::state};

use super::{
    Approval, TaskAttempt, TaskDependency, WorkflowExecution,
    sla::{self, SlaState, SlaStateFilter},
};
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Where a task stands.
    TaskStatus {
        /// Nobody works on it yet.
        Pending,
        /// An agent works on it.
        InProgress,
        /// It waits for something outside, such as an approval.
        Waiting,
        /// It was done.
        Completed,
        /// It could not be done.
        Failed,
        /// It was called off.
        Cancelled,
        /// It turned out not to be needed.
        Skipped,
    }
    /// What a task can wait for.
    TaskWait {
        /// A decision.
        Approval,
        /// The end of the tasks that are parts of it.
        Children,
    }
}

resource! {
    /// A piece of work for one agent.
    Task: tasks, key [id], by [created_at desc];
    one task;
    list tasks;
    hierarchy parent_task_id [created_at asc];
    columns {
        /// Its key.
        id: Id,
        /// The execution it belongs to; null for a task of its own.
        workflow_execution_id: Option<Id>,
        /// The task that it is a part of; null for none.
        parent_task_id: Option<Id>,
        /// What it is called inside its execution; null for no name.
        reference: Option<String>,
        /// The agent who is to do it.
        assigned_agent_id: Id,
        /// What is to be done, an open list of names.
        task_type: String,
        /// How urgent it is: 1 is most urgent, 10 least.
        priority: i32,
        /// Where it stands.
        status: TaskStatus,
        /// What it is given, an object.
        input_data: Json,
        /// What it produced, an object.
        output_data: Json,
        /// When work on it began; null before.
        started_at: Option<DateTime<Utc>>,
        /// When it ended, well or not; null before.
        completed_at: Option<DateTime<Utc>>,
        /// Within how many minutes it is to be done.
        sla_minutes: i32,
        /// By when it is to be done: so many minutes after its start, or else after it was made.
        deadline_at: Option<DateTime<Utc>>,
        /// When its deadline was found to have passed; null when it was not.
        sla_breached_at: Option<DateTime<Utc>>,
        /// Nobody takes it before; null for at once.
        run_after: Option<DateTime<Utc>>,
        /// How many of the tasks that it depends on have not ended.
        open_dependencies: i32,
        /// Counts its attempts, those that were interrupted left out.
        attempt: i32,
        /// How many attempts there may be.
        max_attempts: i32,
        /// How long it rests after its first failed attempt; each further one doubles it.
        backoff_seconds: i32,
        /// How long it rests at most.
        backoff_cap_seconds: i32,
        /// When it is given to somebody else unless whoever works on it is heard of; null while nobody does.
        lease_expires_at: Option<DateTime<Utc>>,
        /// For how long each sign of life keeps it; null while nobody works on it.
        lease_seconds: Option<i32>,
        /// The process that works on it, or did last, as it calls itself.
        worker: Option<String>,
        /// When its latest attempt began; null before the first.
        claimed_at: Option<DateTime<Utc>>,
        /// What it waits for; null when it does not.
        waiting_for: Option<TaskWait>,
        /// When it stops waiting; null for never.
        waits_until: Option<DateTime<Utc>>,
        /// How long one attempt may take; null for any time.
        max_run_seconds: Option<i32>,
        /// How long it may wait; null for any time.
        max_wait_seconds: Option<i32>,
        /// How much of it is done, 0 to 100, as whoever works on it says.
        progress_percentage: Option<Decimal>,
        /// The same in words.
        progress_message: Option<String>,
        /// What went wrong last, an open list of names; null when nothing did.
        error_code: Option<String>,
        /// The same in words.
        error_message: Option<String>,
        /// Since when whoever works on it is asked to stop; null when nobody asked.
        cancel_requested_at: Option<DateTime<Utc>>,
        /// The key under which there is no other such task; null for none.
        unique_key: Option<String>,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By urgency.
        priority,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {
        /// The agent who is to do it.
        assigned_agent: Agent by assigned_agent_id,
    }
    to_one_or_none {
        /// The execution it belongs to; null for a task of its own.
        workflow_execution: WorkflowExecution by workflow_execution_id,
        /// The task that it is a part of; null for none.
        parent_task: Task by parent_task_id,
    }
    to_many {
        /// The tasks that are parts of it, oldest first.
        children: Task by parent_task_id [created_at asc],
        /// What it waits for.
        dependencies: TaskDependency by task_id [created_at asc],
        /// What waits for it.
        dependents: TaskDependency by depends_on_id [created_at asc],
        /// The tries at it that are over, latest first.
        attempts: TaskAttempt by task_id [started_at desc],
        /// The decisions that it waits for or waited for, latest first.
        approvals: Approval by task_id [created_at desc],
    }
    computed {
        /// Where it can go from here.
        allowed_transitions: Vec<TaskStatus> = allowed_transitions [status];
        /// How it stands to its deadline.
        sla_state: SlaState = sla::of [status, sla_minutes, deadline_at, created_at, started_at, completed_at];
    }
    filtered {
        /// How it stands to its deadline.
        sla_state: SlaStateFilter,
    }
}

async fn allowed_transitions(task: &Task, _: &Context<'_>) -> Result<Vec<TaskStatus>> {
    let from = *task.status.get()?;
    Ok(state::allowed(from.into()).iter().map(|to| TaskStatus::from(*to)).collect())
}
