//! Calls of the mutations of parcels and returns, with every id that their inputs can have.

use serde_json::{Value, json};

use super::{
    fixture::{DemoFixture, with},
    order_calls::variant,
};

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let line = json!({ "variantId": variant(fixture).await, "quantity": 6 });
    let wanted = json!({ "email": "parcels@example.com", "lines": [line], "confirm": true });
    let placed = fixture.done("placeOrder", wanted, "order { id items { nodes { id } } }").await;
    let (order, item) = (&placed["order"]["id"], &placed["order"]["items"]["nodes"][0]["id"]);
    let one = json!([{ "itemId": item, "quantity": 1 }]);
    let parcel = json!({ "orderId": order, "location": "main", "lines": one });
    let pack = async |quantity: i32, shipped: bool| {
        let lines = json!([{ "itemId": item, "quantity": quantity }]);
        let input = with(parcel.clone(), json!({ "lines": lines, "shipped": shipped }));
        fixture.done("createFulfillment", input, "fulfillment { id }").await["fulfillment"]["id"].clone()
    };
    let (packed, shipped) = (json!({ "id": pack(2, false).await }), json!({ "id": pack(3, true).await }));
    let back = json!({ "orderId": order, "lines": one, "reason": "x" });
    let ask = async || {
        let asked = fixture.done("requestReturn", back.clone(), "orderReturn { id }").await;
        json!({ "id": asked["orderReturn"]["id"] })
    };
    let (asked, approved) = (ask().await, ask().await);
    fixture.done("decideReturn", with(approved.clone(), json!({ "approve": true })), "replayed").await;
    vec![
        ("createFulfillment", parcel.clone()),
        ("shipFulfillment", packed.clone()),
        ("deliverFulfillment", shipped),
        ("cancelFulfillment", packed),
        ("requestReturn", back.clone()),
        ("decideReturn", with(asked.clone(), json!({ "approve": false }))),
        ("receiveReturn", with(approved, json!({ "lines": one }))),
        ("cancelReturn", asked),
    ]
}
