//! Calls of the mutations of orders, with every id that their inputs can have.

use serde_json::{Value, json};

use super::fixture::{DemoFixture, with};

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let variant = variant(fixture).await;
    let line = json!({ "variantId": variant, "quantity": 1 });
    let customer = first(fixture, "customers").await;
    let wanted = json!({ "customerId": customer, "lines": [line] });
    let made =
        async |mutation: &str| fixture.done(mutation, wanted.clone(), "order { id }").await["order"]["id"].clone();
    let (draft, order) = (made("createDraftOrder").await, made("placeOrder").await);
    let held = fixture.done("reserveStock", json!({ "lines": [line] }), "hold { id }").await;
    let approval = first(fixture, "approvals").await;
    let how = json!({
        "draftId": null, "holdId": held["hold"]["id"], "placedByAgentId": first(fixture, "agents").await,
        "approvalId": approval,
    });
    let on = json!({ "id": order });
    let change = json!({ "itemId": null, "variantId": variant, "quantity": 1 });
    vec![
        ("createDraftOrder", wanted.clone()),
        ("updateDraftOrder", with(json!({ "id": draft }), wanted.clone())),
        ("deleteDraftOrder", json!({ "id": draft })),
        ("placeOrder", with(how, wanted.clone())),
        ("confirmOrder", on.clone()),
        ("updateOrder", with(on.clone(), json!({ "note": "x" }))),
        ("completeOrder", on.clone()),
        ("editOrder", with(on.clone(), json!({ "changes": [change], "approvalId": approval }))),
        ("cancelOrder", with(on, json!({ "approvalId": approval }))),
    ]
}

/// The first row of a list; its id.
async fn first(fixture: &DemoFixture, list: &str) -> Value {
    let query = format!("{{ {list}(first: 1) {{ nodes {{ id }} }} }}");
    fixture.query(&query, json!({})).await[list]["nodes"][0]["id"].clone()
}

/// A variant that can be bought.
pub(super) async fn variant(fixture: &DemoFixture) -> Value {
    let query =
        "{ inventoryLevels(first: 250, filter: { location: { eq: \"main\" }, quantityAvailable: { gte: 10 } }) {
        nodes { productVariant { id isAvailable product { status } } } } }";
    let answer = fixture.query(query, json!({})).await;
    let levels = answer["inventoryLevels"]["nodes"].as_array().expect("a list").iter();
    let mut variants = levels.map(|level| &level["productVariant"]);
    let sold = |variant: &&Value| variant["isAvailable"] == true && variant["product"]["status"] == "ACTIVE";
    variants.find(sold).expect("a variant that can be bought")["id"].clone()
}
