//! Executions: single runs of workflows.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::{Task, Workflow};
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Where an execution stands.
    ExecutionStatus {
        /// It has not started.
        Pending,
        /// It is running.
        Running,
        /// It is held and can go on.
        Paused,
        /// It ended well.
        Completed,
        /// It ended badly.
        Failed,
        /// It was ended from outside.
        Cancelled,
    }
}

resource! {
    /// One run of a workflow.
    WorkflowExecution: workflow_executions, key [id], by [created_at desc];
    one workflow_execution;
    list workflow_executions;
    columns {
        /// Its key.
        id: Id,
        /// The workflow that runs.
        workflow_id: Id,
        /// The id that the caller gave the run; unique where given.
        execution_id: Option<String>,
        /// Where it stands.
        status: ExecutionStatus,
        /// When it started; null before.
        started_at: Option<DateTime<Utc>>,
        /// When it ended, well or not; null before.
        completed_at: Option<DateTime<Utc>>,
        /// What it was given, an object.
        input_data: Json,
        /// What it produced, an object.
        output_data: Json,
        /// Why it failed; null when it did not.
        error_message: Option<String>,
        /// What was measured of it, an object.
        metrics: Json,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By the time it started.
        started_at,
        /// By the time it ended.
        completed_at,
        /// By the time it was made.
        created_at,
    }
    to_one {
        /// The workflow that runs.
        workflow: Workflow by workflow_id,
    }
    to_one_or_none {}
    to_many {
        /// Its tasks, most urgent first, then oldest.
        tasks: Task by workflow_execution_id [priority asc, created_at asc],
    }
}
