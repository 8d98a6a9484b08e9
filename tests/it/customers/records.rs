//! Creating and changing customers, and what was said with them.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{count, customer, known, order, stocked, told};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

on_both_engines! {
    async fn a_customer_is_created_and_changed(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let input = json!({
            "email": " Ann@Example.COM ", "firstName": "Ann", "lastName": " ", "phone": "+1 555 010", "tags": ["new", "new"],
            "note": "likes blue",
        });
        let made = shop.done("createCustomer", input, "customer { id lastName currency version }").await["customer"].clone();
        assert_eq!((&made["lastName"], &made["currency"]), (&Value::Null, &json!("USD")));
        let id = &made["id"];
        let ann = known(&shop, id).await;
        assert_eq!(ann["email"], "ann@example.com");
        assert_eq!((&ann["tags"], &ann["note"]), (&json!(["new"]), &json!("likes blue")));
        let change = json!({ "id": id, "expectedVersion": 1, "phone": null, "firstName": "Anna" });
        shop.done("updateCustomer", change.clone(), "customer { id }").await;
        let anna = known(&shop, id).await;
        assert_eq!((&anna["firstName"], &anna["phone"], &anna["version"]), (&json!("Anna"), &Value::Null, &json!(2)));
        assert_eq!(shop.code_and_path("updateCustomer", change).await, "VERSION_CONFLICT expectedVersion");
        assert_eq!(told(db, id).await, ["customer.created", "customer.updated"]);
        // Of the person events and the audit log say only that something changed.
        for table in ["events", "audit_entries"] {
            let column = if table == "events" { "changes" } else { "after" };
            let sql = format!("SELECT COUNT(*) FROM {table} WHERE CAST({column} AS TEXT) LIKE '%Anna%' OR CAST({column} AS TEXT) LIKE '%ann@%'");
            assert_eq!(count(db, &sql).await, 0, "{table}");
        }
        shop.check().await;
    }

    async fn what_no_customer_can_have_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = customer(&shop, "ann@example.com").await;
        customer(&shop, "bob@example.com").await;
        for (changes, refusal) in [
            (json!({ "email": "" }), "INVALID email"),
            (json!({ "email": "ann" }), "INVALID email"),
            (json!({ "email": "BOB@example.com" }), "ALREADY_EXISTS email"),
            (json!({ "email": "x@y.z", "phone": "1".repeat(51) }), "INVALID phone"),
            (json!({ "email": "x@y.z", "phone": "unknown" }), "INVALID phone"),
            (json!({ "email": "x@y.z", "tags": ["a,b"] }), "INVALID tags.0"),
            (json!({ "email": "x@y.z", "note": "\u{0}" }), "INVALID note"),
        ] {
            assert_eq!(shop.code_and_path("createCustomer", changes.clone()).await, refusal, "{changes}");
            let change = with(json!({ "id": ann }), changes);
            assert_eq!(shop.code_and_path("updateCustomer", change).await, refusal);
        }
        assert_eq!(shop.code_and_path("updateCustomer", json!({ "id": NOBODY })).await, "NOT_FOUND id");
        shop.check().await;
    }

    async fn whoever_buys_first_becomes_a_customer(db: &TestDatabase) {
        let shop = stocked(db).await;
        let consent = json!({
            "address": "new@example.com", "channel": "EMAIL", "state": "GRANTED", "source": "CUSTOMER", "evidence": { "form": "x" },
        });
        let payload = shop.done("setConsent", consent, "customer { id }").await;
        assert_eq!(payload["customer"], Value::Null);
        let (_, id) = order(&shop, json!({ "email": "New@example.com" }), 1).await;
        assert_eq!(known(&shop, &id).await["acceptsMarketing"], true);
        assert_eq!(told(db, &id).await, ["customer.created"]);
        let (_, other) = order(&shop, json!({ "email": "other@example.com" }), 1).await;
        assert_eq!(known(&shop, &other).await["acceptsMarketing"], false);
        shop.check().await;
    }

    async fn what_is_said_is_logged_and_with_an_agent_it_is_a_touchpoint(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = customer(&shop, "ann@example.com").await;
        let input = json!({
            "customerId": ann, "interactionType": "quote", "channel": "PHONE", "content": "A large order?",
            "sentimentScore": "0.5", "metadata": { "minutes": 4 },
        });
        let fields = "interaction { id agentId sentimentScore version }";
        let said = shop.done("logInteraction", input.clone(), fields).await["interaction"].clone();
        assert_eq!(count(db, "SELECT COUNT(*) FROM touchpoints").await, 0);
        shop.done("logInteraction", with(input.clone(), json!({ "agentId": shop.orchestrator })), fields).await;
        assert_eq!(count(db, "SELECT COUNT(*) FROM touchpoints WHERE kind = 'interaction' AND channel = 'phone'").await, 1);
        let change = json!({ "id": said["id"], "outcome": "sent a quote", "content": null, "expectedVersion": 1 });
        let changed = shop.done("updateInteraction", change, "interaction { outcome content version }").await;
        assert_eq!(changed["interaction"], json!({ "outcome": "sent a quote", "content": null, "version": 2 }));
        for (changes, refusal) in [
            (json!({ "customerId": NOBODY }), "NOT_FOUND customerId"),
            (json!({ "agentId": NOBODY }), "NOT_FOUND agentId"),
            (json!({ "interactionType": " " }), "INVALID interactionType"),
            (json!({ "sentimentScore": "1.01" }), "INVALID sentimentScore"),
            (json!({ "metadata": [] }), "INVALID metadata"),
        ] {
            let input = with(input.clone(), changes);
            assert_eq!(shop.code_and_path("logInteraction", input.clone()).await, refusal, "{input}");
        }
        shop.check().await;
    }
}
