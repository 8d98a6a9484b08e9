//! Adding, changing and moving agents.

use async_graphql::{Context, InputObject, MaybeUndefined, Object};
use service::{
    Result,
    agents::{create::Create, place::Move, update::Update},
};

use crate::{
    agents::{Agent, AgentType},
    payload,
    read::{load, optional::Optional, row::Row, scalars::Id},
    write::{
        self,
        input::{change, replace},
    },
};

crate::fallbacks! {
    /// True.
    Yes: bool = true;
}

/// An agent to add.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateAgentInput {
    /// What it is called; no two agents share a name. At most 255 characters.
    name: String,
    /// Its rank.
    r#type: AgentType,
    /// The agent it answers to; for the orchestrator nobody, for all others somebody.
    parent_id: Option<Id>,
    /// The instructions that it works under.
    system_prompt: Option<String>,
    /// The names of the MCP tools that it may use.
    #[graphql(default)]
    mcp_tools: Optional<Vec<String>>,
    /// Whether it takes work.
    #[graphql(default)]
    is_active: Optional<bool, Yes>,
    /// How many tasks it works on at once at most; any number when nothing is said.
    max_concurrent_tasks: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// Changes of an agent; what is left out stays as it is.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct UpdateAgentInput {
    /// The agent.
    id: Id,
    /// What it is called.
    name: Option<String>,
    /// Its rank: a director becomes a specialist, or the other way round.
    r#type: Option<AgentType>,
    /// The instructions that it works under; null takes them away.
    system_prompt: MaybeUndefined<String>,
    /// The names of the MCP tools that it may use.
    mcp_tools: Option<Vec<String>>,
    /// How many tasks it works on at once at most; null for any number.
    max_concurrent_tasks: MaybeUndefined<i32>,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A new place for an agent.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct MoveAgentInput {
    /// The agent; all below it move along.
    id: Id,
    /// Whom it answers to from now on.
    parent_id: Id,
    /// The version that the caller has seen; refused when there is another one.
    expected_version: Option<i32>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `createAgent` did.
    CreateAgentPayload(uuid::Uuid) {
        /// The agent; null when it was refused.
        agent: Row<Agent> = |ctx, agent| load::row(ctx, *agent),
    }
    /// What `updateAgent` did.
    UpdateAgentPayload(uuid::Uuid) {
        /// The agent; null when it was refused.
        agent: Row<Agent> = |ctx, agent| load::row(ctx, *agent),
    }
    /// What `moveAgent` did.
    MoveAgentPayload(uuid::Uuid) {
        /// The agent; null when it was refused.
        agent: Row<Agent> = |ctx, agent| load::row(ctx, *agent),
    }
}

/// Adding, changing and moving agents.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct AgentMutation;

#[Object]
impl AgentMutation {
    /// Adds an agent.
    async fn create_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agent.")] input: CreateAgentInput,
    ) -> Result<Option<CreateAgentPayload>> {
        let verb = Create {
            name: input.name,
            rank: input.r#type.into(),
            parent: input.parent_id.map(|id| id.0),
            system_prompt: input.system_prompt,
            mcp_tools: input.mcp_tools.value,
            is_active: input.is_active.value,
            max_concurrent_tasks: input.max_concurrent_tasks,
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Changes an agent.
    async fn update_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The changes.")] input: UpdateAgentInput,
    ) -> Result<Option<UpdateAgentPayload>> {
        let verb = Update {
            agent: input.id.0,
            expected_version: input.expected_version,
            name: replace(input.name, |it| it),
            rank: replace(input.r#type, Into::into),
            system_prompt: change(input.system_prompt, |it| it),
            mcp_tools: replace(input.mcp_tools, |it| it),
            max_concurrent_tasks: change(input.max_concurrent_tasks, |it| it),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Puts an agent, with all below it, below another one. Refused when it would then stand below itself.
    async fn move_agent(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The agent and its place.")] input: MoveAgentInput,
    ) -> Result<Option<MoveAgentPayload>> {
        let verb = Move { agent: input.id.0, expected_version: input.expected_version, parent: input.parent_id.0 };
        write::perform(ctx, input.idempotency_key, verb).await
    }
}
