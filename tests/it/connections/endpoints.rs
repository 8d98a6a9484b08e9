//! Endpoints of webhooks: what they may be.

use chrono::Utc;
use entity::events;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use service::{
    Error, Service,
    clock::Clock,
    principal::{Principal, Role},
};
use tests::on_both_engines;

use crate::client::{Client, connect};

/// An endpoint of somebody else's server, with some fields changed.
fn endpoint(changes: Value) -> Value {
    let mut input = json!({ "name": "Test", "url": "https://1.1.1.1/hooks" });
    input.as_object_mut().expect("an object").extend(changes.as_object().expect("an object").clone());
    input
}

on_both_engines! {
    async fn only_servers_of_others_get_webhooks(db: &TestDatabase) {
        let client = Client::open(db, Clock::standing(Utc::now())).await;
        for url in [
            "http://1.1.1.1:8080/",
            "ftp://1.1.1.1/",
            "1.1.1.1/hooks",
            "https://me:pw@1.1.1.1/",
            "https://1.1.1.1:22/",
            "https://127.0.0.1/",
            "https://127.1/",
            "https://2130706433/",
            "https://localhost/",
            "https://10.0.0.1/",
            "https://169.254.169.254/latest/meta-data/",
            "https://[::1]/",
            "https://[::ffff:127.0.0.1]/",
            "https://[64:ff9b::7f00:1]/",
            "https://[fd00::1]/",
            "https://a\u{0}b/",
            "",
        ] {
            let refused = client.refused("createWebhookEndpoint", endpoint(json!({ "url": url }))).await;
            assert_eq!((&refused["code"], &refused["path"]), (&json!("INVALID"), &json!(["url"])), "{url}: {refused}");
        }
        let long = format!("https://1.1.1.1/{}", "x".repeat(2000));
        let refused = client.refused("createWebhookEndpoint", endpoint(json!({ "url": long }))).await;
        assert_eq!(refused["path"], json!(["url"]));
        let made = client.done("createWebhookEndpoint", endpoint(json!({})), "webhookEndpoint { id }").await;
        let change = json!({ "id": made["webhookEndpoint"]["id"], "url": "https://127.0.0.1/" });
        assert_eq!(client.refused("updateWebhookEndpoint", change).await["path"], json!(["url"]));
    }

    async fn a_query_can_be_answered_about_any_event(db: &TestDatabase) {
        let client = Client::open(db, Clock::standing(Utc::now())).await;
        for query in [
            " ",
            "{ nothing }",
            "query($id: ID!) {",
            "mutation($id: ID!) { achieveGoal(id: $id) { id } }",
            "subscription { events { cursor } }",
            "query($id: ID!, $other: ID!) { order(id: $id) { id } goal(id: $other) { id } }",
            "query A($id: ID!) { order(id: $id) { id } } query B($id: ID!) { goal(id: $id) { id } }",
            "{ orders(first: 250) { nodes { items(first: 250) { nodes { id } } } } }",
        ] {
            let refused = client.refused("createWebhookEndpoint", endpoint(json!({ "query": query }))).await;
            let found = (&refused["code"], &refused["path"]);
            assert_eq!(found, (&json!("INVALID"), &json!(["query"])), "{query}: {refused}");
        }
        let query = "query($id: ID!) { order(id: $id) { orderNumber } }";
        client.done("createWebhookEndpoint", endpoint(json!({ "query": query })), "secret").await;
    }

    async fn kinds_are_those_of_the_log(db: &TestDatabase) {
        let client = Client::open(db, Clock::standing(Utc::now())).await;
        let wrong = endpoint(json!({ "kinds": ["order.placed", "order.nothing"] }));
        let refused = client.refused("createWebhookEndpoint", wrong).await;
        assert_eq!((&refused["code"], &refused["path"]), (&json!("INVALID"), &json!(["kinds", "1"])));
        let twice = endpoint(json!({ "kinds": ["order.placed", "order.cancelled", "order.placed"] }));
        let made = client.done("createWebhookEndpoint", twice, "webhookEndpoint { kinds isActive generation }").await;
        let expected = json!({ "kinds": ["order.cancelled", "order.placed"], "isActive": true, "generation": 1 });
        assert_eq!(made["webhookEndpoint"], expected);
    }

    async fn a_secret_is_made_again_for_the_same_call_only(db: &TestDatabase) {
        let client = Client::open(db, Clock::standing(Utc::now())).await;
        let input = endpoint(json!({ "idempotencyKey": "one" }));
        let first = client.done("createWebhookEndpoint", input.clone(), "secret replayed webhookEndpoint { id }").await;
        let again = client.done("createWebhookEndpoint", input, "secret replayed webhookEndpoint { id }").await;
        assert_eq!((&again["secret"], &again["replayed"]), (&first["secret"], &json!(true)));
        assert!(first["secret"].as_str().is_some_and(|secret| secret.starts_with("whsec_")));
        let id = first["webhookEndpoint"]["id"].clone();
        let stored = client.query("query($id: ID!) { webhookEndpoint(id: $id) { url } }", json!({ "id": id })).await;
        assert_eq!(stored["webhookEndpoint"]["url"], "https://1.1.1.1/hooks");
        for hours in [-1, 169] {
            let input = json!({ "id": id, "overlapHours": hours });
            assert_eq!(client.refused("rotateWebhookSecret", input).await["path"], json!(["overlapHours"]));
        }
        let deleted = client.done("deleteWebhookEndpoint", json!({ "id": id }), "deletedId").await;
        assert_eq!(deleted["deletedId"], id);
    }

    async fn only_administrators_see_urls_and_queries(db: &TestDatabase) {
        let client = Client::open(db, Clock::standing(Utc::now())).await;
        let url = "https://1.1.1.1/hooks/made-up-token";
        let query = "query($id: ID!) { order(id: $id) { orderNumber } }";
        let input = endpoint(json!({ "url": url, "query": query }));
        let made = client.done("createWebhookEndpoint", input, "webhookEndpoint { url query }").await;
        assert_eq!(made["webhookEndpoint"], json!({ "url": url, "query": query }));
        for role in [Role::Viewer, Role::Operator, Role::Orchestrator] {
            let other = client.acting(Principal { name: "other".to_owned(), key: None, role, agent: None });
            for read in [
                "{ webhookEndpoints { nodes { id } } }",
                "{ webhookEndpoints(filter: { url: { startsWith: \"https://1.1.1.1/hooks/m\" } }) { totalCount } }",
            ] {
                let error = other.error(read, json!({})).await;
                assert!(matches!(error, Error::Forbidden(_)), "{role:?}: {error:?}");
            }
            other.query("{ webhookDeliveries { nodes { endpointId status } } }", json!({})).await;
        }
        let told = events::Entity::find().all(db.connection()).await.expect("read");
        let told = told.iter().find(|event| event.kind == "webhook.endpoint_created").expect("the event");
        assert_eq!((&told.changes["url"], &told.changes["query"]), (&json!("•••"), &json!("•••")));
    }

    async fn without_a_secret_there_are_no_endpoints(db: &TestDatabase) {
        let client = Client::new(Service::new(connect(db).await, Clock::standing(Utc::now())));
        let refused = client.refused("createWebhookEndpoint", endpoint(json!({}))).await;
        assert_eq!(refused["code"], "INVALID");
        let message = refused["message"].as_str().unwrap_or_default();
        assert!(message.contains("VIVIDWALLS_PUBLIC_URL"), "{message}");
    }
}
