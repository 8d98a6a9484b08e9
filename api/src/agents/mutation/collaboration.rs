//! Whom agents may ask.

use async_graphql::{Context, InputObject, Object};
use service::{
    Result,
    agents::collaboration::{Remove, Set},
};

use crate::{
    agents::{Agent, AgentCollaboration},
    payload,
    read::{load, row::Row, scalars::Id},
    write::{self, input::replace},
};

/// What one agent may ask of another; what is left out stays as it is, or is the usual for a new one.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct SetAgentCollaborationInput {
    /// The agent that asks.
    requesting_agent_id: Id,
    /// The agent that answers; another one.
    responding_agent_id: Id,
    /// What may be asked for, an open list: task_delegation, data_request, status_update, approval, … At most 100
    /// characters.
    collaboration_type: String,
    /// How urgent such a request is: 1 is most urgent, 10 least; 5 for a new one.
    priority: Option<i32>,
    /// Within how many minutes it is to be answered; 60 for a new one.
    sla_minutes: Option<i32>,
    /// The version that the caller has seen, 0 for none; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A collaboration to end.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RemoveAgentCollaborationInput {
    /// The collaboration.
    id: Id,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `setAgentCollaboration` did.
    SetAgentCollaborationPayload(uuid::Uuid) {
        /// The collaboration; null when it was refused.
        agent_collaboration: Row<AgentCollaboration> = |ctx, collaboration| load::row(ctx, *collaboration),
    }
    /// What `removeAgentCollaboration` did.
    RemoveAgentCollaborationPayload(uuid::Uuid) {
        /// The agent that asked; null when it was refused.
        agent: Row<Agent> = |ctx, agent| load::row(ctx, *agent),
    }
}

/// Whom agents may ask.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct CollaborationMutation;

#[Object]
impl CollaborationMutation {
    /// Lets one agent ask another for something, or changes how.
    async fn set_agent_collaboration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The collaboration.")] input: SetAgentCollaborationInput,
    ) -> Result<Option<SetAgentCollaborationPayload>> {
        let verb = Set {
            requesting: input.requesting_agent_id.0,
            responding: input.responding_agent_id.0,
            collaboration_type: input.collaboration_type,
            expected_version: input.expected_version,
            priority: replace(input.priority, |it| it),
            sla_minutes: replace(input.sla_minutes, |it| it),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Ends a collaboration.
    async fn remove_agent_collaboration(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The collaboration.")] input: RemoveAgentCollaborationInput,
    ) -> Result<Option<RemoveAgentCollaborationPayload>> {
        let verb = Remove { collaboration: input.id.0, expected_version: input.expected_version };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
