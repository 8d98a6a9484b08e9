//! Webhooks as Shopify sends them.

use chrono::{DateTime, SecondsFormat, Utc};

use super::signature;

/// A secret for servers that are started for tests and benches.
pub const SHOPIFY_SECRET: &str = "the-secret-of-a-shop-at-shopify-for-tests";

/// A webhook of Shopify.
#[derive(Clone, Copy, Debug)]
pub struct FromShopify<'a> {
    /// Its id: the same however often it is sent.
    pub id: &'a str,
    /// What it is about, such as `orders/create`.
    pub topic: &'a str,
    /// When that happened.
    pub at: DateTime<Utc>,
    /// What it says, in JSON.
    pub body: &'a str,
}

impl FromShopify<'_> {
    /// The request that brings it, signed with a secret. The connection may be kept.
    pub fn request(&self, secret: &str) -> Vec<u8> {
        let Self { id, topic, body, .. } = self;
        let (at, length) = (self.at.to_rfc3339_opts(SecondsFormat::Micros, true), body.len());
        let signature = signature(secret.as_bytes(), &[body.as_bytes()]);
        let request = format!(
            "POST /webhooks/shopify HTTP/1.1\r\nhost: localhost\r\ncontent-type: application/json\r\n\
             x-shopify-topic: {topic}\r\nx-shopify-shop-domain: bench.myshopify.com\r\nx-shopify-webhook-id: {id}\r\n\
             x-shopify-event-id: event-{id}\r\nx-shopify-triggered-at: {at}\r\nx-shopify-api-version: 2026-07\r\n\
             x-shopify-hmac-sha256: {signature}\r\ncontent-length: {length}\r\n\r\n{body}"
        );
        request.into_bytes()
    }
}
