//! Whether an agent takes work.

use entity::{agents, sea_orm_active_enums::AgentType};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::EventKind,
    refusal::At,
    work::deactivation::{self, OpenTasks},
};

/// Activates an agent: it takes work.
#[derive(Clone, Debug, Serialize)]
pub struct Activate {
    /// The agent.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

/// Deactivates an agent: it takes no more work.
#[derive(Clone, Debug, Serialize)]
pub struct Deactivate {
    /// The agent.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What becomes of the work that it has.
    pub open_tasks: OpenTasks,
}

impl Verb for Activate {
    /// The agent.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ActivateAgent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: agents::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        if before.r#type == AgentType::Orchestrator {
            super::check_only_orchestrator(unit, before.id).await.at(["id"])?;
        }
        let after = agents::Model { is_active: true, ..before.clone() };
        edit::update(unit, Self::OPERATION, EventKind::AgentActivated, &before, after).await
    }
}

impl Verb for Deactivate {
    /// The agent.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::DeactivateAgent;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        // Whoever gives it work holds its row until that is there: nothing comes after this look.
        let before: agents::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        deactivation::handle_open_tasks(unit, before.id, before.parent_id, self.open_tasks).await?;
        let after = agents::Model { is_active: false, ..before.clone() };
        edit::update(unit, Self::OPERATION, EventKind::AgentDeactivated, &before, after).await
    }
}
