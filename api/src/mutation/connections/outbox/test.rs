//! Trying an endpoint.

use async_graphql::Context;
use service::{
    Result,
    webhooks::outbox::test::{Test, Tested},
};
use uuid::Uuid;

use super::guard;
use crate::{
    connections::WebhookEndpoint,
    mutation::prelude::*,
    outbound::{Message, Sender, test_body},
    write::{acting, payload::Written},
};

verbs! {
    /// Sends a webhook of the type webhook.test to an endpoint, once, and waits up to 15 seconds for the answer. An
    /// endpoint that is not active can be tested, too.
    test_webhook_endpoint = test(service::webhooks::outbox::test::Test) {
        /// The endpoint.
        id: Id,
    } -> tested {
        /// The endpoint.
        webhook_endpoint: Row<WebhookEndpoint> = tested.id,
        /// Whether it accepted the webhook. False also if an earlier call with the same idempotency key sent it.
        delivered: bool = tested.delivered,
        /// HTTP status of its answer. Null if there was none.
        response_status: i32 = tested.response_status,
        /// What went wrong. Null if it accepted the webhook.
        error: String = tested.error,
    }
}

/// Notes that an endpoint is tried, and sends the message afterwards.
async fn test(ctx: &Context<'_>, key: Option<String>, verb: Test) -> Result<Option<Written<Tested>>> {
    let Some(mut written) = perform(ctx, key, verb).await? else { return Ok(None) };
    if let Some(tested) = written.outcome.take() {
        written.outcome = Some(sent(ctx, tested).await?);
    }
    Ok(Some(written))
}

async fn sent(ctx: &Context<'_>, mut tested: Tested) -> Result<Tested> {
    let Some(endpoint) = tested.endpoint.take() else { return Ok(tested) };
    let (service, actor) = acting(ctx)?;
    let at = service.clock().now();
    let secrets = endpoint.secrets(at).filter_map(|name| service.webhook_secret(name)).collect();
    let body = test_body(endpoint.id, endpoint.version, &actor.principal.name, at);
    let message = Message { id: Uuid::now_v7(), at, body, secrets };
    Ok(tested.answered(Sender::new(guard(ctx)).send(&endpoint.url, message).await))
}
