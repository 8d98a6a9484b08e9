//! Segments: members by criteria and by hand.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{members, person, recompute, segment};
use crate::shop::fixture::{NOBODY, ShopFixture, refusal, with};

on_both_engines! {
    async fn members_are_found_and_lost_by_the_criteria(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let ann = person(&shop, "ann").await;
        person(&shop, "bob").await;
        let all = segment(&shop, "All", json!({ "all": [] })).await;
        assert_eq!(members(&shop, &all).await, "");
        assert_eq!(recompute(&shop, &all).await, "+2 -0 = 2");
        assert_eq!(recompute(&shop, &all).await, "+0 -0 = 2");
        let criteria = json!({ "field": "email", "op": "ne", "value": "ann@example.com" });
        shop.done("updateSegment", json!({ "id": all, "criteria": criteria }), "replayed").await;
        assert_eq!(members(&shop, &all).await, "ann, bob");
        assert_eq!(recompute(&shop, &all).await, "+0 -1 = 1");
        assert_eq!(members(&shop, &all).await, "bob");
        shop.done("updateCustomer", json!({ "id": ann, "email": "ann.new@example.com" }), "replayed").await;
        assert_eq!(recompute(&shop, &all).await, "+1 -0 = 2");
        shop.check().await;
    }

    async fn who_is_assigned_by_hand_stays(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ann, bob) = (person(&shop, "ann").await, person(&shop, "bob").await);
        let only_bob = json!({ "field": "email", "op": "eq", "value": "bob@example.com" });
        let bobs = segment(&shop, "Bobs", only_bob).await;
        recompute(&shop, &bobs).await;
        let items = json!([{ "customerId": ann, "segmentId": bobs, "score": "12.5" }]);
        assign(&shop, "assignSegment", items).await;
        assert_eq!(members(&shop, &bobs).await, "ann, bob");
        assert_eq!(recompute(&shop, &bobs).await, "+0 -0 = 2");
        assert_eq!(score(&shop, &bobs, "ann").await, Decimal::new(125, 1));
        // A score that is not given stays.
        assign(&shop, "assignSegment", json!([{ "customerId": ann, "segmentId": bobs }])).await;
        assert_eq!(score(&shop, &bobs, "ann").await, Decimal::new(125, 1));
        let ann_alone = json!([{ "customerId": ann, "segmentId": bobs }]);
        assign(&shop, "unassignSegment", ann_alone.clone()).await;
        assign(&shop, "unassignSegment", ann_alone).await;
        assert_eq!(members(&shop, &bobs).await, "bob");
        let by_criteria = json!({ "items": [{ "customerId": bob, "segmentId": bobs }] });
        let refused = shop.done("unassignSegment", by_criteria, "results { userErrors { code message path } }").await;
        assert_eq!(refusal(&refused["results"][0]), "INVALID items.0.customerId");
        shop.check().await;
    }

    async fn items_are_refused_at_their_places(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ann, gone) = (person(&shop, "ann").await, person(&shop, "gone").await);
        let (erased, all) = (person(&shop, "erased").await, segment(&shop, "All", json!({})).await);
        shop.done("mergeCustomers", json!({ "intoId": ann, "fromIds": [gone] }), "replayed").await;
        shop.done("eraseCustomer", json!({ "id": erased, "reason": "asked" }), "replayed").await;
        let item = json!({ "customerId": ann, "segmentId": all });
        let items: Vec<Value> = [
            json!({ "customerId": NOBODY }),
            json!({ "segmentId": NOBODY }),
            json!({ "score": "100.01" }),
            json!({ "score": "1.234" }),
            json!({ "customerId": erased }),
            json!({ "customerId": gone }),
        ]
        .map(|changes| with(item.clone(), changes))
        .into();
        let fields = "results { customer { email } userErrors { code message path } }";
        let payload = shop.done("assignSegment", json!({ "items": items }), fields).await;
        let results = payload["results"].as_array().expect("a list");
        let refused: Vec<String> = results.iter().take(5).map(refusal).collect();
        assert_eq!(refused, [
            "NOT_FOUND items.0.customerId",
            "NOT_FOUND items.1.segmentId",
            "INVALID items.2.score",
            "INVALID items.3.score",
            "INVALID items.4.customerId",
        ]);
        // Who was merged is who stays.
        assert_eq!(results[5]["customer"]["email"], "ann@example.com");
        assert_eq!(members(&shop, &all).await, "ann");
        let all_or_nothing = json!({ "items": [item, { "customerId": NOBODY, "segmentId": all }], "onError": "REJECT_ALL" });
        assert_eq!(shop.code_and_path("assignSegment", all_or_nothing).await, "NOT_FOUND items.1.customerId");
        shop.check().await;
    }

    async fn a_segment_does_not_depend_on_itself(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let within = |id: &Value| json!({ "all": [{ "field": "inSegment", "id": id, "op": "eq", "value": true }] });
        let first = segment(&shop, "First", json!({})).await;
        let second = segment(&shop, "Second", within(&first)).await;
        let third = segment(&shop, "Third", within(&second)).await;
        for (other, circle) in [
            (&first, json!(["First", "First"])),
            (&second, json!(["First", "Second", "First"])),
            (&third, json!(["First", "Third", "Second", "First"])),
        ] {
            let refused = shop.refused("updateSegment", json!({ "id": first, "criteria": within(other) })).await;
            assert_eq!((&refused["code"], &refused["path"]), (&json!("CYCLE"), &json!(["criteria", "all", "0", "id"])));
            assert_eq!(refused["cycle"], circle);
        }
        let unknown = shop.code_and_path("updateSegment", json!({ "id": first, "criteria": within(&json!(NOBODY)) })).await;
        assert_eq!(unknown, "NOT_FOUND criteria.all.0.id");
        shop.check().await;
    }

    async fn the_server_finds_members_when_they_are_due(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        person(&shop, "ann").await;
        let input = json!({ "name": "All", "type": "ONLINE", "criteria": { "all": [] }, "refreshMinutes": 60 });
        let all = shop.done("createSegment", input, "segment { id }").await["segment"]["id"].clone();
        assert_eq!(shop.pass(1).await.segments, 1);
        assert_eq!(members(&shop, &all).await, "ann");
        person(&shop, "bob").await;
        assert_eq!(shop.pass(3_598).await.segments, 0);
        assert_eq!(shop.pass(2).await.segments, 1);
        assert_eq!(members(&shop, &all).await, "ann, bob");
        person(&shop, "cleo").await;
        shop.done("updateSegment", json!({ "id": all, "isActive": false }), "replayed").await;
        assert_eq!(shop.pass(7_200).await.segments, 0);
        shop.done("updateSegment", json!({ "id": all, "isActive": true }), "replayed").await;
        assert_eq!(shop.pass(1).await.segments, 1);
        assert_eq!(members(&shop, &all).await, "ann, bob, cleo");
        shop.check().await;
    }

    async fn what_no_segment_can_be_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        segment(&shop, "Taken", json!({})).await;
        let input = json!({ "name": "New", "type": "ONLINE" });
        for (changes, refusal) in [
            (json!({ "name": " " }), "INVALID name"),
            (json!({ "name": "Taken" }), "ALREADY_EXISTS name"),
            (json!({ "name": "a\0" }), "INVALID name"),
            (json!({ "refreshMinutes": 0 }), "INVALID refreshMinutes"),
            (json!({ "refreshMinutes": 1_000_000 }), "INVALID refreshMinutes"),
            (json!({ "criteria": [] }), "INVALID criteria"),
            (json!({ "criteria": { "any": [{ "field": "tags", "op": "is" }] } }), "INVALID criteria.any.0.op"),
        ] {
            let input = with(input.clone(), changes);
            assert_eq!(shop.code_and_path("createSegment", input.clone()).await, refusal, "{input}");
        }
        assert_eq!(shop.code_and_path("recomputeSegment", json!({ "id": NOBODY })).await, "NOT_FOUND id");
        shop.check().await;
    }
}

/// Does it with all items.
async fn assign(shop: &ShopFixture, mutation: &str, items: Value) {
    let payload = shop.done(mutation, json!({ "items": items }), "results { userErrors { message } }").await;
    assert_eq!(payload["results"][0]["userErrors"], json!([]));
}

/// How well a member fits.
async fn score(shop: &ShopFixture, segment: &Value, name: &str) -> Decimal {
    let query = "query($id: ID!) { customerSegment(id: $id) { members(first: 100) {
        nodes { score customer { email } } } } }";
    let found = shop.query(query, json!({ "id": segment })).await;
    let nodes = found["customerSegment"]["members"]["nodes"].as_array().expect("a list").clone();
    let email = format!("{name}@example.com");
    let node = nodes.into_iter().find(|node| node["customer"]["email"] == email.as_str()).expect("a member");
    node["score"].as_str().and_then(|score| score.parse().ok()).expect("a score")
}
