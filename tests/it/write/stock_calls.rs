//! Calls of the mutations of stock, with every id that their inputs can have.

use serde_json::{Value, json};

use super::fixture::DemoFixture;

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let query = "{ inventoryLevels(first: 1, filter: { location: { eq: \"main\" }, quantityAvailable: { gte: 6 } }) {
        nodes { id productVariantId } } }";
    let level = fixture.query(query, json!({})).await["inventoryLevels"]["nodes"][0].take();
    let (level, variant) = (&level["id"], &level["productVariantId"]);
    let line = json!({ "variantId": variant, "quantity": 1 });
    let held = fixture.done("reserveStock", json!({ "lines": [line] }), "hold { id }").await;
    let hold = json!({ "holdId": held["hold"]["id"] });
    let item = |more: Value| {
        let mut item = json!({ "variantId": variant, "location": "main" });
        item.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        json!({ "items": [item] })
    };
    vec![
        ("reserveStock", json!({ "lines": [line] })),
        ("extendHold", hold.clone()),
        ("releaseHold", hold),
        ("setStock", item(json!({ "available": 4, "changeFromQuantity": null }))),
        ("adjustStock", item(json!({ "delta": -1 }))),
        ("receiveStock", item(json!({ "quantity": 1 }))),
        ("transferStock", json!({ "from": "main", "to": "north", "items": [line] })),
        ("updateInventoryLevels", json!({ "items": [{ "id": level, "reorderPoint": 3 }] })),
        ("removeInventoryLevel", json!({ "id": level })),
    ]
}
