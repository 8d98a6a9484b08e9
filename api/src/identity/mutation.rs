//! Making and ending API keys.

use async_graphql::{Context, InputObject, Object};
use service::{
    Result,
    keys::{self, Created, Token},
};

use super::{ApiKey, Role};
use crate::{
    payload,
    read::{
        load,
        row::Row,
        scalars::{Id, Moment},
    },
    write,
};

/// A key to make.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct CreateApiKeyInput {
    /// Whose it is: a person, a service, a worker. At most 255 characters.
    name: String,
    /// What it may be used for.
    role: Role,
    /// The one agent that it acts for; for the role `AGENT`, which needs it, and for no other.
    agent_id: Option<Id>,
    /// When it ends; never, when nothing is said.
    expires_at: Option<Moment>,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

/// A key to end.
#[derive(Clone, Debug, InputObject)]
pub(crate) struct RevokeApiKeyInput {
    /// Which one.
    id: Id,
    /// Idempotency key: a repeated call with the same key returns the first result.
    idempotency_key: Option<String>,
}

payload! {
    /// What `createApiKey` did.
    CreateApiKeyPayload(Created) {
        /// What is kept of the key; null when it was refused.
        api_key: Row<ApiKey> = |ctx, created| load::row(ctx, created.id),
        /// The key, shown only here and only this once; null when it was refused, or made by an earlier call.
        key: String = |_ctx, created| std::future::ready(Ok(created.token.as_ref().map(|key| Token::reveal(key).to_owned()))),
    }

    /// What `revokeApiKey` did.
    RevokeApiKeyPayload(uuid::Uuid) {
        /// The key; null when it was refused.
        api_key: Row<ApiKey> = |ctx, key| load::row(ctx, *key),
    }
}

/// The mutations of identity.
#[derive(Clone, Copy, Debug, Default)]
pub struct IdentityMutation;

#[Object]
impl IdentityMutation {
    /// Makes an API key. Once there is one, every request needs one.
    async fn create_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The key.")] input: CreateApiKeyInput,
    ) -> Result<Option<CreateApiKeyPayload>> {
        let verb = keys::Create {
            name: input.name,
            role: input.role.into(),
            agent_id: input.agent_id.map(|id| id.0),
            expires_at: input.expires_at.map(|moment| moment.0),
        };
        write::perform(ctx, input.idempotency_key, verb).await
    }

    /// Ends an API key at once and for good. To end it again changes nothing.
    async fn revoke_api_key(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "Which key.")] input: RevokeApiKeyInput,
    ) -> Result<Option<RevokeApiKeyPayload>> {
        write::perform(ctx, input.idempotency_key, keys::Revoke { id: input.id.0 }).await
    }
}
