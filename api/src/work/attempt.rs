//! Attempts: what became of each try at a task.

use chrono::{DateTime, Utc};

use super::Task;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How an attempt ended.
    AttemptOutcome {
        /// The task was completed.
        Completed,
        /// The worker reported a failure.
        Failed,
        /// The attempt took longer than allowed.
        TimedOut,
        /// The lease expired without a heartbeat.
        LeaseLost,
        /// The task was released; this does not count as a failure.
        Released,
        /// The attempt stopped to wait for something.
        Waiting,
        /// The task was cancelled.
        Cancelled,
    }
}

resource! {
    /// A past attempt at a task. Attempts never change.
    TaskAttempt: task_attempts, key [id], by [created_at desc];
    one task_attempt;
    list task_attempts;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The task that was attempted.
        task_id: Id,
        /// Attempt number, from 1; an interrupted attempt shares its number with the next one.
        number: i32,
        /// The agent the task was assigned to; null if the agent was deleted.
        agent_id: Option<Id>,
        /// Name that the worker process gave itself; null if none.
        worker: Option<String>,
        /// When the attempt started.
        started_at: DateTime<Utc>,
        /// When the attempt ended.
        ended_at: DateTime<Utc>,
        /// How the attempt ended.
        outcome: AttemptOutcome,
        /// Error code, any name; null if there was no error.
        error_code: Option<String>,
        /// Error message; null if there was no error.
        error_message: Option<String>,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By start time.
        started_at,
        /// By creation time.
        created_at,
    }
    to_one {
        /// The task that was attempted.
        task: Task by task_id,
    }
    to_one_or_none {
        /// The agent the task was assigned to; null if the agent was deleted.
        agent: Agent by agent_id,
    }
    to_many {}
}
