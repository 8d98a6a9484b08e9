//! The write machinery: it knows no entity.
//!
//! - [`perform`]: a verb of the service, from a mutation field to its payload.
//! - [`error`]: what the domain refuses, as GraphQL shows it. [`payload!`](crate::payload): the payload types.
//! - [`input`]: what inputs have in common.

pub mod error;
pub mod input;
mod payload;

use async_graphql::Context;
use service::{Actor, Error, Result, Service, Verb, work::Shared};

pub use payload::Written;

/// Performs a verb; what the domain refuses becomes data.
pub async fn perform<V: Verb>(ctx: &Context<'_>, key: Option<String>, verb: V) -> Result<Written<V::Outcome>> {
    let (service, actor) = acting(ctx)?;
    Written::of(service.perform(actor, key.as_deref(), &verb).await)
}

/// Performs a verb together with others that wait. A call that may be repeated is done by itself.
pub async fn share<V: Shared>(ctx: &Context<'_>, key: Option<String>, verb: V) -> Result<Written<V::Outcome>> {
    if key.is_some() {
        return perform(ctx, key, verb).await;
    }
    let (service, actor) = acting(ctx)?;
    Written::done(service.share(actor, verb).await)
}

/// The rules.
pub fn service<'a>(ctx: &Context<'a>) -> Result<&'a Service> {
    ctx.data::<Service>().map_err(|_| Error::internal("the schema has no service"))
}

/// The rules, and who acts in this request.
pub fn acting<'a>(ctx: &Context<'a>) -> Result<(&'a Service, &'a Actor)> {
    let service = service(ctx)?;
    let actor = ctx.data::<Actor>().map_err(|_| Error::internal("the request has no actor"))?;
    Ok((service, actor))
}
