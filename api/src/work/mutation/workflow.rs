//! Workflows: registered, changed and retired.

use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use serde_json::Value as Json;
use service::{
    Result,
    workflows::{
        Details,
        register::{Register, Registered},
        update::{Archive, Update},
    },
};

use crate::{
    payload,
    read::{load, row::Row, scalars::Id},
    work::{Workflow, WorkflowTriggerType},
    write::{
        self,
        input::{change, replace},
    },
};

/// A workflow to register; what is left out stays as it is, or is the usual for a new one.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RegisterWorkflowInput {
    /// What it is called; unique among its owner's workflows. At most 255 characters.
    name: String,
    /// The agent who answers for it.
    owner_agent_id: Id,
    /// Its id in n8n. A workflow that runs there under this id is changed; else the owner's one of this name.
    n8n_workflow_id: Option<String>,
    /// More about it; null takes it away.
    description: MaybeUndefined<String>,
    /// The goal it serves; null for none in particular.
    goal_id: MaybeUndefined<Id>,
    /// What starts it; by hand for a new one.
    trigger_type: Option<WorkflowTriggerType>,
    /// How its trigger is set, an object; for a schedule `{"cron", "timeZone", "catchUp", "overlap"}`.
    trigger_config: Option<Json>,
    /// The tasks of an execution: `{"tasks": [{"ref", "taskType", "agent", "priority", "slaMinutes", "dependsOn": [{"ref",
    /// "onFailure"}], "maxAttempts", "backoffSeconds", "backoffCapSeconds", "maxRunSeconds", "maxWaitSeconds",
    /// "input"}]}`. All but `taskType` may be left out; `agent` is the name or id of one, the owner when nothing is
    /// said. Null when the tasks are given at the start.
    definition: MaybeUndefined<Json>,
    /// Whether it can be executed; so it can for a new one.
    is_active: Option<bool>,
    /// The version that the caller has seen, 0 for none; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// Changes of a workflow; what is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateWorkflowInput {
    /// The workflow.
    id: Id,
    /// What it is called.
    name: Option<String>,
    /// The agent who answers for it.
    owner_agent_id: Option<Id>,
    /// Its id in n8n; null when it does not run there.
    n8n_workflow_id: MaybeUndefined<String>,
    /// More about it; null takes it away.
    description: MaybeUndefined<String>,
    /// The goal it serves; null for none in particular.
    goal_id: MaybeUndefined<Id>,
    /// What starts it.
    trigger_type: Option<WorkflowTriggerType>,
    /// How its trigger is set, an object.
    trigger_config: Option<Json>,
    /// The tasks of an execution, as for `registerWorkflow`; null when they are given at the start.
    definition: MaybeUndefined<Json>,
    /// Whether it can be executed.
    is_active: Option<bool>,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A workflow to retire.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ArchiveWorkflowInput {
    /// The workflow.
    id: Id,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `registerWorkflow` did.
    RegisterWorkflowPayload(Registered) {
        /// The workflow; null when it was refused.
        workflow: Row<Workflow> = |ctx, done| load::row(ctx, done.workflow),
        /// Whether it is new; null when it was refused.
        created: bool = |_ctx, done| async { Ok(Some(done.is_new)) },
    }
    /// What `updateWorkflow` did.
    UpdateWorkflowPayload(uuid::Uuid) {
        /// The workflow; null when it was refused.
        workflow: Row<Workflow> = |ctx, workflow| load::row(ctx, *workflow),
    }
    /// What `archiveWorkflow` did.
    ArchiveWorkflowPayload(uuid::Uuid) {
        /// The workflow; null when it was refused.
        workflow: Row<Workflow> = |ctx, workflow| load::row(ctx, *workflow),
    }
}

/// Workflows.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct WorkflowMutation;

#[Object]
impl WorkflowMutation {
    /// Adds a workflow, or changes the one that runs in n8n under the same id, or else the owner's one of the same name.
    async fn register_workflow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workflow.")] input: RegisterWorkflowInput,
    ) -> Result<Option<RegisterWorkflowPayload>> {
        let details = Details {
            description: change(input.description, |it| it),
            goal: change(input.goal_id, |id| id.0),
            trigger: replace(input.trigger_type, Into::into),
            trigger_config: replace(input.trigger_config, |it| it),
            definition: change(input.definition, |it| it),
            is_active: replace(input.is_active, |it| it),
        };
        let verb = Register {
            name: input.name,
            owner: input.owner_agent_id.0,
            n8n_workflow_id: input.n8n_workflow_id,
            expected_version: input.expected_version,
            details,
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Changes a workflow. Executions that have begun go on as they are.
    async fn update_workflow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateWorkflowInput,
    ) -> Result<Option<UpdateWorkflowPayload>> {
        let details = Details {
            description: change(input.description, |it| it),
            goal: change(input.goal_id, |id| id.0),
            trigger: replace(input.trigger_type, Into::into),
            trigger_config: replace(input.trigger_config, |it| it),
            definition: change(input.definition, |it| it),
            is_active: replace(input.is_active, |it| it),
        };
        let verb = Update {
            workflow: input.id.0,
            expected_version: input.expected_version,
            name: replace(input.name, |it| it),
            owner: replace(input.owner_agent_id, |id| id.0),
            n8n_workflow_id: change(input.n8n_workflow_id, |it| it),
            details,
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Retires a workflow: it is executed no more. Executions that have begun go on.
    async fn archive_workflow(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The workflow.")] input: ArchiveWorkflowInput,
    ) -> Result<Option<ArchiveWorkflowPayload>> {
        let verb = Archive { workflow: input.id.0, expected_version: input.expected_version };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
