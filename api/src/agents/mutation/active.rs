//! Whether agents take work.

use async_graphql::{Context, Enum, InputObject, Object};
use service::{
    Result,
    agents::active::{Activate, Deactivate},
};

use crate::{
    agents::Agent,
    payload,
    read::{load, optional::Optional, row::Row, scalars::Id},
    write,
};

/// What becomes of the open tasks of an agent that takes no more work.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Enum)]
#[graphql(remote = "service::work::leave::OpenTasks")]
pub(crate) enum OpenTasks {
    /// There must be none.
    #[default]
    Refuse,
    /// They go to the agent above; what is being worked on is taken back.
    ReassignToParent,
    /// They are called off, with everything below them.
    Cancel,
}

/// An agent that is to take work.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct ActivateAgentInput {
    /// The agent.
    id: Id,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// An agent that is to take no more work.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct DeactivateAgentInput {
    /// The agent.
    id: Id,
    /// What becomes of its open tasks.
    #[graphql(default)]
    open_tasks: Optional<OpenTasks>,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `activateAgent` did.
    ActivateAgentPayload(uuid::Uuid) {
        /// The agent; null when it was refused.
        agent: Row<Agent> = |ctx, agent| load::row(ctx, *agent),
    }
    /// What `deactivateAgent` did.
    DeactivateAgentPayload(uuid::Uuid) {
        /// The agent; null when it was refused.
        agent: Row<Agent> = |ctx, agent| load::row(ctx, *agent),
    }
}

/// Whether agents take work.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct ActiveMutation;

#[Object]
impl ActiveMutation {
    /// Lets an agent take work. There is one active orchestrator at most.
    async fn activate_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agent.")] input: ActivateAgentInput,
    ) -> Result<Option<ActivateAgentPayload>> {
        let verb = Activate { agent: input.id.0, expected_version: input.expected_version };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Lets an agent take no more work.
    async fn deactivate_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agent, and what becomes of its work.")] input: DeactivateAgentInput,
    ) -> Result<Option<DeactivateAgentPayload>> {
        let verb = Deactivate {
            agent: input.id.0,
            expected_version: input.expected_version,
            open_tasks: input.open_tasks.value.into(),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
