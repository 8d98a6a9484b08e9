//! What was told is not known for ever.

use chrono::Duration;
use entity::sea_orm_active_enums::InboundStatus;
use serde_json::json;
use service::{
    principal::Source,
    retention::{Kind, Retention},
};
use tests::on_both_engines;

use super::Inbox;

on_both_engines! {
    async fn payloads_are_kept_for_a_month(db: &TestDatabase) {
        let inbox = Inbox::open(db).await;
        let (dead, waiting) = (inbox.stores_unreadable("pi_1").await, inbox.pays("pi_2").await);
        inbox.shop.pass(0).await;
        let service = &inbox.shop.service;
        for (days, old) in [(29, 0), (1, 1), (0, 0)] {
            inbox.shop.clock().advance(Duration::days(days));
            assert_eq!(service.count_old(Kind::InboundPayloads, Retention::default()).await.expect("counted"), old);
            assert_eq!(service.remove_old(Kind::InboundPayloads, Retention::default()).await.expect("removed"), old);
        }
        assert_eq!((inbox.row(dead).await.payload, inbox.row(dead).await.status), (json!({}), InboundStatus::Dead));
        assert_ne!(inbox.row(waiting).await.payload, json!({}));
        assert_eq!(inbox.shop.code_and_path("replayInboundWebhooks", json!({ "ids": [dead] })).await, "INVALID ids.0");
        let input = json!({ "id": dead, "orderId": inbox.order });
        assert_eq!(inbox.shop.code_and_path("matchInboundWebhook", input).await, "INVALID id");
    }

    async fn nothing_is_left_of_who_is_erased(db: &TestDatabase) {
        let inbox = Inbox::open(db).await;
        let buyer = "query($id: ID!) { order(id: $id) { customer { id } } }";
        let buyer = inbox.shop.query(buyer, json!({ "id": inbox.order })).await["order"]["customer"]["id"].take();
        let mentions = async |email: &str| {
            let payload = json!({ "id": 1, "contact": { "email": email } });
            inbox.receives(Source::Shopify, "carts/update", payload).await
        };
        let paid = inbox.pays_order("pi_1").await;
        let mentioned = mentions("Ann@Example.com").await;
        let known = inbox.stores("shopify", "carts/update", "customer:7", json!({ "name": "Ann" })).await;
        let other = mentions("bob@example.com").await;
        inbox.execute("UPDATE customers SET shopify_customer_id = '7'").await;
        inbox.shop.pass(0).await;
        let update = json!({ "id": 7, "email": "ann@example.com" });
        let open = inbox.stores("shopify", "customers/update", "customer:7", update).await;
        let items = "query($id: ID!) { order(id: $id) { items { nodes { id } } } }";
        let item = inbox.shop.query(items, json!({ "id": inbox.order })).await["order"]["items"]["nodes"][0]["id"].take();
        let lines = json!([{ "itemId": item, "quantity": 1 }]);
        let parcel = json!({ "orderId": inbox.order, "location": "main", "lines": lines, "shipped": true });
        inbox.shop.done("createFulfillment", parcel, "replayed").await;
        inbox.shop.done("eraseCustomer", json!({ "id": buyer, "reason": "asked for it" }), "replayed").await;
        for id in [paid, mentioned, known] {
            assert_eq!(inbox.row(id).await.payload, json!({}));
        }
        // What is still to be processed loses its payload at its end, and so does what comes later.
        assert_ne!(inbox.row(open).await.payload, json!({}));
        let charge = json!({ "data": { "object": { "id": "ch_1", "payment_intent": "pi_1", "amount": 100, "currency": "usd" } } });
        let unknown = json!({ "customer": { "email": "eve@example.com" } });
        let late = [
            open,
            mentions("ann@example.com").await,
            inbox.receives(Source::Stripe, "charge.updated", charge).await,
            inbox.receives(Source::Shopify, "customers/redact", unknown).await,
        ];
        inbox.shop.pass(0).await;
        for id in late {
            let row = inbox.row(id).await;
            assert_eq!((row.status, row.payload), (InboundStatus::Ignored, json!({})), "{} {:?}", row.topic, row.error);
        }
        assert_ne!(inbox.row(other).await.payload, json!({}));
        inbox.shop.check().await;
    }
}
