//! Calls of the mutations of customers, with every id that their inputs can have.

use serde_json::{Value, json};

use super::fixture::DemoFixture;

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let customer = async |name: &str| {
        let input = json!({ "email": format!("{name}@calls.example.com") });
        fixture.done("createCustomer", input, "customer { id }").await["customer"]["id"].clone()
    };
    let (one, other, gone) = (customer("one").await, customer("other").await, customer("gone").await);
    let agent = fixture.agent("Sales Specialist").await;
    let said = json!({ "customerId": one, "agentId": agent, "interactionType": "x", "channel": "PHONE" });
    let logged = fixture.done("logInteraction", said.clone(), "interaction { id }").await;
    let consent = json!({ "customerId": one, "channel": "EMAIL", "state": "WITHDRAWN", "source": "CUSTOMER" });
    vec![
        ("createCustomer", json!({ "email": "new@calls.example.com" })),
        ("updateCustomer", json!({ "id": one, "note": "x" })),
        ("setConsent", consent),
        ("mergeCustomers", json!({ "intoId": one, "fromIds": [other] })),
        ("discloseCustomer", json!({ "id": one })),
        ("eraseCustomer", json!({ "id": gone, "reason": "x" })),
        ("logInteraction", said),
        ("updateInteraction", json!({ "id": logged["interaction"]["id"], "outcome": "x" })),
    ]
}
