//! Executions: started, paused and resumed.

use super::create::NewTaskInput;
use crate::mutation::prelude::*;

verbs! {
    /// Starts an execution of a workflow with its tasks. It ends with its last task: completed if all of them were
    /// completed or skipped, otherwise failed.
    start_execution = perform(service::work::execution::Start) {
        /// The workflow.
        workflow_id: Id,
        /// Your own id: starting it again returns the same execution. At most 255 characters.
        execution_id: Option<String>,
        /// What the execution is given, an object. Default: empty.
        input_data: Option<Json>,
        /// Its tasks. Default: those of the workflow's definition.
        tasks: Option<Vec<NewTaskInput>>,
    } -> started {
        /// The execution.
        workflow_execution: Row<WorkflowExecution> = started.execution,
        /// The tasks it was started with, in the order of the input of the call that started it.
        tasks: Vec<Row<Task>> = started.tasks,
        /// True if an execution with this `executionId` already existed.
        existing: bool = started.existing,
    }

    /// Pauses an execution: its tasks cannot be claimed. Tasks in progress continue.
    pause_execution = perform(service::work::execution::Pause) {
        /// The execution.
        workflow_execution_id: Id,
    } -> workflow_execution: WorkflowExecution;

    /// Resumes a paused execution.
    resume_execution = perform(service::work::execution::Resume) {
        /// The execution.
        workflow_execution_id: Id,
    } -> workflow_execution: WorkflowExecution;
}
