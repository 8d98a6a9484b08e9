//! Calls of the mutations of webhook endpoints.

use sea_orm::ConnectionTrait;
use serde_json::{Value, json};

use super::fixture::DemoFixture;

/// A call of each. Nothing leaves this machine: where a message would be sent to, none may be sent.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let inward = "UPDATE webhook_endpoints SET url = 'https://127.0.0.1/hooks'";
    fixture.service.database().writer().execute_unprepared(inward).await.expect("updated");
    let known = fixture.query("{ webhookEndpoints(first: 1) { nodes { id } } }", json!({})).await;
    let known = known["webhookEndpoints"]["nodes"][0]["id"].clone();
    let new = json!({ "name": "Calls", "url": "https://1.1.1.1/hooks", "kinds": ["order.placed"] });
    let gone = fixture.done("createWebhookEndpoint", new.clone(), "webhookEndpoint { id }").await;
    vec![
        ("createWebhookEndpoint", new),
        ("updateWebhookEndpoint", json!({ "id": known, "name": "Calls known" })),
        ("rotateWebhookSecret", json!({ "id": known })),
        ("testWebhookEndpoint", json!({ "id": known })),
        ("redeliverWebhooks", json!({ "endpointId": known, "since": "2026-01-01T00:00:00Z" })),
        ("deleteWebhookEndpoint", json!({ "id": gone["webhookEndpoint"]["id"] })),
    ]
}
