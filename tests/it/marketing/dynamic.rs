//! Dynamic lists: they find their subscribers among the customers who accept marketing.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{list, person, say, subscribers};
use crate::shop::fixture::ShopFixture;

on_both_engines! {
    async fn only_who_consents_is_found(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for name in ["ann", "bob", "cleo"] {
            person(&shop, name).await;
        }
        say(&shop, "ann", "GRANTED").await;
        say(&shop, "bob", "GRANTED").await;
        let everybody = everybody(&shop, None).await;
        assert_eq!(recompute(&shop, &everybody).await, "+2 -0");
        assert_eq!(subscribers(&shop, &everybody).await, "2: ann SUBSCRIBED, bob SUBSCRIBED");
        say(&shop, "bob", "WITHDRAWN").await;
        say(&shop, "cleo", "GRANTED").await;
        assert_eq!(recompute(&shop, &everybody).await, "+1 -1");
        assert_eq!(subscribers(&shop, &everybody).await, "2: ann SUBSCRIBED, cleo SUBSCRIBED");
        assert_eq!(recompute(&shop, &everybody).await, "+0 -0");
        let criteria = json!({ "field": "email", "op": "eq", "value": "cleo@example.com" });
        shop.done("updateEmailList", json!({ "id": everybody, "criteria": criteria }), "replayed").await;
        assert_eq!(recompute(&shop, &everybody).await, "+0 -1");
        let itself = json!({ "not": { "field": "onList", "id": everybody, "op": "eq", "value": true } });
        let input = json!({ "id": everybody, "criteria": itself });
        assert_eq!(shop.code_and_path("updateEmailList", input).await, "CYCLE criteria.not.id");
        shop.check().await;
    }

    async fn who_left_stays_away(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ann, twin) = (person(&shop, "ann").await, person(&shop, "twin").await);
        for name in ["ann", "twin"] {
            say(&shop, name, "GRANTED").await;
        }
        let everybody = everybody(&shop, None).await;
        recompute(&shop, &everybody).await;
        shop.done("unsubscribe", json!({ "email": "twin@example.com", "listId": everybody }), "replayed").await;
        shop.clock().advance(chrono::Duration::hours(1));
        // Messages are welcome again, but not those of this list.
        say(&shop, "twin", "GRANTED").await;
        assert_eq!(recompute(&shop, &everybody).await, "+0 -0");
        assert_eq!(subscribers(&shop, &everybody).await, "1: ann SUBSCRIBED, twin UNSUBSCRIBED");
        // Nor at another address of the same person.
        shop.done("mergeCustomers", json!({ "intoId": ann, "fromIds": [twin] }), "replayed").await;
        recompute(&shop, &everybody).await;
        assert_eq!(subscribers(&shop, &everybody).await, "0: ann UNSUBSCRIBED, twin UNSUBSCRIBED");
        shop.check().await;
    }

    async fn the_server_finds_subscribers_when_they_are_due(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        person(&shop, "ann").await;
        say(&shop, "ann", "GRANTED").await;
        let everybody = everybody(&shop, Some(5)).await;
        assert_eq!(shop.pass(1).await.lists, 1);
        assert_eq!(subscribers(&shop, &everybody).await, "1: ann SUBSCRIBED");
        say(&shop, "ann", "WITHDRAWN").await;
        assert_eq!(shop.pass(299).await.lists, 0);
        assert_eq!(shop.pass(1).await.lists, 1);
        assert_eq!(subscribers(&shop, &everybody).await, "0: ");
        shop.check().await;
    }
}

/// A list of all customers.
async fn everybody(shop: &ShopFixture, refresh_minutes: Option<i32>) -> Value {
    let criteria = json!({ "all": [] });
    let input =
        json!({ "name": "Everybody", "type": "DYNAMIC", "criteria": criteria, "refreshMinutes": refresh_minutes });
    list(shop, input).await
}

/// Recomputes a list: `+1 -0` subscribers.
async fn recompute(shop: &ShopFixture, list: &Value) -> String {
    let payload = shop.done("recomputeEmailList", json!({ "id": list }), "added removed").await;
    format!("+{} -{}", payload["added"], payload["removed"])
}
