//! Customers: what they allow, two that are one person, and one who is forgotten.

use serde_json::{Value, json};

use crate::work::fixture::WorkFixture;

/// Gets to know customers, and forgets one.
pub(crate) async fn know(fixture: &WorkFixture) {
    let one = customer(fixture, "one").await;
    let other = customer(fixture, "other").await;
    for (channel, state) in [("EMAIL", "GRANTED"), ("SMS", "GRANTED"), ("EMAIL", "WITHDRAWN")] {
        let said = json!({ "customerId": one, "channel": channel, "state": state, "source": "CUSTOMER" });
        fixture.done("setConsent", said, "customer { id }").await;
    }
    fixture.done("mergeCustomers", json!({ "intoId": one, "fromIds": [other] }), "customer { id }").await;
    fixture.done("eraseCustomer", json!({ "id": one, "reason": "asked for it" }), "customer { id }").await;
}

/// The id of a new customer.
async fn customer(fixture: &WorkFixture, name: &str) -> Value {
    let input = json!({ "email": format!("{name}@tour.example.com"), "phone": "+1 202 555 0199" });
    fixture.done("createCustomer", input, "customer { id }").await["customer"]["id"].clone()
}
