//! Adding a workflow, or writing it anew.

use entity::{sea_orm_active_enums::WorkflowTriggerType, workflows};
use sea_orm::{ColumnTrait, Condition, EntityTrait, QueryFilter, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::Details;
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind};

/// Registers a workflow: a new one, or the one of the same id in n8n, or else the owner's one of the same name.
#[derive(Clone, Debug, Serialize)]
pub struct Register {
    /// What it is called.
    pub name: String,
    /// The agent who answers for it.
    pub owner_agent_id: Uuid,
    /// Its id in n8n.
    pub n8n_workflow_id: Option<String>,
    /// The version that the caller has seen; 0 when it has seen none.
    pub expected_version: Option<i32>,
    /// What else is said about it.
    #[serde(flatten)]
    pub details: Details,
}

/// A workflow that was registered.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Registered {
    /// The workflow.
    pub workflow: Uuid,
    /// Whether it is new.
    pub is_new: bool,
}

impl Verb for Register {
    type Outcome = Registered;
    const OPERATION: Operation = Operation::RegisterWorkflow;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Registered> {
        // One at a time: two calls do not add the same.
        unit.lock_name("workflows").await?;
        let there = self.there(unit).await?;
        edit::check_version(self.expected_version, there.as_ref().map_or(0, |there| there.version))?;
        let mut workflow = there.clone().unwrap_or_else(|| self.blank(unit));
        workflow.name.clone_from(&self.name);
        workflow.owner_agent_id = self.owner_agent_id;
        if self.n8n_workflow_id.is_some() {
            workflow.n8n_workflow_id.clone_from(&self.n8n_workflow_id);
        }
        self.details.apply(&mut workflow)?;
        super::settle(unit, there.as_ref(), &mut workflow).await?;
        let workflow = edit::put(unit, Self::OPERATION, EventKind::WorkflowUpdated, there.as_ref(), workflow).await?;
        Ok(Registered { workflow, is_new: there.is_none() })
    }
}

impl Register {
    async fn there(&self, unit: &UnitOfWork) -> Result<Option<workflows::Model>> {
        let txn = unit.txn().await?;
        let find = |by: Condition| workflows::Entity::find().filter(by).lock_exclusive().one(txn);
        if let Some(id) = &self.n8n_workflow_id
            && let Some(there) = find(Condition::all().add(workflows::Column::N8nWorkflowId.eq(id.as_str()))).await?
        {
            return Ok(Some(there));
        }
        let named = Condition::all()
            .add(workflows::Column::OwnerAgentId.eq(self.owner_agent_id))
            .add(workflows::Column::Name.eq(self.name.as_str()));
        let named = find(named).await?;
        // Under another id in n8n it is another workflow, whose name is then taken.
        Ok(named.filter(|named| self.n8n_workflow_id.is_none() || named.n8n_workflow_id.is_none()))
    }

    fn blank(&self, unit: &UnitOfWork) -> workflows::Model {
        workflows::Model {
            id: Uuid::now_v7(),
            name: String::new(),
            description: None,
            goal_id: None,
            owner_agent_id: self.owner_agent_id,
            n8n_workflow_id: None,
            trigger_type: WorkflowTriggerType::Manual,
            trigger_config: json!({}),
            is_active: true,
            definition: None,
            next_run_at: None,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        }
    }
}
