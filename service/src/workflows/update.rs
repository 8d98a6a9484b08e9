//! Changing and retiring a workflow.

use entity::workflows;
use serde::Serialize;
use uuid::Uuid;

use super::Details;
use crate::{Change, Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At};

/// Updates a workflow.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The workflow.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it is called.
    pub name: Change<String>,
    /// The agent who answers for it.
    pub owner_agent_id: Change<Uuid>,
    /// Its id in n8n.
    pub n8n_workflow_id: Change<Option<String>>,
    /// What else is said about it.
    #[serde(flatten)]
    pub details: Details,
}

/// Archives a workflow: it is not executed any more. Executions that have begun go on.
#[derive(Clone, Debug, Serialize)]
pub struct Archive {
    /// The workflow.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Update {
    /// The workflow.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateWorkflow;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: workflows::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut workflow = before.clone();
        self.name.apply(&mut workflow.name);
        self.owner_agent_id.apply(&mut workflow.owner_agent_id);
        self.n8n_workflow_id.apply(&mut workflow.n8n_workflow_id);
        self.details.apply(&mut workflow)?;
        super::settle(unit, Some(&before), &mut workflow).await?;
        edit::update(unit, Self::OPERATION, EventKind::WorkflowUpdated, &before, workflow).await
    }
}

impl Verb for Archive {
    /// The workflow.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ArchiveWorkflow;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: workflows::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let after = workflows::Model { is_active: false, next_run_at: None, ..before.clone() };
        edit::update(unit, Self::OPERATION, EventKind::WorkflowArchived, &before, after).await
    }
}
