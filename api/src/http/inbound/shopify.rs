//! Webhooks of Shopify: everything but the payload stands in the head.

use base64::{Engine, engine::general_purpose::STANDARD};
use chrono::{DateTime, Utc};
use service::{
    Error, Result,
    principal::Source,
    webhooks::inbox::{receive::Received, signature},
};

use super::Sent;

/// Reads a webhook, if it is signed.
pub(super) fn read(sent: &Sent<'_>) -> Result<Received> {
    let header = |name| sent.header(name).map(str::to_owned);
    let signature = sent.header("x-shopify-hmac-sha256").and_then(|text| STANDARD.decode(text.trim()).ok());
    let is_signed = signature.is_some_and(|signature| signature::is_of_shopify(sent.secrets(), sent.body, &signature));
    Ok(Received {
        source: Source::Shopify,
        payload: sent.json(is_signed)?,
        external_id: required(sent, "x-shopify-webhook-id")?,
        topic: required(sent, "x-shopify-topic")?,
        event_key: header("x-shopify-event-id"),
        triggered_at: sent.header("x-shopify-triggered-at").and_then(time),
        shop: header("x-shopify-shop-domain"),
    })
}

fn required(sent: &Sent<'_>, name: &str) -> Result<String> {
    sent.header(name).map(str::to_owned).ok_or_else(|| Error::invalid(format!("the header {name} is missing")))
}

fn time(text: &str) -> Option<DateTime<Utc>> {
    DateTime::parse_from_rfc3339(text).ok().map(|at| at.to_utc())
}
