//! A sale from the first piece to the last cent, and what time does to those that are not made.

use serde_json::{Value, json};

use crate::work::fixture::WorkFixture;

/// Sells pieces of the first variant of the list.
pub(crate) async fn sell(fixture: &WorkFixture) {
    let found = fixture.query("{ productVariants(first: 1) { nodes { id } } }", json!({})).await;
    let variant = &found["productVariants"]["nodes"][0]["id"];
    let items = json!([{ "variantId": variant, "location": "main", "quantity": 20 }]);
    fixture.done("receiveStock", json!({ "items": items }), "results { userErrors { code } }").await;
    let level = json!({ "variantId": variant, "location": "main", "available": 18, "changeFromQuantity": 20 });
    fixture.done("setStock", json!({ "items": [level] }), "results { userErrors { code } }").await;
    hold(fixture, variant).await;
    order(fixture, variant).await;
}

/// A hold that is given back, and one that lapses.
async fn hold(fixture: &WorkFixture, variant: &Value) {
    let lines = json!([{ "variantId": variant, "quantity": 1 }]);
    let held = fixture.done("reserveStock", json!({ "lines": lines, "ttlSeconds": 60 }), "hold { id }").await;
    let hold = &held["hold"]["id"];
    fixture.done("extendHold", json!({ "holdId": hold, "ttlSeconds": 90 }), "hold { expiresAt }").await;
    fixture.done("releaseHold", json!({ "holdId": hold }), "reservations { id }").await;
    fixture.done("reserveStock", json!({ "lines": lines, "ttlSeconds": 60 }), "hold { id }").await;
}

/// An order that is paid, sent, sent back and refunded; a quote and an order that end by themselves.
async fn order(fixture: &WorkFixture, variant: &Value) {
    let buyer = |more: Value| {
        let mut input = json!({ "lines": [{ "variantId": variant, "quantity": 2 }], "email": "buyer@example.com" });
        input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        input
    };
    let soon = fixture.clock().now() + chrono::Duration::seconds(60);
    fixture.done("createDraftOrder", buyer(json!({ "validUntil": soon, "holdMinutes": 1 })), "order { id }").await;
    fixture.done("placeOrder", buyer(json!({ "holdMinutes": 1 })), "order { id }").await;

    let payment = json!({ "provider": "manual", "captured": true });
    let placed = buyer(json!({ "confirm": true, "payment": payment }));
    let placed = fixture.done("placeOrder", placed, "order { id items { nodes { id } } }").await;
    let (order, item) = (&placed["order"]["id"], &placed["order"]["items"]["nodes"][0]["id"]);
    let lines = json!([{ "itemId": item, "quantity": 1 }]);
    let parcel = json!({ "orderId": order, "location": "main", "lines": lines, "shipped": true });
    fixture.done("createFulfillment", parcel, "fulfillment { id }").await;
    let back = json!({ "orderId": order, "lines": lines, "reason": "damaged" });
    let back = fixture.done("requestReturn", back, "orderReturn { id }").await;
    let back = &back["orderReturn"]["id"];
    fixture.done("decideReturn", json!({ "id": back, "approve": true }), "orderReturn { id }").await;
    fixture.done("receiveReturn", json!({ "id": back, "lines": lines }), "orderReturn { id }").await;
    fixture.done("refundOrder", json!({ "orderId": order, "everything": true }), "refund { id }").await;
}
