//! Calls of the mutations of webhooks that were received.

use entity::{inbound_webhooks, sea_orm_active_enums::InboundStatus};
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use uuid::Uuid;

use super::fixture::DemoFixture;

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let order = "{ orders(first: 1, filter: { status: { eq: COMPLETED } }) { nodes { id } } }";
    let order = fixture.query(order, json!({})).await["orders"]["nodes"][0]["id"].take();
    let (one, other) = (dead(fixture, "one").await, dead(fixture, "other").await);
    vec![
        ("replayInboundWebhooks", json!({ "ids": [one] })),
        ("matchInboundWebhook", json!({ "id": other, "orderId": order })),
    ]
}

/// A webhook that names no order. Its topic has no effect once it is matched.
async fn dead(fixture: &DemoFixture, name: &str) -> Uuid {
    let (id, now) = (Uuid::now_v7(), fixture.clock().now());
    let intent = json!({ "id": format!("pi_calls_{name}"), "amount": 100, "currency": "usd" });
    let row = inbound_webhooks::ActiveModel {
        id: Set(id),
        source: Set("stripe".to_owned()),
        external_id: Set(format!("evt_calls_{name}")),
        topic: Set("payment_intent.processing".to_owned()),
        object_key: Set(Some(format!("pi_calls_{name}"))),
        payload: Set(json!({ "data": { "object": intent } })),
        status: Set(InboundStatus::Dead),
        processed_at: Set(Some(now.into())),
        created_at: Set(now.into()),
        updated_at: Set(now.into()),
        ..Default::default()
    };
    row.insert(fixture.service.database().writer()).await.expect("stored");
    id
}
