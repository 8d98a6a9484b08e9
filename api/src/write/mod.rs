//! The write machinery: it knows no entity.
//!
//! - [`verbs!`](crate::verbs): a mutation, declared once, with [`input!`](crate::input), [`input_enum!`](crate::input_enum)
//!   and [`object!`](crate::object) for what stands inside of its input and payload. [`perform`]: a verb of the service,
//!   done for a mutation field.
//! - [`input`]: from types of inputs to those of the service. [`payload`]: from an outcome to the answer.
//! - [`error`]: what the domain refuses, as GraphQL shows it. [`Forbidden`]: what of it the log tells.

mod declare;
pub mod error;
mod forbidden;
pub mod input;
pub mod payload;

use std::{
    fmt,
    future::{Future, pending},
    sync::Arc,
    time::Duration,
};

use async_graphql::Context;
use futures::{FutureExt, future::BoxFuture};
use service::{Actor, Done, Error, Joint, Result, Service, Verb, access::Operation, work::Shared};
use tokio::time::{Instant, timeout_at};

pub use self::forbidden::Forbidden;
use self::payload::Written;
use crate::read::argument;

/// Performs a verb; what is refused becomes data. A mutation field is nullable, so that its error leaves the answers of
/// the fields before it alone.
pub async fn perform<V: Verb>(ctx: &Context<'_>, key: Option<String>, verb: V) -> Result<Option<Written<V::Outcome>>> {
    let (service, actor) = acting(ctx)?;
    let done = in_time(ctx, service.perform(actor, key.as_deref(), &verb)).await;
    written(service, V::OPERATION, done)
}

/// Performs a verb together with others that wait. A call that may be repeated is done by itself.
pub async fn share<V: Shared>(ctx: &Context<'_>, key: Option<String>, verb: V) -> Result<Option<Written<V::Outcome>>> {
    if key.is_some() {
        return perform(ctx, key, verb).await;
    }
    let (service, actor) = acting(ctx)?;
    answer(ctx, V::OPERATION, service.share(actor, verb)).await
}

/// Performs a verb in one transaction with other calls of it that wait, with or without a key.
pub async fn join<V: Joint>(ctx: &Context<'_>, key: Option<String>, verb: V) -> Result<Option<Written<V::Outcome>>> {
    let (service, actor) = acting(ctx)?;
    let done = in_time(ctx, service.join(actor, key.as_deref(), verb)).await;
    written(service, V::OPERATION, done)
}

/// Performs a verb whose input has a `filter`, which is checked as that of a list is.
pub async fn perform_filtered<V: Verb>(
    ctx: &Context<'_>,
    key: Option<String>,
    verb: V,
) -> Result<Option<Written<V::Outcome>>> {
    match argument::check(ctx, &["input", "filter"]) {
        Ok(()) => perform(ctx, key, verb).await,
        Err(error) => written(service(ctx)?, V::OPERATION, Err(error)),
    }
}

/// The answer of a call that is done in another way.
pub async fn answer<O>(
    ctx: &Context<'_>,
    operation: Operation,
    call: impl Future<Output = Result<O>>,
) -> Result<Option<Written<O>>> {
    let done = in_time(ctx, call).await.map(|outcome| Done { outcome, replayed: false });
    written(service(ctx)?, operation, done)
}

/// The answer of a call that was done; what is refused is counted.
fn written<O>(service: &Service, operation: Operation, done: Result<Done<O>>) -> Result<Option<Written<O>>> {
    if let Err(error) = &done {
        service.measures().refusals.note(operation, error);
    }
    Written::of(done).map(Some)
}

/// When a request's mutations must be done: a little before the request is given up, which would take the answers of
/// what was done before with it.
#[derive(Clone, Copy, Debug)]
pub struct Deadline(pub Instant);

/// Tells when whoever acts may no longer do so: who waits for work is asked for again.
#[derive(Clone)]
pub struct Revoked(Arc<dyn Fn() -> BoxFuture<'static, Error> + Send + Sync>);

impl Revoked {
    /// By a future that ends when it is so, begun where somebody waits.
    pub fn new<F: Future<Output = Error> + Send + 'static>(follow: impl Fn() -> F + Send + Sync + 'static) -> Self {
        Self(Arc::new(move || follow().boxed()))
    }
}

impl fmt::Debug for Revoked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Revoked")
    }
}

/// Ends when whoever acts may no longer do so.
pub fn revoked(ctx: &Context<'_>) -> impl Future<Output = Error> + Send + use<> {
    let revoked = ctx.data_opt::<Revoked>().cloned();
    async move {
        match revoked {
            Some(Revoked(follow)) => follow().await,
            None => pending().await,
        }
    }
}

/// How long a call may wait: no longer than its request has time, and can still be answered.
pub fn longest_wait(ctx: &Context<'_>) -> Duration {
    match ctx.data_opt::<Deadline>() {
        Some(Deadline(end)) => end.saturating_duration_since(Instant::now()).saturating_sub(LAST_LOOK),
        None => Duration::MAX,
    }
}

/// What is left of a request's time for the last look of a call that waits.
const LAST_LOOK: Duration = Duration::from_millis(250);

async fn in_time<T>(ctx: &Context<'_>, call: impl Future<Output = Result<T>>) -> Result<T> {
    let done = match ctx.data_opt::<Deadline>() {
        Some(Deadline(end)) if *end <= Instant::now() => Err(Error::Timeout),
        Some(Deadline(end)) => timeout_at(*end, call).await.unwrap_or(Err(Error::Timeout)),
        None => call.await,
    };
    done.inspect_err(|error| forbidden::note(ctx, error))
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
