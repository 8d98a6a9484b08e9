//! Stripe's webhooks about payments, refunds and disputes count once each, in whatever order they arrive.
//!
//! - [`payments`]: payments and disputes. [`refunds`]: refunds.

mod payments;
mod refunds;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use chrono::Duration;
use entity::inbound_webhooks;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::TestDatabase;
use uuid::Uuid;

use super::stored;
use crate::shop::fixture::{ShopFixture, start, text, with};

/// A shop with an order of 100 USD.
struct Stripe<'a> {
    db: &'a TestDatabase,
    shop: ShopFixture,
    order: Value,
    events: AtomicUsize,
}

impl<'a> Stripe<'a> {
    async fn open(db: &'a TestDatabase) -> Self {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 100).await;
        let order = order(&shop).await;
        Self { db, shop, order, events: AtomicUsize::new(0) }
    }

    /// Another order of the same shop.
    async fn another(&self) -> Self {
        let (db, shop) = (self.db, self.shop.clone());
        let order = order(&shop).await;
        Self { db, shop, order, events: AtomicUsize::new(0) }
    }

    /// An event as it was stored, some seconds after the start, and what has become of it at once: its status and why.
    async fn tells(&self, topic: &str, seconds: i64, object: Value) -> String {
        let id = self.stores(topic, seconds, object).await;
        self.shop.pass(0).await;
        self.became(id).await
    }

    async fn stores(&self, topic: &str, seconds: i64, object: Value) -> Uuid {
        let number = self.events.fetch_add(1, Relaxed);
        let happened = start() + Duration::seconds(seconds);
        let external = format!("evt_{}_{number}", text(&self.order));
        let webhook = inbound_webhooks::ActiveModel {
            source: Set("stripe".to_owned()),
            external_id: Set(external.clone()),
            topic: Set(topic.to_owned()),
            object_key: Set(object["payment_intent"].as_str().or(object["id"].as_str()).map(str::to_owned)),
            triggered_at: Set(Some(happened.into())),
            payload: Set(json!({
                "id": external, "type": topic, "created": happened.timestamp(), "data": { "object": object },
            })),
            ..Default::default()
        };
        stored::store(self.db, self.shop.clock().now(), webhook).await
    }

    async fn became(&self, id: Uuid) -> String {
        stored::outcome(self.db, id).await
    }

    /// The payment intent of the order's payment.
    fn intent(&self, more: Value) -> Value {
        let object = json!({
            "id": self.name("pi"), "object": "payment_intent", "amount": 10_000, "currency": "usd",
            "metadata": { "order_id": self.order },
        });
        with(object, more)
    }

    /// Its charge.
    fn charge(&self, more: Value) -> Value {
        let object = json!({
            "id": self.name("ch"), "object": "charge", "payment_intent": self.name("pi"), "amount": 10_000,
            "amount_captured": 10_000, "amount_refunded": 0, "captured": true, "currency": "usd",
            "metadata": { "order_id": self.order }, "payment_method_details": { "type": "card" },
        });
        with(object, more)
    }

    /// A refund of it.
    fn refund(&self, id: &str, amount: i64, status: &str, more: Value) -> Value {
        let object = json!({
            "id": format!("re_{id}_{}", text(&self.order)), "object": "refund", "payment_intent": self.name("pi"),
            "charge": self.name("ch"), "amount": amount, "currency": "usd", "status": status, "metadata": {},
            "balance_transaction": "txn_1", "created": start().timestamp(),
        });
        with(object, more)
    }

    /// A dispute about it.
    fn dispute(&self, status: &str) -> Value {
        json!({
            "id": self.name("dp"), "object": "dispute", "payment_intent": self.name("pi"), "charge": self.name("ch"),
            "amount": 4_000, "currency": "usd", "status": status,
        })
    }

    fn name(&self, prefix: &str) -> String {
        format!("{prefix}_{}", text(&self.order))
    }

    /// Has the whole payment come in.
    async fn captured(&self) {
        let told = self.tells("payment_intent.succeeded", 0, self.intent(json!({ "amount_received": 10_000 }))).await;
        assert_eq!(told, "Processed");
    }

    /// The order's status and sums: `CONFIRMED PAID 100.00 0.00`.
    async fn standing(&self) -> String {
        let query = "query($id: ID!) { order(id: $id) { status financialStatus capturedAmount refundedAmount } }";
        let seen = self.shop.query(query, json!({ "id": self.order })).await["order"].take();
        ["status", "financialStatus", "capturedAmount", "refundedAmount"].map(|field| text(&seen[field])).join(" ")
    }

    /// The order's payments: `CAPTURED 100.00 pi_…`.
    async fn payments(&self) -> Vec<Value> {
        let query = "query($id: ID!) { order(id: $id) { payments { nodes {
            id status authorizedAmount capturedAmount chargedBackAmount isDisputed providerReference errorCode } } } }";
        let mut answer = self.shop.query(query, json!({ "id": self.order })).await;
        answer["order"]["payments"]["nodes"].as_array_mut().expect("a list").drain(..).collect()
    }

    /// The only one of them.
    async fn payment(&self) -> Value {
        let mut payments = self.payments().await;
        assert_eq!(payments.len(), 1, "{payments:?}");
        payments.remove(0)
    }

    /// The order's refunds, in alphabetical order: `40.00 SUCCEEDED stripe`.
    async fn refunds(&self) -> Vec<String> {
        let query = "query($id: ID!) { order(id: $id) { refunds { nodes { amount status source } } } }";
        let answer = self.shop.query(query, json!({ "id": self.order })).await;
        let refunds = answer["order"]["refunds"]["nodes"].as_array().expect("a list");
        let show = |row: &Value| ["amount", "status", "source"].map(|field| text(&row[field])).join(" ");
        let mut shown: Vec<String> = refunds.iter().map(show).collect();
        shown.sort();
        shown
    }

    /// Asks for a refund as the shop does: its id, and the request of its task.
    async fn asks_for(&self, amount: &str) -> (Value, Value) {
        let input = json!({ "orderId": self.order, "adjustment": amount, "reason": "goodwill" });
        let refund = self.shop.done("refundOrder", input, "refund { id }").await["refund"]["id"].clone();
        let query = "{ tasks(first: 250, filter: { taskType: { eq: \"refund_payment\" } }) { nodes { inputData } } }";
        let answer = self.shop.query(query, json!({})).await;
        let tasks = answer["tasks"]["nodes"].as_array().expect("a list");
        let task = tasks.iter().find(|task| task["inputData"]["refundId"] == refund).expect("a task");
        (refund, task["inputData"]["requestId"].clone())
    }
}

async fn order(shop: &ShopFixture) -> Value {
    let input = json!({ "email": "buyer@example.com", "lines": [{ "sku": "PRINT", "quantity": 1 }] });
    shop.done("placeOrder", input, "order { id }").await["order"]["id"].clone()
}

/// All orders in which things can arrive.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = items.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for part in permutations(rest) {
        for place in 0..=part.len() {
            let mut order = part.clone();
            order.insert(place, first.clone());
            all.push(order);
        }
    }
    all
}
