//! What can be done with endpoints of webhooks.

pub(in crate::mutation) mod create;
pub(in crate::mutation) mod delete;
pub(in crate::mutation) mod redeliver;
pub(in crate::mutation) mod rotate;
pub(in crate::mutation) mod test;
pub(in crate::mutation) mod update;

use async_graphql::Context;
use service::{
    Change, Result, Verb, access,
    refusal::Refusal,
    webhooks::outbox::{create::Create, secret::SecretName, update::Update},
};

use crate::{
    outbound::{Guard, check_query, shown},
    write::{
        acting, answer,
        payload::{Answer, Written},
        perform, service,
    },
};

/// A verb that saves an endpoint.
trait Save: Verb {
    /// Where events are sent, if it says so.
    fn url(&self) -> Option<&str>;

    /// The query whose answer goes with an event, if it says so.
    fn query(&self) -> Option<&str>;
}

impl Save for Create {
    fn url(&self) -> Option<&str> {
        Some(&self.url)
    }

    fn query(&self) -> Option<&str> {
        self.query.as_deref()
    }
}

impl Save for Update {
    fn url(&self) -> Option<&str> {
        match &self.url {
            Change::Set(url) => Some(url),
            Change::Keep => None,
        }
    }

    fn query(&self) -> Option<&str> {
        match &self.query {
            Change::Set(query) => query.as_deref(),
            Change::Keep => None,
        }
    }
}

/// Performs a verb that saves an endpoint, if events may be sent to its URL and its query can be answered.
async fn save<V: Save>(ctx: &Context<'_>, key: Option<String>, verb: V) -> Result<Option<Written<V::Outcome>>> {
    match check(ctx, &verb).await {
        Ok(()) => perform(ctx, key, verb).await,
        Err(refusal) => answer(ctx, V::OPERATION, async { Err(refusal.into()) }).await,
    }
}

async fn check<V: Save>(ctx: &Context<'_>, verb: &V) -> Result<(), Refusal> {
    // Who may not save it, or sends too much, is told so by the verb.
    let may = acting(ctx).is_ok_and(|(_, actor)| access::check(&actor.principal, V::OPERATION).is_ok());
    if !may {
        return Ok(());
    }
    if let Some(query) = verb.query() {
        check_query(query).map_err(|message| Refusal::invalid("query", message))?;
    }
    match verb.url() {
        Some(url) => guard(ctx).check(url).await.map_err(|message| Refusal::invalid("url", message)),
        None => Ok(()),
    }
}

/// Where events may be sent.
fn guard(ctx: &Context<'_>) -> Guard {
    ctx.data_opt::<Guard>().cloned().unwrap_or_default()
}

/// The secret, for the one who verifies messages with it.
impl Answer<Option<String>> for SecretName {
    async fn answer(&self, ctx: &Context<'_>) -> Result<Option<String>> {
        Ok(service(ctx)?.webhook_secret(*self).map(|secret| shown(&secret)))
    }
}
