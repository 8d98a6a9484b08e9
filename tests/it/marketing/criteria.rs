//! Which customers criteria find.

use chrono::Duration;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{customer, names, person, say, segment};
use crate::shop::fixture::{NOBODY, ShopFixture, refusal as place, start, with};

on_both_engines! {
    async fn each_field_finds_who_it_says(db: &TestDatabase) {
        let shop = people(db).await;
        let (product, trade) = (shop.product, segment(&shop, "Trade", has_company()).await);
        shop.done("recomputeSegment", json!({ "id": trade }), "added").await;
        let since = start() + Duration::days(1);
        for (condition, found) in [
            (json!({ "field": "email", "op": "eq", "value": "ANN@example.com" }), "ann"),
            (json!({ "field": "email", "op": "contains", "value": "N@" }), "ann"),
            (json!({ "field": "emailDomain", "op": "ne", "value": "example.com" }), "bob"),
            (json!({ "field": "firstName", "op": "startsWith", "value": "A" }), "ann"),
            (json!({ "field": "lastName", "op": "isNull", "value": true }), "ann, bob, cleo"),
            (json!({ "field": "company", "op": "ne", "value": "Acme" }), "bob, cleo"),
            (json!({ "field": "company", "op": "notIn", "value": [] }), "ann, bob, cleo"),
            (json!({ "field": "tags", "op": "has", "value": "paris" }), "ann"),
            (json!({ "field": "tags", "op": "hasAny", "value": ["paris", "rome"] }), "ann, bob"),
            (json!({ "field": "currency", "op": "eq", "value": "USD" }), "ann, bob, cleo"),
            (json!({ "field": "createdAt", "op": "lt", "value": since }), "ann, bob"),
            (json!({ "field": "createdAt", "op": "withinDays", "value": 5 }), "cleo"),
            (json!({ "field": "createdAt", "op": "beforeDays", "value": 5 }), "ann, bob"),
            (json!({ "field": "vipStatus", "op": "eq", "value": false }), "ann, bob, cleo"),
            (json!({ "field": "acceptsMarketing", "op": "eq", "value": true }), "cleo"),
            (json!({ "field": "totalSpent", "op": "gte", "value": "300.00" }), "ann"),
            (json!({ "field": "totalSpent", "op": "between", "value": [0, 100] }), "bob, cleo"),
            (json!({ "field": "totalSpent", "op": "in", "value": ["100", "0.00"] }), "bob, cleo"),
            (json!({ "field": "ordersCount", "op": "gt", "value": 0 }), "ann, bob"),
            (json!({ "field": "averageOrderValue", "op": "isNull", "value": true }), "cleo"),
            (json!({ "field": "averageOrderValue", "op": "eq", "value": 150 }), "ann"),
            (json!({ "field": "lastOrderDate", "op": "isNull", "value": false }), "ann, bob"),
            (json!({ "field": "daysSinceLastOrder", "op": "eq", "value": 10 }), "ann"),
            (json!({ "field": "daysSinceLastOrder", "op": "lt", "value": 1 }), "bob"),
            (json!({ "field": "daysSinceLastOrder", "op": "ne", "value": 10 }), "bob, cleo"),
            (json!({ "field": "daysSinceLastOrder", "op": "between", "value": [0, 10] }), "ann, bob"),
            (json!({ "field": "ordersIn", "op": "eq", "value": 2 }), "ann"),
            (json!({ "field": "ordersIn", "days": 5, "op": "eq", "value": 0 }), "ann, cleo"),
            (json!({ "field": "ordersIn", "days": 5, "op": "ne", "value": 0 }), "bob"),
            (json!({ "field": "spentIn", "op": "lte", "value": "100" }), "bob, cleo"),
            (json!({ "field": "spentIn", "days": 5, "op": "gt", "value": 0 }), "bob"),
            (json!({ "field": "returnedIn", "days": 30, "op": "eq", "value": 0 }), "ann, bob, cleo"),
            (json!({ "field": "bought", "sku": "A", "op": "eq", "value": true }), "ann, bob"),
            (json!({ "field": "bought", "sku": "A", "days": 5, "op": "eq", "value": false }), "ann, cleo"),
            (json!({ "field": "bought", "product": product, "op": "ne", "value": true }), "cleo"),
            (json!({ "field": "bought", "collection": "Sea", "op": "eq", "value": true }), ""),
            (json!({ "field": "consent", "channel": "EMAIL", "op": "eq", "value": true }), "cleo"),
            (json!({ "field": "consent", "channel": "PHONE", "op": "ne", "value": true }), "ann, bob, cleo"),
            (json!({ "field": "interactions", "type": "quote", "op": "gte", "value": 1 }), "cleo"),
            (json!({ "field": "interactions", "op": "eq", "value": 0 }), "ann, bob"),
            (json!({ "field": "lastChannel", "op": "eq", "value": "PHONE" }), "cleo"),
            (json!({ "field": "lastChannel", "op": "isNull", "value": true }), "ann, bob"),
            (json!({ "field": "averageSentiment", "days": 3, "op": "lt", "value": "0.5" }), "cleo"),
            (json!({ "field": "averageSentiment", "op": "isNull", "value": true }), "ann, bob"),
            (json!({ "field": "inSegment", "id": trade, "op": "eq", "value": true }), "ann"),
            (json!({ "field": "inSegment", "id": trade, "op": "eq", "value": false }), "bob, cleo"),
        ] {
            assert_eq!(find(&shop, &condition).await, found, "{condition}");
            let others: Vec<&str> = ["ann", "bob", "cleo"].into_iter().filter(|name| !found.contains(name)).collect();
            assert_eq!(find(&shop, &json!({ "not": condition })).await, others.join(", "), "not {condition}");
        }
        shop.check().await;
    }

    async fn conditions_are_combined(db: &TestDatabase) {
        let shop = people(db).await;
        let bought = json!({ "field": "ordersCount", "op": "gt", "value": 0 });
        for (criteria, found) in [
            (json!({}), ""),
            (json!({ "all": [] }), "ann, bob, cleo"),
            (json!({ "any": [] }), ""),
            (json!({ "all": [bought, has_company()] }), "ann"),
            (json!({ "any": [has_company(), { "not": bought }] }), "ann, cleo"),
            (json!({ "not": { "all": [bought, { "not": has_company() }] } }), "ann, cleo"),
        ] {
            assert_eq!(find(&shop, &criteria).await, found, "{criteria}");
        }
        shop.check().await;
    }

    async fn a_preview_counts_all_and_shows_the_newest(db: &TestDatabase) {
        let shop = people(db).await;
        for (first, shown) in [(0, ""), (2, "bob, cleo"), (100, "ann, bob, cleo")] {
            let found = preview(&shop, &json!({ "all": [] }), first).await["preview"].clone();
            assert_eq!((&found["count"], names(&found["customers"])), (&json!(3), shown.to_owned()));
        }
        for (criteria, first, expected) in [
            (json!({ "all": [{ "field": "x" }] }), 10, "INVALID criteria.all.0.field"),
            (json!({ "field": "inSegment", "id": NOBODY, "op": "eq", "value": true }), 10, "NOT_FOUND criteria.id"),
            (json!({ "field": "bought", "product": NOBODY, "op": "eq", "value": true }), 10, "NOT_FOUND criteria.product"),
            (json!({ "field": "company", "op": "contains", "value": "a\0" }), 10, "INVALID criteria.value"),
            (json!({}), 101, "INVALID first"),
            (json!({}), -1, "INVALID first"),
        ] {
            let refused = preview(&shop, &criteria, first).await;
            assert_eq!((place(&refused), &refused["preview"]), (expected.to_owned(), &json!(null)));
        }
        shop.check().await;
    }

    async fn who_was_erased_is_not_found(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = person(&shop, "ann").await;
        assert_eq!(find(&shop, &json!({ "all": [] })).await, "ann");
        shop.done("eraseCustomer", json!({ "id": ann, "reason": "asked" }), "replayed").await;
        assert_eq!(find(&shop, &json!({ "all": [] })).await, "");
        shop.check().await;
    }
}

fn has_company() -> Value {
    json!({ "field": "company", "op": "isNull", "value": false })
}

/// Ann bought twice ten days ago for a company, Bob once today; Cleo, who is new, asked for a quote today.
async fn people(db: &tests::TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    shop.variant(db, "A").await;
    shop.stock("A", "main", 100).await;
    let ann = json!({ "email": "ann@example.com", "firstName": "Ann", "company": "Acme", "tags": ["paris"] });
    customer(&shop, ann).await;
    shop.clock().advance(Duration::seconds(1));
    customer(&shop, json!({ "email": "bob@other.org", "tags": ["rome"] })).await;
    order(&shop, "ann@example.com", 2).await;
    order(&shop, "ann@example.com", 1).await;
    shop.clock().advance(Duration::days(10));
    order(&shop, "bob@other.org", 1).await;
    let cleo = person(&shop, "cleo").await;
    say(&shop, "cleo", "GRANTED").await;
    let said = json!({ "customerId": cleo, "interactionType": "quote", "channel": "CHAT", "sentimentScore": "0.2" });
    shop.done("logInteraction", said.clone(), "replayed").await;
    shop.clock().advance(Duration::seconds(1));
    let last = json!({ "interactionType": "support", "channel": "PHONE", "sentimentScore": "0.4" });
    shop.done("logInteraction", with(said, last), "replayed").await;
    shop
}

/// An order of some pieces for 100 each.
async fn order(shop: &ShopFixture, email: &str, pieces: i32) {
    let input = json!({ "email": email, "lines": [{ "sku": "A", "quantity": pieces }] });
    shop.done("placeOrder", input, "replayed").await;
}

async fn preview(shop: &ShopFixture, criteria: &Value, first: i32) -> Value {
    let query = "query($criteria: JSON!, $first: Int) { segmentPreview(criteria: $criteria, first: $first) {
        preview { count customers { email } } userErrors { code message path } } }";
    shop.query(query, json!({ "criteria": criteria, "first": first })).await["segmentPreview"].clone()
}

/// Who fits criteria.
async fn find(shop: &ShopFixture, criteria: &Value) -> String {
    let found = preview(shop, criteria, 100).await;
    assert_eq!(found["userErrors"], json!([]), "{criteria}");
    let customers = &found["preview"]["customers"];
    assert_eq!(found["preview"]["count"], customers.as_array().map_or(0, Vec::len), "{criteria}");
    names(customers)
}
