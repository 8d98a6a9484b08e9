//! Changing and archiving a workflow.

use super::definition::WorkflowDetailsInput;
use crate::mutation::prelude::*;

verbs! {
    /// Updates a workflow. Fields that are left out stay as they are. Executions that have started do not change.
    update_workflow = perform(service::workflows::update::Update) on workflow {
        /// Name, unique among its owner's workflows. At most 255 characters.
        name: Option<String>,
        /// The agent responsible for it.
        owner_agent_id: Option<Id>,
        /// Its id in n8n. Null if it does not run there.
        n8n_workflow_id: MaybeUndefined<String>,
        #[graphql(flatten)]
        details: WorkflowDetailsInput,
    } -> workflow: Workflow;

    /// Archives a workflow: it can no longer be executed. Executions that have started go on.
    archive_workflow = perform(service::workflows::update::Archive) on workflow -> workflow: Workflow;
}
