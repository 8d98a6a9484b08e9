//! Lists: how addresses come onto them, and how they leave.

use chrono::Duration;
use serde_json::{Value, json};
use service::links::{Links, Purpose};
use tests::on_both_engines;

use super::{list, person, say, subscribers};
use crate::shop::fixture::{NOBODY, ShopFixture, count, refusal, text, with};

on_both_engines! {
    async fn an_address_is_once_on_a_list_whatever_its_case(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = person(&shop, "ann").await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let items = ["ann@example.com", " ANN@Example.com", "bob@example.com"].map(|email| item(&news, email));
        let payload = shop.done("subscribe", json!({ "items": items }), RESULTS).await;
        let statuses = payload["results"].as_array().expect("a list").iter().map(|result| text(&result["status"]));
        assert_eq!(statuses.collect::<Vec<_>>(), ["SUBSCRIBED"; 3]);
        subscribe(&shop, item(&news, "ann@example.com")).await;
        assert_eq!(subscribers(&shop, &news).await, "2: ann SUBSCRIBED, bob SUBSCRIBED");
        let known = "query($id: ID!) { customer(id: $id) { acceptsMarketing emailSubscribers(first: 9) { nodes { email } } } }";
        let known = shop.query(known, json!({ "id": ann })).await["customer"].clone();
        assert_eq!(known, json!({ "acceptsMarketing": true, "emailSubscribers": { "nodes": [{ "email": "ann@example.com" }] } }));
        // What is granted once need not be recorded again.
        assert_eq!(consents(db).await, 2);
        shop.check().await;
    }

    async fn who_left_comes_back_by_its_owner_only(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let more = list(&shop, json!({ "name": "More", "type": "STATIC" })).await;
        for list in [&news, &more] {
            subscribe(&shop, item(list, "ann@example.com")).await;
        }
        shop.clock().advance(Duration::hours(1));
        let left = shop.done("unsubscribe", json!({ "email": "ANN@example.com", "listId": news }), LISTS).await;
        assert_eq!(left["emailLists"], json!([{ "name": "News", "subscriberCount": 0 }]));
        assert_eq!(subscribers(&shop, &news).await, "0: ann UNSUBSCRIBED");
        assert_eq!(subscribers(&shop, &more).await, "1: ann SUBSCRIBED");
        // Not at the same moment, not by others, not without evidence.
        let owner = with(item(&news, "ann@example.com"), json!({ "source": "CUSTOMER", "evidence": { "form": "footer" } }));
        assert_eq!(refused(&shop, owner.clone()).await, "SUPPRESSED items.0.email");
        shop.clock().advance(Duration::hours(1));
        for changes in [json!({ "source": "IMPORT" }), json!({ "source": "AGENT" }), json!({ "evidence": {} })] {
            assert_eq!(refused(&shop, with(owner.clone(), changes)).await, "SUPPRESSED items.0.email");
        }
        subscribe(&shop, owner).await;
        assert_eq!(subscribers(&shop, &news).await, "1: ann SUBSCRIBED");
        shop.check().await;
    }

    async fn all_lists_are_left_at_once_and_twice_is_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = person(&shop, "ann").await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let more = list(&shop, json!({ "name": "More", "type": "STATIC", "doubleOptIn": true })).await;
        for list in [&news, &more] {
            subscribe(&shop, item(list, "ann@example.com")).await;
        }
        let all = json!({ "email": "ann@example.com", "all": true, "reason": "too many" });
        let left = shop.done("unsubscribe", all.clone(), LISTS).await;
        assert_eq!(left["emailLists"].as_array().map(Vec::len), Some(2));
        for list in [&news, &more] {
            assert_eq!(subscribers(&shop, list).await, "0: ann UNSUBSCRIBED");
        }
        let known = shop.query("query($id: ID!) { customer(id: $id) { acceptsMarketing } }", json!({ "id": ann })).await;
        assert_eq!(known["customer"]["acceptsMarketing"], false);
        let before = consents(db).await;
        assert_eq!(shop.done("unsubscribe", all, LISTS).await["emailLists"], json!([]));
        assert_eq!(consents(db).await, before);
        // Who is on no list is not written to either.
        shop.done("unsubscribe", json!({ "email": "stranger@example.com", "all": true }), LISTS).await;
        assert_eq!(refused(&shop, item(&news, "stranger@example.com")).await, "SUPPRESSED items.0.email");
        shop.check().await;
    }

    async fn the_owner_confirms_by_the_token(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = person(&shop, "ann").await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC", "doubleOptIn": true })).await;
        let token = subscribe(&shop, item(&news, "ann@example.com")).await;
        assert_eq!((subscribers(&shop, &news).await, consents(db).await), ("0: ann PENDING".to_owned(), 0));
        assert_eq!(shop.code_and_path("unsubscribe", json!({ "token": token })).await, "INVALID token");
        for wrong in ["", "x", "6e.6e"] {
            assert_eq!(shop.code_and_path("confirmSubscription", json!({ "token": wrong })).await, "INVALID token");
        }
        for _ in 0..2 {
            let confirmed = shop.done("confirmSubscription", json!({ "token": token }), "emailList { subscriberCount }").await;
            assert_eq!(confirmed["emailList"]["subscriberCount"], 1);
        }
        assert_eq!((subscribers(&shop, &news).await, consents(db).await), ("1: ann SUBSCRIBED".to_owned(), 1));
        let known = shop.query("query($id: ID!) { customer(id: $id) { acceptsMarketing } }", json!({ "id": ann })).await;
        assert_eq!(known["customer"]["acceptsMarketing"], true);
        // Somebody who is subscribed confirms nothing again, and an old token brings nobody back.
        assert_eq!(subscribe(&shop, item(&news, "ann@example.com")).await, Value::Null);
        shop.done("unsubscribe", json!({ "email": "ann@example.com", "all": true }), LISTS).await;
        assert_eq!(shop.code_and_path("confirmSubscription", json!({ "token": token })).await, "INVALID_TRANSITION token");
        assert_eq!(subscribers(&shop, &news).await, "0: ann UNSUBSCRIBED");
        shop.check().await;
    }

    async fn a_link_takes_its_address_off(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let more = list(&shop, json!({ "name": "More", "type": "STATIC" })).await;
        for name in ["ann", "bob"] {
            for list in [&news, &more] {
                subscribe(&shop, item(list, &format!("{name}@example.com"))).await;
            }
        }
        let links = Links::new("a secret of the tests", "https://shop.example").expect("links");
        let hash = |name: &str| service::hash::hex(format!("email:{name}@example.com"));
        let one = links.sign(Purpose::Unsubscribe, &format!("{}:{}", text(&news), hash("ann")));
        let left = shop.done("unsubscribe", json!({ "token": one }), LISTS).await;
        assert_eq!(left["emailLists"], json!([{ "name": "News", "subscriberCount": 1 }]));
        let all = links.sign(Purpose::Unsubscribe, &format!("all:{}", hash("bob")));
        shop.done("unsubscribe", json!({ "token": all }), LISTS).await;
        assert_eq!(subscribers(&shop, &news).await, "0: ann UNSUBSCRIBED, bob UNSUBSCRIBED");
        assert_eq!(subscribers(&shop, &more).await, "1: ann SUBSCRIBED, bob UNSUBSCRIBED");
        shop.check().await;
    }

    async fn a_list_is_counted_through_merges_and_erasures(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ann, twin, bob) = (person(&shop, "ann").await, person(&shop, "twin").await, person(&shop, "bob").await);
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        for name in ["ann", "twin", "bob"] {
            subscribe(&shop, item(&news, &format!("{name}@example.com"))).await;
        }
        shop.done("unsubscribe", json!({ "email": "twin@example.com", "listId": news }), LISTS).await;
        shop.done("mergeCustomers", json!({ "intoId": ann, "fromIds": [twin] }), "replayed").await;
        shop.done("eraseCustomer", json!({ "id": bob, "reason": "asked" }), "replayed").await;
        assert_eq!(subscribers(&shop, &news).await, "0: ann UNSUBSCRIBED, twin UNSUBSCRIBED");
        // Who was erased is not brought back.
        assert_eq!(refused(&shop, item(&news, "bob@example.com")).await, "SUPPRESSED items.0.email");
        shop.check().await;
    }

    async fn who_left_before_becoming_a_customer_has_left_by_all_addresses(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = person(&shop, "ann").await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        for name in ["ann", "twin"] {
            subscribe(&shop, item(&news, &format!("{name}@example.com"))).await;
        }
        shop.done("unsubscribe", json!({ "email": "twin@example.com", "listId": news }), LISTS).await;
        let twin = person(&shop, "twin").await;
        shop.done("mergeCustomers", json!({ "intoId": ann, "fromIds": [twin] }), "replayed").await;
        assert_eq!(subscribers(&shop, &news).await, "0: ann UNSUBSCRIBED, twin UNSUBSCRIBED");
        assert_eq!(count(db, "SELECT COUNT(*) FROM email_subscribers WHERE customer_id IS NULL").await, 0);
        shop.check().await;
    }

    async fn whoever_subscribes_meanwhile_who_leaves_stays_away(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        person(&shop, "ann").await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let calls = (0..8).map(|number| {
            let (shop, item) = (shop.clone(), item(&news, "ann@example.com"));
            let leaves = json!({ "email": "ann@example.com", "all": true });
            tokio::spawn(async move {
                match number % 4 {
                    3 => shop.mutate("unsubscribe", leaves, "replayed").await,
                    _ => shop.mutate("subscribe", json!({ "items": [item] }), RESULTS).await,
                }
            })
        });
        for call in calls.collect::<Vec<_>>() {
            assert_eq!(call.await.expect("no panic")["userErrors"], json!([]));
        }
        // Who leaves stays away, in whatever order: who left first was never on the list.
        let found = subscribers(&shop, &news).await;
        assert!(["0: ann UNSUBSCRIBED", "0: "].contains(&found.as_str()), "{found}");
        shop.check().await;
    }

    async fn what_no_list_can_be_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        let input = json!({ "name": "New", "type": "STATIC" });
        for (changes, refusal) in [
            (json!({ "name": "" }), "INVALID name"),
            (json!({ "name": "News" }), "ALREADY_EXISTS name"),
            (json!({ "criteria": {} }), "INVALID criteria"),
            (json!({ "refreshMinutes": 5 }), "INVALID refreshMinutes"),
            (json!({ "type": "DYNAMIC" }), "INVALID criteria"),
            (json!({ "type": "DYNAMIC", "criteria": { "all": 1 } }), "INVALID criteria.all"),
            (json!({ "type": "DYNAMIC", "criteria": {}, "doubleOptIn": true }), "INVALID doubleOptIn"),
            (json!({ "type": "DYNAMIC", "criteria": {}, "refreshMinutes": -1 }), "INVALID refreshMinutes"),
        ] {
            let input = with(input.clone(), changes);
            assert_eq!(shop.code_and_path("createEmailList", input.clone()).await, refusal, "{input}");
        }
        let quiet = list(&shop, json!({ "name": "Quiet", "type": "STATIC", "isActive": false })).await;
        let found = list(&shop, json!({ "name": "Found", "type": "DYNAMIC", "criteria": {} })).await;
        for (list, email, changes, expected) in [
            (&json!(NOBODY), "a@example.com", json!({}), "NOT_FOUND items.0.listId"),
            (&quiet, "a@example.com", json!({}), "INVALID items.0.listId"),
            (&found, "a@example.com", json!({}), "INVALID items.0.listId"),
            (&news, "a@b@c", json!({}), "INVALID items.0.email"),
            (&news, "a\0@example.com", json!({}), "INVALID items.0.email"),
            (&news, "a@example.com", json!({ "source": " " }), "INVALID items.0.source"),
            (&news, "a@example.com", json!({ "evidence": [] }), "INVALID items.0.evidence"),
        ] {
            assert_eq!(refused(&shop, with(item(list, email), changes)).await, expected, "{email}");
        }
        for (input, expected) in [
            (json!({}), "INVALID email"),
            (json!({ "email": "a@example.com" }), "INVALID listId"),
            (json!({ "email": "a@example.com", "listId": news, "all": true }), "INVALID listId"),
            (json!({ "email": "a@example.com", "listId": NOBODY }), "NOT_FOUND listId"),
            (json!({ "email": "a", "all": true }), "INVALID email"),
            (json!({ "token": "x", "email": "a@example.com" }), "INVALID token"),
            (json!({ "token": "x" }), "INVALID token"),
        ] {
            assert_eq!(shop.code_and_path("unsubscribe", input.clone()).await, expected, "{input}");
        }
        assert_eq!(shop.code_and_path("recomputeEmailList", json!({ "id": news })).await, "INVALID id");
        shop.check().await;
    }

    async fn a_list_is_deleted_with_its_subscriptions(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        subscribe(&shop, item(&news, "ann@example.com")).await;
        let deleted = shop.done("deleteEmailList", json!({ "id": news }), "deletedId").await;
        assert_eq!(deleted["deletedId"], news);
        assert_eq!(count(db, "SELECT COUNT(*) FROM email_subscribers").await, 0);
        // What the owner allows is kept.
        assert_eq!(consents(db).await, 1);
        shop.check().await;
    }

    async fn a_withdrawal_elsewhere_keeps_an_address_away(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        person(&shop, "ann").await;
        let news = list(&shop, json!({ "name": "News", "type": "STATIC" })).await;
        say(&shop, "ann", "COMPLAINED").await;
        let error = shop.done("subscribe", json!({ "items": [item(&news, "ann@example.com")] }), RESULTS).await;
        let error = error["results"][0]["userErrors"][0].clone();
        assert_eq!((&error["code"], &error["state"]), (&json!("SUPPRESSED"), &json!("COMPLAINED")), "{error}");
        assert_eq!(subscribers(&shop, &news).await, "0: ");
        shop.check().await;
    }
}

/// What is told of each address.
const RESULTS: &str =
    "results { status confirmationToken userErrors { code message path ... on SuppressedError { state since } } }";
/// What is told of lists that were left.
const LISTS: &str = "emailLists { name subscriberCount }";

/// An address for a list.
fn item(list: &Value, email: &str) -> Value {
    json!({ "email": email, "listId": list, "source": "API" })
}

/// Subscribes an address; the token to confirm it.
async fn subscribe(shop: &ShopFixture, item: Value) -> Value {
    let payload = shop.done("subscribe", json!({ "items": [item] }), RESULTS).await;
    assert_eq!(payload["results"][0]["userErrors"], json!([]));
    payload["results"][0]["confirmationToken"].clone()
}

/// Why an address is not subscribed.
async fn refused(shop: &ShopFixture, item: Value) -> String {
    let payload = shop.done("subscribe", json!({ "items": [item] }), RESULTS).await;
    refusal(&payload["results"][0])
}

/// How many consents were recorded.
async fn consents(db: &tests::TestDatabase) -> i64 {
    count(db, "SELECT COUNT(*) FROM consents").await
}
