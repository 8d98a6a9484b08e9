//! Whom an agent answers to.

use entity::{agents, sea_orm_active_enums::AgentType};
use serde::Serialize;
use uuid::Uuid;

use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At};

/// Moves an agent, with all below it, below another one.
#[derive(Clone, Debug, Serialize)]
pub struct Move {
    /// The agent.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Whom it answers to from now on.
    pub parent_id: Uuid,
}

impl Verb for Move {
    /// The agent.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::MoveAgent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        super::TREE.check_move(unit, self.id, self.parent_id, "parentId").await?;
        let before: agents::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        if before.r#type == AgentType::Orchestrator {
            return Err(edit::check::invalid("id", "the orchestrator cannot have a parent agent").into());
        }
        let after = agents::Model { parent_id: Some(self.parent_id), ..before.clone() };
        edit::update(unit, Self::OPERATION, EventKind::AgentMoved, &before, after).await
    }
}
