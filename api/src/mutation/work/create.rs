//! Creating tasks.

use crate::mutation::prelude::*;

input! {
    /// A task to create.
    NewTaskInput => service::work::create::NewTask {
        /// Name for use in `dependsOn`, unique within the execution. At most 100 characters.
        r#ref: Option<String>,
        /// The agent to assign it to.
        assigned_agent_id: Id,
        /// Kind of work; any name is allowed. At most 100 characters.
        task_type: String,
        /// Priority, from 1 (most urgent) to 10. Default: 5.
        priority: Option<i32>,
        /// Time limit in minutes. Default: 60.
        sla_minutes: Option<i32>,
        /// Input, as a JSON object. Default: empty.
        input_data: Option<Json>,
        /// Earliest start.
        run_after: Option<Moment>,
        /// Tasks that must end first.
        depends_on: Vec<TaskDependencyInput> = Vec::new(),
        /// Maximum number of attempts, 1 to 100.
        max_attempts: i32 = service::limits::MAX_ATTEMPTS,
        /// Delay after the first failed attempt, in seconds. Doubles with each attempt. Each delay is shortened at
        /// random by up to half.
        backoff_seconds: i32 = service::limits::BACKOFF_SECONDS,
        /// Maximum delay between attempts, in seconds.
        backoff_cap_seconds: i32 = service::limits::BACKOFF_CAP_SECONDS,
        /// The longest run of one attempt, in seconds. Default: no limit.
        max_run_seconds: Option<i32>,
        /// The longest wait for its subtasks, in seconds. Default: no limit.
        max_wait_seconds: Option<i32>,
        /// Makes sure that there is only one such task.
        unique: Option<UniqueTaskInput>,
    }

    /// A task that must end first.
    TaskDependencyInput => service::work::create::Dependency {
        /// Its `ref`, in this call or in the execution.
        r#ref: String,
        /// What happens to the waiting task if this one fails or is cancelled.
        on_failure: DependencyFailure = DependencyFailure::Fail,
    }

    /// A key that only one task can hold. An existing task takes the place of the new one only if it belongs to the same
    /// execution and parent, if these are given, and its agent is the new task's agent or one above it; otherwise the
    /// call is refused (ALREADY_EXISTS). Also refused if the caller's API key does not act for that task's agent.
    UniqueTaskInput => service::work::keys::Unique {
        /// Equal for tasks that are the same. At most 255 characters, not beginning with `effect:`.
        key: String,
        /// Seconds for which the key is held from now. Default: until the task ends.
        window_seconds: Option<i32>,
        /// What happens if another task holds the key.
        on_conflict: UniqueConflict = UniqueConflict::ReturnExisting,
    }
}

input_enum! {
    /// What happens if another task holds the key.
    UniqueConflict => service::work::keys::OnConflict {
        /// The existing task is returned. Tasks that would wait for the new task wait for the existing one.
        ReturnExisting,
        /// The whole call is refused.
        Reject,
        /// The existing task gets the new input (event `TASK_INPUT_REPLACED`). Refused if it is no longer pending.
        ReplaceInput,
    }
}

verbs! {
    /// Creates tasks, in an execution or on their own: all of them, or none.
    create_tasks = share(service::work::create::Create) {
        /// The execution they belong to. Left out for tasks on their own. The key of an agent must act for the owner of
        /// its workflow, or for an agent with a task in it.
        workflow_execution_id: Option<Id>,
        /// The tasks, at most 1000.
        tasks: Vec<NewTaskInput>,
    } -> created {
        /// The tasks, in the order of the input.
        tasks: Vec<Row<Task>> = created.tasks,
    }
}
