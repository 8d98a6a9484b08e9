//! What agents can do.

use async_graphql::{Context, InputObject, Object};
use serde_json::Value as Json;
use service::{
    Result,
    agents::capability::{Remove, Set},
};

use crate::{
    agents::{Agent, AgentCapability},
    payload,
    read::{load, row::Row, scalars::Id},
    write::{self, input::replace},
};

/// A capability of an agent; what is left out stays as it is, or is the usual for a new one.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SetAgentCapabilityInput {
    /// The agent.
    agent_id: Id,
    /// Of what kind it is, an open list: mcp_tool, prompt_library, resource, task_handler, persona, … At most 100
    /// characters.
    capability_type: String,
    /// What it is called; at most 255 characters.
    capability_name: String,
    /// Its settings, an object; empty for a new one.
    configuration: Option<Json>,
    /// Whether it can be used now; so it is for a new one.
    is_active: Option<bool>,
    /// The version that the caller has seen, 0 for none; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A capability to take away.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveAgentCapabilityInput {
    /// The capability.
    id: Id,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `setAgentCapability` did.
    SetAgentCapabilityPayload(uuid::Uuid) {
        /// The capability; null when it was refused.
        agent_capability: Row<AgentCapability> = |ctx, capability| load::row(ctx, *capability),
    }
    /// What `removeAgentCapability` did.
    RemoveAgentCapabilityPayload(uuid::Uuid) {
        /// The agent that had it; null when it was refused.
        agent: Row<Agent> = |ctx, agent| load::row(ctx, *agent),
    }
}

/// What agents can do.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CapabilityMutation;

#[Object]
impl CapabilityMutation {
    /// Adds a capability to an agent, or changes the one of this type and name.
    async fn set_agent_capability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The capability.")] input: SetAgentCapabilityInput,
    ) -> Result<Option<SetAgentCapabilityPayload>> {
        let verb = Set {
            agent: input.agent_id.0,
            capability_type: input.capability_type,
            capability_name: input.capability_name,
            expected_version: input.expected_version,
            configuration: replace(input.configuration, |it| it),
            is_active: replace(input.is_active, |it| it),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Takes a capability away from its agent.
    async fn remove_agent_capability(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The capability.")] input: RemoveAgentCapabilityInput,
    ) -> Result<Option<RemoveAgentCapabilityPayload>> {
        let verb = Remove { capability: input.id.0, expected_version: input.expected_version };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
