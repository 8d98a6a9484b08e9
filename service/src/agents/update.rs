//! Changing what an agent is.

use entity::{agents, sea_orm_active_enums::AgentType};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use crate::{Change, Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At};

/// Updates an agent; not its place, nor whether it works.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The agent.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it is called.
    pub name: Change<String>,
    /// Its rank: a director becomes a specialist, or the other way round.
    pub r#type: Change<AgentType>,
    /// The instructions that it works under.
    pub system_prompt: Change<Option<String>>,
    /// The names of the MCP tools that it may use.
    pub mcp_tools: Change<Vec<String>>,
    /// How many tasks it works on at once at most.
    pub max_concurrent_tasks: Change<Option<i32>>,
}

impl Verb for Update {
    /// The agent.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateAgent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: agents::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut agent = before.clone();
        self.name.apply(&mut agent.name);
        self.r#type.apply(&mut agent.r#type);
        self.system_prompt.apply(&mut agent.system_prompt);
        self.max_concurrent_tasks.apply(&mut agent.max_concurrent_tasks);
        if let Change::Set(tools) = &self.mcp_tools {
            agent.mcp_tools = json!(tools);
        }
        if agent.r#type != before.r#type && [agent.r#type, before.r#type].contains(&AgentType::Orchestrator) {
            let message =
                "an agent cannot become or cease to be the orchestrator: create another agent and activate it";
            return Err(edit::check::invalid("type", message).into());
        }
        super::check(unit, &agent).await?;
        edit::update(unit, Self::OPERATION, EventKind::AgentUpdated, &before, agent).await
    }
}
