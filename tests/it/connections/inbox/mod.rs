//! What becomes of webhooks that were received.
//!
//! - [`attempts`]: failing and waiting. [`people`]: what people do with those that failed. [`payloads`]: how long it is
//!   known what was told.

mod attempts;
mod payloads;
mod people;

use entity::{events, inbound_webhooks, sea_orm_active_enums::InboundStatus};
use sea_orm::{ActiveValue::Set, ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter};
use serde_json::{Value, json};
use service::{principal::Source, webhooks::inbox::receive::Received};
use tests::TestDatabase;
use uuid::Uuid;

use super::stored;
use crate::shop::fixture::{ShopFixture, with};

/// A shop with an order of 100 USD.
struct Inbox<'a> {
    db: &'a TestDatabase,
    shop: ShopFixture,
    order: Value,
}

impl<'a> Inbox<'a> {
    async fn open(db: &'a TestDatabase) -> Self {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 100).await;
        let input = json!({ "email": "ann@example.com", "lines": [{ "sku": "PRINT", "quantity": 1 }] });
        let order = shop.done("placeOrder", input, "order { id }").await["order"]["id"].clone();
        Self { db, shop, order }
    }

    /// Stores a webhook as if it had just come.
    async fn stores(&self, source: &str, topic: &str, key: &str, payload: Value) -> Uuid {
        let now = self.shop.clock().now();
        let webhook = inbound_webhooks::ActiveModel {
            source: Set(source.to_owned()),
            external_id: Set(Uuid::now_v7().to_string()),
            topic: Set(topic.to_owned()),
            object_key: Set(Some(key.to_owned())),
            triggered_at: Set(Some(now.into())),
            payload: Set(payload),
            ..Default::default()
        };
        stored::store(self.db, now, webhook).await
    }

    /// Receives a webhook.
    async fn receives(&self, source: Source, topic: &str, payload: Value) -> Uuid {
        let external_id = Uuid::now_v7().to_string();
        let received = Received {
            source,
            external_id: external_id.clone(),
            topic: topic.to_owned(),
            event_key: None,
            triggered_at: None,
            shop: None,
            payload,
        };
        assert!(self.shop.service.receive("a request", received).await.expect("stored"));
        let found = inbound_webhooks::Entity::find().filter(inbound_webhooks::Column::ExternalId.eq(external_id));
        found.one(self.db.connection()).await.expect("read").expect("the webhook").id
    }

    /// A payment with this name and some more fields.
    async fn pays_with(&self, name: &str, more: Value) -> Uuid {
        let intent = json!({ "id": name, "amount": 10_000, "amount_received": 10_000, "currency": "usd" });
        let payload = json!({ "id": name, "data": { "object": with(intent, more) } });
        self.stores("stripe", "payment_intent.succeeded", name, payload).await
    }

    /// The payment of the order.
    async fn pays_order(&self, name: &str) -> Uuid {
        self.pays_with(name, json!({ "metadata": { "order_id": self.order } })).await
    }

    /// A payment that names no order.
    async fn pays(&self, name: &str) -> Uuid {
        self.pays_with(name, json!({})).await
    }

    /// Something that cannot be read.
    async fn stores_unreadable(&self, name: &str) -> Uuid {
        let payload = json!({ "id": name, "data": { "object": { "id": name } } });
        self.stores("stripe", "payment_intent.succeeded", name, payload).await
    }

    async fn row(&self, id: Uuid) -> inbound_webhooks::Model {
        stored::row(self.db, id).await
    }

    /// Its status, and after how many seconds it is tried again.
    async fn became(&self, id: Uuid) -> (InboundStatus, Option<i64>) {
        let (row, now) = (self.row(id).await, self.shop.clock().now());
        (row.status, row.next_attempt_at.map(|at| (at.to_utc() - now).num_seconds()))
    }

    async fn standing(&self) -> Value {
        let query = "query($id: ID!) { order(id: $id) { financialStatus } }";
        self.shop.query(query, json!({ "id": self.order })).await["order"]["financialStatus"].take()
    }

    /// The status of the task for a webhook.
    async fn task(&self, id: Uuid) -> Option<Value> {
        let filter = "{ taskType: { eq: \"resolve_webhook\" } }";
        let query = format!("{{ tasks(first: 250, filter: {filter}) {{ nodes {{ status inputData }} }} }}");
        let answer = self.shop.query(&query, json!({})).await;
        let tasks = answer["tasks"]["nodes"].as_array().expect("a list");
        let task = tasks.iter().find(|task| task["inputData"]["inboundWebhookId"] == json!(id));
        task.map(|task| task["status"].clone())
    }

    /// How often something happened to a webhook.
    async fn told(&self, id: Uuid, kind: &str) -> usize {
        let all = events::Entity::find().all(self.db.connection()).await.expect("read");
        all.iter().filter(|event| event.kind == kind && event.aggregate_id == id).count()
    }

    async fn execute(&self, sql: &str) {
        self.db.connection().execute_unprepared(sql).await.expect(sql);
    }
}
