//! Adding an agent.

use entity::{agents, sea_orm_active_enums::AgentType};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{Result, UnitOfWork, Verb, access::Operation, edit, refusal::At};

/// Creates an agent.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is called.
    pub name: String,
    /// Its rank.
    pub r#type: AgentType,
    /// The agent it answers to.
    pub parent_id: Option<Uuid>,
    /// The instructions that it works under.
    pub system_prompt: Option<String>,
    /// The names of the MCP tools that it may use.
    pub mcp_tools: Vec<String>,
    /// Whether it takes work.
    pub is_active: bool,
    /// How many tasks it works on at once at most.
    pub max_concurrent_tasks: Option<i32>,
}

impl Verb for Create {
    /// The agent.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::CreateAgent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let agent = agents::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            r#type: self.r#type,
            parent_id: self.parent_id,
            system_prompt: self.system_prompt.clone(),
            mcp_tools: json!(self.mcp_tools),
            is_active: self.is_active,
            max_concurrent_tasks: self.max_concurrent_tasks,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        };
        super::check(unit, &agent).await?;
        if let Some(parent) = agent.parent_id {
            super::TREE.check_new(unit, parent, "parentId").await?;
        }
        if agent.r#type == AgentType::Orchestrator && agent.is_active {
            super::check_only_orchestrator(unit, agent.id).await.at(["type"])?;
        }
        edit::insert(unit, Self::OPERATION, agent).await
    }
}
