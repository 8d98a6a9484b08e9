//! Calls of the mutations of segments and e-mail lists, with every id that their inputs can have.

use serde_json::{Value, json};

use super::fixture::DemoFixture;

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let segment = json!({ "name": "Calls", "type": "ONLINE" });
    let segment = fixture.done("createSegment", segment, "segment { id }").await["segment"]["id"].clone();
    let customers = fixture.query("{ customers(first: 1) { nodes { id } } }", json!({})).await;
    let member = json!({ "customerId": customers["customers"]["nodes"][0]["id"], "segmentId": segment });
    let list = async |name: &str, more: Value| {
        let mut input = json!({ "name": name, "type": "STATIC" });
        input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
        fixture.done("createEmailList", input, "emailList { id }").await["emailList"]["id"].clone()
    };
    let (news, gone) = (list("Calls news", json!({})).await, list("Calls gone", json!({})).await);
    let confirmed = list("Calls confirmed", json!({ "doubleOptIn": true })).await;
    let found = list("Calls found", json!({ "type": "DYNAMIC", "criteria": {} })).await;
    let item = |list: &Value, name: &str| json!({ "email": format!("{name}@calls.example.com"), "listId": list, "source": "API" });
    let waiting = json!({ "items": [item(&confirmed, "waiting")] });
    let waiting = fixture.done("subscribe", waiting, "results { confirmationToken }").await;
    let token = waiting["results"][0]["confirmationToken"].clone();
    vec![
        ("createSegment", json!({ "name": "Calls new", "type": "ONLINE" })),
        ("updateSegment", json!({ "id": segment, "isActive": false })),
        ("recomputeSegment", json!({ "id": segment })),
        ("assignSegment", json!({ "items": [member] })),
        ("unassignSegment", json!({ "items": [member] })),
        ("createEmailList", json!({ "name": "Calls new", "type": "STATIC" })),
        ("updateEmailList", json!({ "id": news, "description": "x" })),
        ("deleteEmailList", json!({ "id": gone })),
        ("recomputeEmailList", json!({ "id": found })),
        ("subscribe", json!({ "items": [item(&news, "reader")] })),
        ("confirmSubscription", json!({ "token": token })),
        ("unsubscribe", json!({ "email": "leaving@calls.example.com", "listId": news })),
    ]
}
