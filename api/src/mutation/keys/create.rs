//! Creating an API key.

use async_graphql::Context;
use service::{Result, keys::Token};

use crate::{mutation::prelude::*, write::payload};

verbs! {
    /// Creates an API key. As soon as there is one, every request needs one.
    create_api_key = perform(service::keys::Create) {
        /// Name of its owner, a person, service or worker, shown in the audit log. At most 255 characters.
        name: String,
        /// What it may be used for.
        role: Role,
        /// The agent it acts for. Required for the role `AGENT`, refused for the others.
        agent_id: Option<Id>,
        /// When it expires. Default: never.
        expires_at: Option<Moment>,
    } -> created {
        /// The stored API key, without the secret.
        api_key: Row<ApiKey> = created.id,
        /// The key itself. It is shown only here and only once; null also if an earlier call created it.
        key: String = created.token,
    }
}

impl payload::Answer<Option<String>> for Option<Token> {
    async fn answer(&self, _: &Context<'_>) -> Result<Option<String>> {
        Ok(self.as_ref().map(|token| token.reveal().to_owned()))
    }
}
