//! Tasks: single pieces of work for one agent.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::{
    Approval, TaskAttempt, TaskDependency, WorkflowExecution,
    sla::{self, SlaState, SlaStateFilter},
};
use crate::{
    agents::Agent,
    finance::BudgetReservation,
    marketing::CampaignRecipient,
    read::{scalars::Id, transitions},
    resource, vocabulary,
};

vocabulary! {
    /// Status of a task.
    TaskStatus {
        /// Not claimed: nobody is working on it.
        Pending,
        /// Claimed: an agent is working on it.
        InProgress,
        /// Waiting for something else, such as an approval.
        Waiting,
        /// Completed successfully.
        Completed,
        /// Failed for good; there is no further automatic retry.
        Failed,
        /// Cancelled before it was completed.
        Cancelled,
        /// Skipped because a task that it depends on failed or was cancelled.
        Skipped,
    }
    /// What a task can wait for.
    TaskWait {
        /// A decision on an approval.
        Approval,
        /// The end of all its subtasks.
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
        /// Unique id (UUID).
        id: Id,
        /// The execution it belongs to; null for a standalone task.
        workflow_execution_id: Option<Id>,
        /// The parent task; null if none.
        parent_task_id: Option<Id>,
        /// Name within its execution, unique there; null if none.
        reference: Option<String>,
        /// The agent the task is assigned to.
        assigned_agent_id: Id,
        /// Kind of work; any name.
        task_type: String,
        /// Priority, from 1 (most urgent) to 10 (least urgent).
        priority: i32,
        /// Current status.
        status: TaskStatus,
        /// Input, as a JSON object.
        input_data: Json,
        /// Output, as a JSON object.
        output_data: Json,
        /// When work on it started; null before that.
        started_at: Option<DateTime<Utc>>,
        /// When it ended, successfully or not; null before that.
        completed_at: Option<DateTime<Utc>>,
        /// Time limit for the task, in minutes; sets `deadlineAt`.
        sla_minutes: i32,
        /// Deadline: `slaMinutes` after its start, or after its creation if it has not started.
        deadline_at: Option<DateTime<Utc>>,
        /// When the server noticed that the deadline had passed; null if it has not.
        sla_breached_at: Option<DateTime<Utc>>,
        /// Cannot be claimed before this time; null for no such limit.
        run_after: Option<DateTime<Utc>>,
        /// Number of tasks it depends on that have not ended.
        open_dependencies: i32,
        /// Number of attempts, not counting interrupted ones.
        attempt: i32,
        /// Maximum number of attempts.
        max_attempts: i32,
        /// Initial retry delay, in seconds; doubles each time.
        backoff_seconds: i32,
        /// Maximum retry delay, in seconds.
        backoff_cap_seconds: i32,
        /// Lease expiry; null while unclaimed.
        lease_expires_at: Option<DateTime<Utc>>,
        /// Lease duration in seconds, renewed by each heartbeat; null while unclaimed.
        lease_seconds: Option<i32>,
        /// Name that the current or latest worker process gave itself; null if none.
        worker: Option<String>,
        /// When the latest attempt started; null before the first one.
        claimed_at: Option<DateTime<Utc>>,
        /// What the task is waiting for; null if it is not waiting.
        waiting_for: Option<TaskWait>,
        /// When the wait times out; null for never.
        waits_until: Option<DateTime<Utc>>,
        /// Time limit for one attempt, in seconds; null for no limit.
        max_run_seconds: Option<i32>,
        /// Time limit for waiting, in seconds; null for no limit.
        max_wait_seconds: Option<i32>,
        /// Progress in percent, 0 to 100, as reported by the worker.
        progress_percentage: Option<Decimal>,
        /// Progress in words, as reported by the worker.
        progress_message: Option<String>,
        /// Error code of the latest failure, any name; null if none.
        error_code: Option<String>,
        /// Error message of the latest failure; null if none.
        error_message: Option<String>,
        /// When the worker was asked to stop; null if it was not.
        cancel_requested_at: Option<DateTime<Utc>>,
        /// Unique key given at creation; only one task can hold a key at a time. Null if none.
        unique_key: Option<String>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By priority (1 is most urgent).
        priority,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {
        /// The agent the task is assigned to.
        assigned_agent: Agent by assigned_agent_id,
    }
    to_one_or_none {
        /// The execution it belongs to; null for a standalone task.
        workflow_execution: WorkflowExecution by workflow_execution_id,
        /// The parent task; null if none.
        parent_task: Task by parent_task_id,
    }
    to_many {
        /// Its child tasks, oldest first.
        children: Task by parent_task_id [created_at asc],
        /// Its dependencies: the tasks it waits for.
        dependencies: TaskDependency by task_id [created_at asc],
        /// Its dependents: the tasks that wait for it.
        dependents: TaskDependency by depends_on_id [created_at asc],
        /// Its past attempts, latest first.
        attempts: TaskAttempt by task_id [started_at desc],
        /// Its approvals, pending and past, latest first.
        approvals: Approval by task_id [created_at desc],
        /// The recipients of campaigns to whom it sends a message, newest first.
        campaign_recipients: CampaignRecipient by task_id [created_at desc],
        /// The money that is and was promised for it, newest first.
        budget_reservations: BudgetReservation by task_id [created_at desc],
    }
    computed {
        /// Statuses the task can change to from its current one.
        allowed_transitions: Vec<TaskStatus> = transitions::allowed [status];
        /// Current state relative to the deadline.
        sla_state: SlaState = sla::of [status, sla_minutes, deadline_at, created_at, started_at, completed_at];
    }
    filtered {
        /// Current state relative to the deadline.
        sla_state: SlaStateFilter,
    }
}
