//! Calls of the mutations of bulk jobs.

use serde_json::{Value, json};

use super::fixture::DemoFixture;

/// A call of each.
pub(super) async fn calls(fixture: &DemoFixture) -> Vec<(&'static str, Value)> {
    let new = json!({ "kind": "EXPORT_PRODUCTS" });
    let make = async || {
        let made = fixture.done("createBulkJob", new.clone(), "bulkJob { id }").await;
        made["bulkJob"]["id"].clone()
    };
    let (started, cancelled) = (make().await, make().await);
    vec![
        ("createBulkJob", json!({ "kind": "SET_STOCK", "options": { "location": "main" } })),
        ("startBulkJob", json!({ "id": started })),
        ("cancelBulkJob", json!({ "id": cancelled })),
    ]
}
