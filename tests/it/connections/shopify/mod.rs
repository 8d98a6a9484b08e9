//! Shopify's webhooks about orders, stock, products and people count once each, in whatever order they arrive.
//!
//! - [`orders`], [`imported`], [`refunds`], [`known`], [`stock`], [`products`], [`people`]: by what it is about.
//!   [`payload`]: how Shopify writes it.

mod imported;
mod known;
mod orders;
mod payload;
mod people;
mod products;
mod refunds;
mod stock;

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use chrono::Duration;
use entity::inbound_webhooks;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::TestDatabase;
use uuid::Uuid;

use super::stored;
use crate::shop::fixture::{ShopFixture, start, text};

/// A shop at Shopify, with ten pieces of a print.
struct Shopify<'a> {
    db: &'a TestDatabase,
    shop: ShopFixture,
    events: AtomicUsize,
}

impl<'a> Shopify<'a> {
    async fn open(db: &'a TestDatabase) -> Self {
        let shop = ShopFixture::open(db).await;
        let print = |variant: &mut entity::product_variants::ActiveModel| {
            variant.shopify_variant_id = Set(Some("808950810".to_owned()));
            variant.shopify_inventory_item_id = Set(Some("341629".to_owned()));
        };
        shop.variant_with(db, "PRINT", print).await;
        shop.stock("PRINT", "main", 10).await;
        Self { db, shop, events: AtomicUsize::new(0) }
    }

    /// An event some seconds after the start, and what has become of it at once: its status and why.
    async fn tells(&self, topic: &str, seconds: i64, payload: Value) -> String {
        let id = self.stores(topic, seconds, payload).await;
        self.shop.pass(0).await;
        self.became(id).await
    }

    /// An event as it was stored.
    async fn stores(&self, topic: &str, seconds: i64, payload: Value) -> Uuid {
        let number = self.events.fetch_add(1, Relaxed);
        let triggered = start() + Duration::seconds(seconds);
        let webhook = inbound_webhooks::ActiveModel {
            source: Set("shopify".to_owned()),
            external_id: Set(format!("webhook-{number}")),
            topic: Set(topic.to_owned()),
            object_key: Set(object_key(topic, &payload)),
            triggered_at: Set(Some(triggered.into())),
            payload: Set(payload),
            ..Default::default()
        };
        stored::store(self.db, self.shop.clock().now(), webhook).await
    }

    async fn became(&self, id: Uuid) -> String {
        stored::outcome(self.db, id).await
    }

    /// All that matters of an order, but ids, times and versions.
    async fn order(&self, shopify_id: &str) -> Value {
        let query = "query($id: String!) { orders(filter: { shopifyOrderId: { eq: $id } }) { nodes {
            orderNumber source status financialStatus fulfillmentStatus subtotalAmount discountAmount taxAmount
            includedTaxAmount shippingAmount shippingTaxAmount totalAmount capturedAmount refundedAmount reportAmount
            note tags email cancelReason placedAt cancelledAt sourceUpdatedAt
            items { nodes { sku title quantity price discountAmount taxAmount totalAmount fulfilledQuantity
              cancelledQuantity returnedQuantity refundedQuantity } }
            payments { nodes { provider amount status authorizedAmount capturedAmount refundedAmount } }
            refunds { nodes { externalId amount adjustmentAmount shippingAmount status source
              lines { nodes { quantity amount taxAmount } } } }
            fulfillments { nodes { status location carrier trackingNumber shopifyFulfillmentId
              lines { nodes { quantity } } } }
        } } }";
        let mut found = self.shop.query(query, json!({ "id": shopify_id })).await["orders"]["nodes"].take();
        let order = found.as_array_mut().expect("a list").pop().unwrap_or_default();
        sorted(order)
    }

    /// An order's status and sums: `CONFIRMED PAID UNFULFILLED 100.00 0.00`.
    async fn standing(&self, shopify_id: &str) -> String {
        let order = self.order(shopify_id).await;
        let fields = ["status", "financialStatus", "fulfillmentStatus", "capturedAmount", "refundedAmount"];
        fields.map(|field| text(&order[field])).join(" ")
    }
}

/// Refunds come in the order of their ids here.
fn sorted(mut order: Value) -> Value {
    if let Some(refunds) = order.pointer_mut("/refunds/nodes").and_then(Value::as_array_mut) {
        refunds.sort_by_key(|refund| refund["externalId"].to_string());
    }
    order
}

/// What an event is about, as the server sees it when it stores one.
fn object_key(topic: &str, payload: &Value) -> Option<String> {
    let id = |field: &str| payload[field].as_u64().map(|id| id.to_string());
    match topic.split_once('/')? {
        ("orders", _) => Some(format!("order:{}", id("id")?)),
        ("refunds", _) => Some(format!("order:{}", id("order_id")?)),
        ("products", _) => Some(format!("product:{}", id("id")?)),
        ("inventory_levels", _) => Some(format!("level:{}:{}", id("inventory_item_id")?, id("location_id")?)),
        ("customers", _) => Some(format!("customer:{}", id("id").or_else(|| id("customer_id"))?)),
        _ => None,
    }
}
