//! Who asks.

use async_graphql::{Context, Object};
use service::{
    Result,
    access::{self, Operation},
    principal::Principal,
};

use super::Role;
use crate::{
    agents::Agent,
    read::{
        row::{self, Row},
        scalars::Id,
    },
    write,
};

/// Who makes this request, and what they may do.
#[derive(Clone, Debug)]
pub struct Me(Principal);

/// Who makes this request, and what they may do.
#[Object]
impl Me {
    /// Name, as in the audit log: the API key's name, or `local` without keys.
    async fn name(&self) -> &str {
        &self.0.name
    }

    /// Role of the API key; `ADMIN` without keys.
    async fn role(&self) -> Role {
        self.0.role.into()
    }

    /// Id of the API key; null without keys.
    async fn api_key_id(&self) -> Option<Id> {
        self.0.key.map(Id)
    }

    /// The agent that the API key acts for; null unless the role is `AGENT`.
    async fn agent(&self, ctx: &Context<'_>) -> Option<Result<Row<Agent>>> {
        Box::pin(row::row(ctx, self.0.agent?)).await.transpose()
    }

    /// Names of the mutations, and of the restricted queries, that you may use: by your role and, as an agent, by your
    /// capabilities. All other queries are open to every role.
    async fn operations(&self, ctx: &Context<'_>) -> Result<Vec<String>> {
        let (service, _) = write::acting(ctx)?;
        let allowed = access::allowed(service, &self.0).await?;
        Ok(allowed.into_iter().map(Operation::field).collect())
    }
}

/// The root field.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct MeQuery;

#[Object]
impl MeQuery {
    /// Who makes this request, and what they may do.
    async fn me(&self, ctx: &Context<'_>) -> Result<Me> {
        let (_, actor) = write::acting(ctx)?;
        Ok(Me(actor.principal.clone()))
    }
}
