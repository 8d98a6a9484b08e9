//! Webhooks of Stripe: everything but the signature stands in the body.

use chrono::DateTime;
use serde_json::Value as Json;
use service::{
    Error, Result, Service,
    principal::Source,
    webhooks::inbox::{receive::Received, signature},
};

use super::Sent;

/// Reads a webhook, if it was signed just now.
pub(super) fn read(sent: &Sent<'_>, service: &Service) -> Result<Received> {
    let now = service.clock().now();
    let is_signed = sent
        .header("stripe-signature")
        .is_some_and(|header| signature::is_of_stripe(sent.secrets(), sent.body, header, now));
    let payload = sent.json(is_signed)?;
    Ok(Received {
        source: Source::Stripe,
        external_id: text(&payload, "id")?,
        topic: text(&payload, "type")?,
        event_key: None,
        triggered_at: payload["created"].as_i64().and_then(|seconds| DateTime::from_timestamp(seconds, 0)),
        shop: None,
        payload,
    })
}

fn text(payload: &Json, name: &str) -> Result<String> {
    let text = payload[name].as_str().map(str::to_owned);
    text.ok_or_else(|| Error::invalid(format!("`{name}` is missing in the body, or is not a text")))
}
