//! What a workflow consists of, and what starts it.

use crate::{mutation::prelude::*, write::input::IntoDomain};

input! {
    /// What can be said about a workflow. Fields that are left out stay as they are.
    WorkflowDetailsInput => service::workflows::Details {
        /// Longer description. Null removes it.
        description: MaybeUndefined<String>,
        /// The goal it serves. Null for none.
        goal_id: MaybeUndefined<Id>,
        /// What starts it. Default for a new one: `MANUAL`.
        trigger_type: Option<WorkflowTriggerType>,
        /// Configuration of its trigger; replaces the present one as a whole.
        trigger_config: Option<TriggerConfigInput>,
        /// The tasks of an execution. Null if they are given when it is started.
        definition: MaybeUndefined<WorkflowDefinitionInput>,
        /// Whether it can be executed. Default for a new one: true.
        is_active: Option<bool>,
    }

    /// Configuration of a workflow's trigger. `SCHEDULE` needs `cron`.
    TriggerConfigInput => service::work::schedule::TriggerConfig {
        /// When a schedule starts, as minute, hour, day, month and weekday: `0 9 * * 1` is Mondays at 9:00.
        cron: Option<String>,
        /// Time zone of `cron`, such as `Europe/Berlin`. Default: UTC.
        time_zone: Option<String>,
        /// What happens to starts that were missed while no server ran. Default: `SKIP`.
        catch_up: Option<ScheduleCatchUp>,
        /// What happens if the previous execution has not ended. Default: `SKIP`.
        overlap: Option<ScheduleOverlap>,
        /// Settings of other triggers, an object. Stored beside the others.
        custom: Option<Json>,
    }
}

input_enum! {
    /// What happens to starts of a schedule that were missed while no server ran.
    ScheduleCatchUp => service::work::schedule::CatchUp {
        /// They are left out.
        Skip,
        /// The last one is started.
        One,
        /// All are started, at most the last 100.
        All,
    }

    /// What happens if a schedule starts and the previous execution has not ended.
    ScheduleOverlap => service::work::schedule::Overlap {
        /// No execution is started.
        Skip,
        /// The new execution starts when the previous ones have ended.
        Queue,
        /// The previous executions are cancelled.
        CancelOld,
    }
}

input! {
    /// The tasks of a workflow.
    WorkflowDefinitionInput => service::work::definition::Definition {
        /// The tasks of every execution, 1 to 1000.
        tasks: Vec<TaskTemplateInput>,
    }

    /// A task that every execution of a workflow has.
    TaskTemplateInput => service::work::definition::TaskTemplate {
        /// Name for use in `dependsOn`, unique within the definition. At most 100 characters.
        r#ref: Option<String>,
        /// Kind of work; any name is allowed. At most 100 characters.
        task_type: String,
        /// Name or id of the agent that is to do it. Default: the owner of the workflow.
        agent: Option<String>,
        /// Priority, from 1 (most urgent) to 10. Default: 5.
        priority: Option<i32>,
        /// Time limit in minutes. Default: 60.
        sla_minutes: Option<i32>,
        /// Tasks that must end first.
        depends_on: Option<Vec<TemplateDependencyInput>>,
        /// Maximum number of attempts, 1 to 100. Default: 3.
        max_attempts: Option<i32>,
        /// Seconds to wait after the first failed attempt, doubled with each one. Default: 10.
        backoff_seconds: Option<i32>,
        /// Maximum delay between attempts, in seconds. Default: 3600.
        backoff_cap_seconds: Option<i32>,
        /// The longest run of one attempt, in seconds. Default: no limit.
        max_run_seconds: Option<i32>,
        /// The longest wait for its subtasks, in seconds. Default: no limit.
        max_wait_seconds: Option<i32>,
        /// What the worker is given, an object. The input of the execution is added as `input`.
        input: Option<Json>,
    }

    /// A task of the definition that must end first.
    TemplateDependencyInput => service::work::definition::TemplateDependency {
        /// Its `ref`.
        r#ref: String,
        /// What happens to the waiting task if this one fails or is cancelled. Default: `FAIL`.
        on_failure: Option<DependencyFailure>,
    }
}

impl IntoDomain<service::work::definition::OnFailure> for DependencyFailure {
    fn into_domain(self) -> service::work::definition::OnFailure {
        entity::sea_orm_active_enums::DependencyFailure::from(self).into()
    }
}
