//! What an agent can do.

use entity::{agent_capabilities, agents};
use sea_orm::{ColumnTrait, EntityTrait, QueryFilter, QuerySelect};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use crate::{
    Change, Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    refusal::At,
};

/// Sets a capability of an agent: a new one, or the one of this type and name.
#[derive(Clone, Debug, Serialize)]
pub struct Set {
    /// The agent.
    pub agent_id: Uuid,
    /// Of what kind it is.
    pub capability_type: String,
    /// What it is called.
    pub capability_name: String,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// Its settings, an object; empty for a new one.
    pub configuration: Change<Json>,
    /// Whether it can be used now; so it is for a new one.
    pub is_active: Change<bool>,
}

/// Removes a capability.
#[derive(Clone, Debug, Serialize)]
pub struct Remove {
    /// The capability.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Set {
    /// The capability.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::SetAgentCapability;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        check::text("capabilityType", &self.capability_type, check::KIND)?;
        check::text("capabilityName", &self.capability_name, check::NAME)?;
        if let Change::Set(configuration) = &self.configuration {
            check::object("configuration", configuration, check::JSON)?;
        }
        // Held, so that two calls do not add the same.
        edit::lock::<agents::Model>(unit, self.agent_id, None).await.at(["agentId"])?;
        let there = agent_capabilities::Entity::find()
            .filter(agent_capabilities::Column::AgentId.eq(self.agent_id))
            .filter(agent_capabilities::Column::CapabilityType.eq(self.capability_type.as_str()))
            .filter(agent_capabilities::Column::CapabilityName.eq(self.capability_name.as_str()));
        let there = there.lock_exclusive().one(unit.txn().await?).await?;
        edit::check_version(self.expected_version, there.as_ref().map_or(0, |there| there.version))?;
        let mut capability = there.clone().unwrap_or_else(|| agent_capabilities::Model {
            id: Uuid::now_v7(),
            agent_id: self.agent_id,
            capability_type: self.capability_type.clone(),
            capability_name: self.capability_name.clone(),
            configuration: json!({}),
            is_active: true,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        });
        self.configuration.apply(&mut capability.configuration);
        self.is_active.apply(&mut capability.is_active);
        edit::put(unit, Self::OPERATION, None, there.as_ref(), capability).await
    }
}

impl Verb for Remove {
    /// The agent that had it.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RemoveAgentCapability;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let capability: agent_capabilities::Model =
            edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let agent = capability.agent_id;
        edit::remove(unit, Self::OPERATION, capability).await.map(|_| agent)
    }
}
