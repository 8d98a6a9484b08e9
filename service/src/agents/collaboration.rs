//! Whom an agent may ask, and for what.

use entity::{agent_collaborations, agents};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use uuid::Uuid;

use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    limits::{PRIORITY, SLA_MINUTES},
    refusal::At,
};

/// Sets a collaboration: that one agent asks another for something, and how.
#[derive(Clone, Debug, Serialize)]
pub struct Set {
    /// The agent that asks.
    pub requesting_agent_id: Uuid,
    /// The agent that answers.
    pub responding_agent_id: Uuid,
    /// What may be asked for.
    pub collaboration_type: String,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// How urgent such a request is; 5 for a new one.
    pub priority: Change<i32>,
    /// Within how many minutes it is to be answered; 60 for a new one.
    pub sla_minutes: Change<i32>,
}

/// Removes a collaboration.
#[derive(Clone, Debug, Serialize)]
pub struct Remove {
    /// The collaboration.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Set {
    /// The collaboration.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::SetAgentCollaboration;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        check::text("collaborationType", &self.collaboration_type, check::KIND)?;
        if self.requesting_agent_id == self.responding_agent_id {
            return Err(check::invalid("respondingAgentId", "an agent cannot collaborate with itself").into());
        }
        // Held, so that two calls do not add the same.
        edit::lock::<agents::Model>(unit, self.requesting_agent_id, None).await.at(["requestingAgentId"])?;
        edit::find::<agents::Model>(unit, self.responding_agent_id).await.at(["respondingAgentId"])?;
        let there = agent_collaborations::Entity::find()
            .filter(agent_collaborations::Column::RequestingAgentId.eq(self.requesting_agent_id))
            .filter(agent_collaborations::Column::RespondingAgentId.eq(self.responding_agent_id))
            .filter(agent_collaborations::Column::CollaborationType.eq(self.collaboration_type.as_str()));
        let there = there.lock_exclusive().one(unit.txn().await?).await?;
        edit::check_version(self.expected_version, there.as_ref().map_or(0, |there| there.version))?;
        let mut collaboration = there.clone().unwrap_or_else(|| agent_collaborations::Model {
            id: Uuid::now_v7(),
            requesting_agent_id: self.requesting_agent_id,
            responding_agent_id: self.responding_agent_id,
            collaboration_type: self.collaboration_type.clone(),
            priority: PRIORITY,
            sla_minutes: SLA_MINUTES,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        });
        self.priority.apply(&mut collaboration.priority);
        self.sla_minutes.apply(&mut collaboration.sla_minutes);
        check::within("priority", collaboration.priority, 1..=10)?;
        check::within("slaMinutes", collaboration.sla_minutes, 1..=i32::MAX)?;
        edit::put(unit, Self::OPERATION, None, there.as_ref(), collaboration).await
    }
}

impl Verb for Remove {
    /// The requesting agent.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RemoveAgentCollaboration;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let collaboration: agent_collaborations::Model =
            edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let agent = collaboration.requesting_agent_id;
        edit::remove(unit, Self::OPERATION, collaboration).await.map(|_| agent)
    }
}
