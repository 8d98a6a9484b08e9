//! Tasks: single pieces of work for one agent.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::WorkflowExecution;
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
}

resource! {
    /// A piece of work for one agent.
    Task: tasks, key [id], by [created_at desc];
    one task;
    list tasks;
    columns {
        /// Its key.
        id: Id,
        /// The execution it belongs to; null for a task of its own.
        workflow_execution_id: Option<Id>,
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
    }
    to_many {}
}
