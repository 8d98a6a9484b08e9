//! Customers, what they allow, and what the law gives them a right to.

use entity::{configurations, customers, inbound_webhooks};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    Shopify,
    payload::{at, order},
};
use crate::shop::fixture::with;

fn customer(seconds: i64, more: Value) -> Value {
    let customer = json!({
        "id": 207_119_551, "email": "Bob@Example.com", "first_name": "Bob", "last_name": "Norman", "phone": null,
        "tags": "loyal", "note": null, "updated_at": at(seconds),
    });
    with(customer, more)
}

fn consent(state: &str, seconds: i64) -> Value {
    json!({
        "customer_id": 207_119_551, "email_address": "bob@example.com", "email_marketing_consent": {
            "state": state, "opt_in_level": "single_opt_in", "consent_updated_at": at(seconds),
        },
    })
}

impl Shopify<'_> {
    async fn bob(&self) -> Value {
        let query = "{ customerByEmail(email: \"bob@example.com\") {
            id firstName tags acceptsMarketing shopifyCustomerId } }";
        self.shop.query(query, json!({})).await["customerByEmail"].take()
    }
}

on_both_engines! {
    async fn customers_follow_and_are_forgotten(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("customers/create", 0, customer(0, json!({}))).await, "Processed");
        assert_eq!(shopify.bob().await["shopifyCustomerId"], "207119551");
        let renamed = customer(20, json!({ "first_name": "Robert" }));
        assert_eq!(shopify.tells("customers/update", 20, renamed).await, "Processed");
        let stale = shopify.tells("customers/update", 10, customer(10, json!({}))).await;
        assert_eq!(stale, "Ignored a later change of the customer is known");
        assert_eq!(shopify.bob().await["firstName"], "Robert");
        // Whoever has an order stays, without the id.
        let buyer = json!({ "customer": { "id": 207_119_551 }, "email": "bob@example.com" });
        assert_eq!(shopify.tells("orders/create", 0, order(1, 0, buyer)).await, "Processed");
        assert_eq!(shopify.tells("customers/delete", 30, json!({ "id": 207_119_551 })).await, "Processed");
        assert_eq!(shopify.bob().await["shopifyCustomerId"], Value::Null);
        let other = customer(0, json!({ "id": 5, "email": "eve@example.com" }));
        assert_eq!(shopify.tells("customers/create", 0, other).await, "Processed");
        assert_eq!(shopify.tells("customers/delete", 30, json!({ "id": 5 })).await, "Processed");
        let left = customers::Entity::find().all(db.connection()).await.expect("read");
        assert!(left.iter().all(|customer| customer.email != "eve@example.com"));
        shopify.shop.check().await;
    }

    async fn consents_count_by_their_own_time(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let topic = "customers/email_marketing_consent_update";
        assert_eq!(shopify.tells("customers/create", -100, customer(-100, json!({}))).await, "Processed");
        assert_eq!(shopify.tells(topic, -90, consent("subscribed", -90)).await, "Processed");
        assert_eq!(shopify.bob().await["acceptsMarketing"], true);
        let no = json!({ "customerId": shopify.bob().await["id"], "channel": "EMAIL", "state": "WITHDRAWN",
            "source": "CUSTOMER", "evidence": {} });
        shopify.shop.done("setConsent", no, "replayed").await;
        assert_eq!(shopify.bob().await["acceptsMarketing"], false);
        // An earlier yes does not count against a later no.
        shopify.tells(topic, -50, consent("subscribed", -50)).await;
        assert_eq!(shopify.bob().await["acceptsMarketing"], false);
        shopify.shop.check().await;
    }

    async fn a_withdrawal_counts_although_the_customer_has_another_id(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("customers/create", 0, customer(0, json!({ "id": 5 }))).await, "Processed");
        let topic = "customers/email_marketing_consent_update";
        let yes = with(consent("subscribed", 1), json!({ "customer_id": 5 }));
        assert_eq!(shopify.tells(topic, 1, yes).await, "Processed");
        // The account was made again there: of it the new one knows.
        let became = shopify.tells(topic, 10, consent("unsubscribed", 10)).await;
        assert_eq!(became, "Waiting the customer with the email address has the Shopify id 5: merge the two");
        assert_eq!(shopify.bob().await["acceptsMarketing"], false);
        shopify.shop.check().await;
    }

    async fn customers_exchange_their_addresses_in_any_order(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("customers/create", 0, customer(0, json!({}))).await, "Processed");
        let eve = |seconds, email| customer(seconds, json!({ "id": 5, "email": email, "first_name": "Eve" }));
        assert_eq!(shopify.tells("customers/create", 0, eve(0, "eve@example.com")).await, "Processed");
        // Bob gave his address up before Eve took it.
        let early = shopify.stores("customers/update", 20, eve(20, "bob@example.com")).await;
        shopify.shop.pass(0).await;
        assert!(shopify.became(early).await.starts_with("Waiting the customer"), "{}", shopify.became(early).await);
        // What is changed here while it waits stays.
        let query = "{ customerByEmail(email: \"eve@example.com\") { id } }";
        let id = shopify.shop.query(query, json!({})).await["customerByEmail"]["id"].take();
        shopify.shop.done("updateCustomer", json!({ "id": id, "firstName": "Evelyn" }), "customer { id }").await;
        let moved = customer(10, json!({ "email": "bobby@example.com" }));
        assert_eq!(shopify.tells("customers/update", 10, moved).await, "Processed");
        shopify.shop.pass(600).await;
        assert_eq!(shopify.became(early).await, "Processed");
        assert_eq!(shopify.bob().await["firstName"], "Evelyn");
        shopify.shop.check().await;
    }

    async fn whoever_has_the_address_now_is_not_erased_unasked(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("customers/create", 0, customer(0, json!({}))).await, "Processed");
        let person = json!({ "customer": { "id": 5, "email": "bob@example.com" } });
        assert_eq!(shopify.tells("customers/data_request", 1, person.clone()).await, "Processed");
        assert_eq!(shopify.tells("customers/redact", 2, person).await, "Processed");
        assert_eq!(shopify.bob().await["shopifyCustomerId"], "207119551");
        for task_type in ["redact_customer", "disclose_customer"] {
            let tasks = "query($type: String!) { tasks(filter: { taskType: { eq: $type } }) { nodes { inputData } } }";
            let tasks = shopify.shop.query(tasks, json!({ "type": task_type })).await["tasks"]["nodes"].take();
            assert_eq!(tasks[0]["inputData"]["customerId"], shopify.bob().await["id"], "{tasks}");
            assert!(tasks[0]["inputData"]["reason"].to_string().contains("another Shopify id"), "{tasks}");
        }
        shopify.shop.check().await;
    }

    async fn the_law_is_followed(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("customers/create", 0, customer(0, json!({}))).await, "Processed");
        let person = json!({ "shop_domain": "x.myshopify.com", "customer": { "id": 207_119_551, "email": "bob@example.com" } });
        assert_eq!(shopify.tells("customers/data_request", 1, person.clone()).await, "Processed");
        assert_eq!(shopify.tells("customers/redact", 2, person.clone()).await, "Processed");
        assert_eq!(shopify.bob().await, Value::Null);
        // A late update brings nobody back.
        assert!(shopify.tells("customers/update", 3, customer(3, json!({}))).await.starts_with("Ignored"));
        assert_eq!(shopify.bob().await, Value::Null);
        assert_eq!(shopify.tells("shop/redact", 4, json!({ "shop_id": 1 })).await, "Processed");
        let tasks = "{ tasks { nodes { taskType inputData } } }";
        let tasks = shopify.shop.query(tasks, json!({})).await["tasks"]["nodes"].take();
        let mut types: Vec<&str> = tasks.as_array().expect("a list").iter().filter_map(|task| task["taskType"].as_str()).collect();
        types.sort_unstable();
        assert_eq!(types, ["disclose_customer", "redact_shop"]);
        assert!(!tasks.to_string().contains("bob@"), "nothing personal stands in a task");
        shopify.shop.check().await;
    }

    async fn nothing_is_heard_of_an_app_that_was_removed(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("app/uninstalled", 0, json!({ "id": 1 })).await, "Processed");
        let settings = configurations::Entity::find().all(db.connection()).await.expect("read");
        assert!(settings.iter().any(|setting| setting.key == "shopify.installed" && setting.value == json!(false)));
        assert!(shopify.tells("orders/create", 1, order(1, 1, json!({}))).await.starts_with("Ignored the app"));
        shopify.shop.configure("shopify.installed", json!(true)).await;
        assert_eq!(shopify.tells("orders/create", 2, order(1, 2, json!({}))).await, "Processed");
        // What came meanwhile can be processed now.
        let replay = json!({ "filter": { "status": "IGNORED" } });
        let replayed = shopify.shop.done("replayInboundWebhooks", replay, "inboundWebhooks { id }").await;
        assert_eq!(replayed["inboundWebhooks"].as_array().map(Vec::len), Some(1));
        // A late event about the removal has no effect once the app is installed again.
        let late = shopify.tells("app/uninstalled", -5, json!({ "id": 1 })).await;
        assert_eq!(late, "Ignored the app was installed again after that");
    }

    async fn a_deletion_that_comes_first_is_not_lost(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        let deleted = shopify.stores("customers/delete", 30, json!({ "id": 207_119_551 })).await;
        shopify.shop.pass(0).await;
        assert!(shopify.became(deleted).await.starts_with("Waiting the customer"));
        assert_eq!(shopify.tells("customers/create", 0, customer(0, json!({}))).await, "Processed");
        shopify.shop.pass(0).await;
        assert_eq!(shopify.became(deleted).await, "Processed");
        assert_eq!(shopify.bob().await, Value::Null);
        // Nobody asks for ever.
        let unknown = shopify.stores("customers/delete", 30, json!({ "id": 5 })).await;
        shopify.shop.pass(0).await;
        shopify.shop.pass(5 * 3600).await;
        assert_eq!(shopify.became(unknown).await, "Ignored the customer is not known");
    }

    async fn nothing_personal_is_kept_of_who_was_erased(db: &TestDatabase) {
        let shopify = Shopify::open(db).await;
        assert_eq!(shopify.tells("customers/create", 0, customer(0, json!({}))).await, "Processed");
        let buyer = json!({ "customer": { "id": 207_119_551 }, "email": "bob@example.com" });
        let done = with(buyer, json!({ "financial_status": "voided", "cancelled_at": at(1) }));
        assert_eq!(shopify.tells("orders/cancelled", 1, order(1, 1, done.clone())).await, "Processed");
        let person = json!({ "customer": { "id": 207_119_551, "email": "bob@example.com" } });
        assert_eq!(shopify.tells("customers/redact", 2, person).await, "Processed");
        // Events about the order go on, without the person.
        assert_eq!(shopify.tells("orders/updated", 3, order(1, 3, done)).await, "Processed");
        shopify.tells("customers/update", 4, customer(4, json!({}))).await;
        let kept = inbound_webhooks::Entity::find().all(db.connection()).await.expect("read");
        assert_eq!(kept.len(), 5);
        for event in kept {
            assert_eq!(event.payload, json!({}), "{}", event.topic);
        }
        shopify.shop.check().await;
    }
}
