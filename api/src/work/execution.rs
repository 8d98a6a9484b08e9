//! Executions: single runs of workflows.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::{Task, Workflow};
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Status of an execution.
    ExecutionStatus {
        /// Not started yet; its tasks cannot be claimed.
        Pending,
        /// Running; its tasks can be claimed.
        Running,
        /// Paused; its tasks cannot be claimed until it is resumed.
        Paused,
        /// Ended successfully.
        Completed,
        /// Ended with a failure.
        Failed,
        /// Cancelled before it was completed.
        Cancelled,
    }
}

resource! {
    /// One execution (run) of a workflow.
    WorkflowExecution: workflow_executions, key [id], by [created_at desc];
    one workflow_execution;
    list workflow_executions;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The workflow that is executed.
        workflow_id: Id,
        /// Id that the caller gave the execution; unique if given.
        execution_id: Option<String>,
        /// Current status.
        status: ExecutionStatus,
        /// When it started; null before that.
        started_at: Option<DateTime<Utc>>,
        /// When it ended, successfully or not; null before that.
        completed_at: Option<DateTime<Utc>>,
        /// Input, as a JSON object.
        input_data: Json,
        /// Output, as a JSON object.
        output_data: Json,
        /// Why it failed; null if it did not.
        error_message: Option<String>,
        /// Measurements of the execution, as a JSON object.
        metrics: Json,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By start time.
        started_at,
        /// By end time.
        completed_at,
        /// By creation time.
        created_at,
    }
    to_one {
        /// The workflow that is executed.
        workflow: Workflow by workflow_id,
    }
    to_one_or_none {}
    to_many {
        /// Its tasks, most urgent first, then oldest first.
        tasks: Task by workflow_execution_id [priority asc, created_at asc],
    }
}
