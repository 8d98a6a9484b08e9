//! What recipients do with messages, and where else customers meet the company.

use chrono::Duration;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{claim, launched, list, person, say, send, subscribers};
use crate::shop::fixture::{NOBODY, ShopFixture, refusal};

const RESULTS: &str = "results { applied recipient { id } userErrors { code path } }";

on_both_engines! {
    async fn each_time_is_set_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        launched(&shop, &["ann"], json!({})).await;
        let recipient = send(&shop, &claim(&shop, 10).await[0], "m1").await;
        let items = json!([
            { "recipientId": recipient, "kind": "DELIVERED" },
            { "providerMessageId": "m1", "kind": "OPENED" },
            { "providerMessageId": "m1", "kind": "OPENED" },
            { "providerMessageId": "m1", "kind": "CLICKED" },
        ]);
        assert_eq!(applied(&shop, &items).await, [true, true, false, true]);
        let times = "{ campaignRecipients(first: 1) { nodes { deliveredAt openedAt clickedAt bouncedAt } } }";
        let before = shop.query(times, Value::Null).await;
        shop.clock().advance(Duration::hours(1));
        assert_eq!(applied(&shop, &items).await, [false; 4]);
        assert_eq!(shop.query(times, Value::Null).await, before);
        let touches = "{ touchpoints(first: 9) { nodes { kind channel campaign { name } } } }";
        let touches = shop.query(touches, Value::Null).await["touchpoints"]["nodes"].clone();
        assert_eq!(touches.as_array().map(Vec::len), Some(2));
        shop.check().await;
    }

    async fn who_complains_is_not_written_to_any_more(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let people = ["ann", "bob", "cid"];
        let items: Vec<Value> = people
            .iter()
            .map(|name| json!({ "email": format!("{name}@example.com"), "listId": news, "source": "API" }))
            .collect();
        launched(&shop, &people, json!({})).await;
        shop.done("subscribe", json!({ "items": items }), "replayed").await;
        let mut recipients = Vec::new();
        for (number, task) in claim(&shop, 10).await.iter().enumerate() {
            recipients.push(send(&shop, task, &format!("m{number}")).await);
        }
        shop.clock().advance(Duration::hours(1));
        let kinds = ["BOUNCED", "COMPLAINED", "UNSUBSCRIBED"];
        let items: Vec<Value> =
            recipients.iter().zip(kinds).map(|(id, kind)| json!({ "recipientId": id, "kind": kind })).collect();
        assert_eq!(applied(&shop, &json!(items)).await, [true; 3]);
        let left = subscribers(&shop, &news).await;
        assert!(left.starts_with("0: "), "{left}");
        for status in kinds {
            assert!(left.contains(status), "{left}");
        }
        let accepting = shop.query("{ customers(first: 9) { nodes { acceptsMarketing } } }", Value::Null).await;
        let accepting = accepting["customers"]["nodes"].as_array().expect("a list").clone();
        assert!(accepting.iter().all(|customer| customer["acceptsMarketing"] == false));
        shop.check().await;
    }

    async fn a_late_report_does_not_undo_a_later_consent(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        launched(&shop, &["ann"], json!({})).await;
        let item = json!({ "email": "ann@example.com", "listId": news, "source": "API" });
        shop.done("subscribe", json!({ "items": [item] }), "replayed").await;
        let recipient = send(&shop, &claim(&shop, 10).await[0], "m1").await;
        shop.clock().advance(Duration::hours(2));
        say(&shop, "ann", "GRANTED").await;
        let late = |kind: &str, at: &str| json!([{ "recipientId": recipient, "kind": kind, "occurredAt": at }]);
        assert_eq!(applied(&shop, &late("UNSUBSCRIBED", "2026-11-21T09:00:00Z")).await, [true]);
        assert_eq!(subscribers(&shop, &news).await, "1: ann SUBSCRIBED");
        shop.clock().advance(Duration::hours(2));
        assert_eq!(applied(&shop, &late("COMPLAINED", "2026-11-21T11:00:00Z")).await, [true]);
        assert_eq!(subscribers(&shop, &news).await, "0: ann COMPLAINED");
        shop.check().await;
    }

    async fn a_message_is_found_by_its_name_at_the_provider_alone(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        launched(&shop, &["ann"], json!({})).await;
        send(&shop, &claim(&shop, 10).await[0], "m1").await;
        assert_eq!(applied(&shop, &json!([{ "providerMessageId": "m1", "kind": "DELIVERED" }])).await, [true]);
        let nothing = json!({ "items": [{ "kind": "OPENED" }] });
        let done = shop.done("recordCampaignEngagement", nothing, RESULTS).await;
        assert_eq!(refusal(&done["results"][0]), "INVALID items.0.recipientId");
        shop.check().await;
    }

    async fn a_name_of_several_messages_names_none(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        launched(&shop, &["ann", "bob"], json!({})).await;
        let tasks = claim(&shop, 10).await;
        let ann = send(&shop, &tasks[0], "m1").await;
        send(&shop, &tasks[1], "m1").await;
        let bounced = json!({ "items": [{ "providerMessageId": "m1", "kind": "BOUNCED" }] });
        let done = shop.done("recordCampaignEngagement", bounced, RESULTS).await;
        assert_eq!(refusal(&done["results"][0]), "INVALID items.0.providerMessageId");
        assert_eq!(applied(&shop, &json!([{ "recipientId": ann, "kind": "BOUNCED" }])).await, [true]);
        shop.check().await;
    }

    async fn what_cannot_have_happened_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        launched(&shop, &["ann", "bob"], json!({})).await;
        let tasks = claim(&shop, 10).await;
        let recipient = send(&shop, &tasks[0], "m1").await;
        let waiting = "{ campaignRecipients(first: 9, filter: { status: { eq: QUEUED } }) { nodes { id } } }";
        let waiting = shop.query(waiting, Value::Null).await["campaignRecipients"]["nodes"][0]["id"].clone();
        for (item, place) in [
            (json!({ "kind": "OPENED" }), "INVALID items.0.recipientId"),
            (json!({ "kind": "OPENED", "recipientId": NOBODY }), "NOT_FOUND items.0.recipientId"),
            (json!({ "kind": "OPENED", "providerMessageId": "x" }), "NOT_FOUND items.0.providerMessageId"),
            (json!({ "kind": "OPENED", "recipientId": waiting }), "INVALID_TRANSITION items.0.recipientId"),
            (
                json!({ "kind": "OPENED", "recipientId": recipient, "occurredAt": "2027-01-01T00:00:00Z" }),
                "INVALID items.0.occurredAt",
            ),
            (
                json!({ "kind": "OPENED", "recipientId": recipient, "occurredAt": "1970-01-21T00:00:00Z" }),
                "INVALID items.0.occurredAt",
            ),
        ] {
            let done = shop.done("recordCampaignEngagement", json!({ "items": [item] }), RESULTS).await;
            assert_eq!(refusal(&done["results"][0]), place);
        }
        shop.check().await;
    }

    async fn a_touchpoint_is_known_by_its_id_elsewhere(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = person(&shop, "ann").await;
        let item = json!({ "customerId": ann, "channel": "web", "kind": "visit", "externalId": "v1" });
        let fields = "results { applied touchpoint { id } userErrors { code path } }";
        let record = async |items: Value| shop.done("recordTouchpoint", json!({ "items": items }), fields).await;
        let first = record(json!([item, item])).await["results"].clone();
        assert_eq!((&first[0]["applied"], &first[1]["applied"]), (&json!(true), &json!(false)));
        assert_eq!(first[0]["touchpoint"], first[1]["touchpoint"]);
        let again = record(json!([item, { "customerId": NOBODY, "channel": "web", "kind": "visit" }])).await["results"].clone();
        assert_eq!((&again[0]["applied"], &again[0]["touchpoint"]), (&json!(false), &first[0]["touchpoint"]));
        assert_eq!(refusal(&again[1]), "NOT_FOUND items.1.customerId");
        shop.check().await;
    }
}

/// Records what happened: whether each was new.
async fn applied(shop: &ShopFixture, items: &Value) -> Vec<bool> {
    let done = shop.done("recordCampaignEngagement", json!({ "items": items }), RESULTS).await;
    let results = done["results"].as_array().expect("a list").clone();
    results.iter().map(|result| result["applied"] == true).collect()
}
