//! Attempts: what became of each try at a task.

use chrono::{DateTime, Utc};

use super::Task;
use crate::{agents::Agent, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How an attempt ended.
    AttemptOutcome {
        /// The task was done.
        Completed,
        /// It went wrong, and whoever worked on it said so.
        Failed,
        /// It took longer than it may.
        TimedOut,
        /// Nothing was heard of whoever worked on it.
        LeaseLost,
        /// It was given back; this counts as no failure.
        Released,
        /// It stopped to wait for something.
        Waiting,
        /// It was called off.
        Cancelled,
    }
}

resource! {
    /// One try at a task that is over. It is never changed.
    TaskAttempt: task_attempts, key [id], by [created_at desc];
    one task_attempt;
    list task_attempts;
    columns {
        /// Its key.
        id: Id,
        /// The task.
        task_id: Id,
        /// Which attempt of the task it was, from 1; one that was interrupted shares its number with the next.
        number: i32,
        /// The agent it was assigned to; null when the agent is gone.
        agent_id: Option<Id>,
        /// The process that worked on it, as it calls itself; null when it did not say.
        worker: Option<String>,
        /// When it began.
        started_at: DateTime<Utc>,
        /// When it ended.
        ended_at: DateTime<Utc>,
        /// How it ended.
        outcome: AttemptOutcome,
        /// What went wrong, an open list of names; null when nothing did.
        error_code: Option<String>,
        /// The same in words.
        error_message: Option<String>,
        /// When the row was made.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By the time it began.
        started_at,
        /// By the time the row was made.
        created_at,
    }
    to_one {
        /// The task.
        task: Task by task_id,
    }
    to_one_or_none {
        /// The agent it was assigned to; null when the agent is gone.
        agent: Agent by agent_id,
    }
    to_many {}
}
