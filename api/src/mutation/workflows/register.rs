//! Registering a workflow.

use super::definition::WorkflowDetailsInput;
use crate::mutation::prelude::*;

verbs! {
    /// Creates a workflow, or updates the existing one with the same `n8nWorkflowId`, or else the owner's workflow with
    /// the same name. Fields that are left out stay as they are.
    register_workflow = perform(service::workflows::register::Register) {
        /// Name, unique among its owner's workflows. At most 255 characters.
        name: String,
        /// The agent responsible for it.
        owner_agent_id: Id,
        /// Its id in n8n, if it runs there.
        n8n_workflow_id: Option<String>,
        #[graphql(flatten)]
        details: WorkflowDetailsInput,
        ..versioned_or_new,
    } -> registered {
        /// The workflow.
        workflow: Row<Workflow> = registered.workflow,
        /// Whether it is new.
        created: bool = registered.is_new,
    }
}
