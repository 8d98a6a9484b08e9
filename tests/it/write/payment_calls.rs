//! Calls of the mutations of payments and refunds, with every id that their inputs can have.

use serde_json::{Value, json};

use super::fixture::DemoFixture;

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let variant = variant(fixture).await;
    let open = order(fixture, &variant).await;
    let payment = json!({ "orderId": open, "provider": "stripe", "amount": "3" });
    let payment = fixture.done("createPayment", payment, "payment { id }").await["payment"]["id"].clone();
    let capture = json!({ "id": payment, "amount": "1" });
    let asked = fixture.done("capturePayment", capture, "payment { entries { nodes { id } } }").await;
    let request = &asked["payment"]["entries"]["nodes"][0]["id"];

    let paid = order(fixture, &variant).await;
    let captured = json!({ "orderId": paid, "provider": "stripe" });
    let captured = fixture.done("createPayment", captured, "payment { id }").await["payment"]["id"].clone();
    fixture.done("reportPayment", json!({ "id": captured, "kind": "CAPTURED" }), "applied").await;
    let items = fixture.query("query($id: ID!) { order(id: $id) { items { nodes { id } } } }", json!({ "id": paid }));
    let item = items.await["order"]["items"]["nodes"][0]["id"].clone();
    let lines = json!([{ "itemId": item, "quantity": 1 }]);
    let parcel = json!({ "orderId": paid, "location": "main", "lines": lines, "shipped": true });
    fixture.done("createFulfillment", parcel, "order { id }").await;
    let back = json!({ "orderId": paid, "lines": lines, "reason": "x" });
    let back = fixture.done("requestReturn", back, "orderReturn { id }").await["orderReturn"]["id"].clone();
    let refund = json!({ "orderId": paid, "adjustment": "1" });
    let refund = fixture.done("refundOrder", refund, "refund { id }").await["refund"]["id"].clone();
    let approval = fixture.query("{ approvals(first: 1) { nodes { id } } }", json!({})).await;
    let approval = &approval["approvals"]["nodes"][0]["id"];
    vec![
        ("createPayment", json!({ "orderId": open, "provider": "manual", "amount": "1" })),
        ("capturePayment", json!({ "id": payment })),
        ("voidPayment", json!({ "id": payment })),
        ("markOrderPaid", json!({ "orderId": open })),
        ("reportPayment", json!({ "id": payment, "kind": "CAPTURED", "requestId": request })),
        (
            "refundOrder",
            json!({
                "orderId": paid, "lines": lines, "shipping": { "all": true }, "returnId": back, "paymentId": captured,
                "approvalId": approval,
            }),
        ),
        ("cancelRefund", json!({ "id": refund })),
        ("retryRefund", json!({ "id": refund, "paymentId": captured })),
    ]
}

/// A variant that can be bought.
async fn variant(fixture: &DemoFixture) -> Value {
    let query =
        "{ inventoryLevels(first: 250, filter: { location: { eq: \"main\" }, quantityAvailable: { gte: 10 } }) {
        nodes { productVariant { id isAvailable product { status } } } } }";
    let answer = fixture.query(query, json!({})).await;
    let levels = answer["inventoryLevels"]["nodes"].as_array().expect("a list").iter();
    let mut variants = levels.map(|level| &level["productVariant"]);
    let sold = |variant: &&Value| variant["isAvailable"] == true && variant["product"]["status"] == "ACTIVE";
    variants.find(sold).expect("a variant that can be bought")["id"].clone()
}

/// An order that is placed; its id.
async fn order(fixture: &DemoFixture, variant: &Value) -> Value {
    let line = json!({ "variantId": variant, "quantity": 2 });
    let input = json!({ "email": "contract@example.com", "lines": [line] });
    fixture.done("placeOrder", input, "order { id }").await["order"]["id"].clone()
}
