//! Many products by their handles.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{each, found, made, outcomes, told};
use crate::shop::fixture::{ShopFixture, with};

on_both_engines! {
    async fn what_is_there_is_changed_and_the_rest_is_made(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        made(&shop, "quiet").await;
        let before = found(&shop, "quiet").await;
        let quiet = json!({
            "handle": "quiet", "title": "Quiet", "expectedVersion": 1,
            "variants": [
                // By its SKU, whatever its options.
                { "sku": "quiet-L", "optionValues": ["XL"], "price": "25" },
                // By its options: it gets a SKU.
                { "sku": "quiet-small", "optionValues": ["S"], "compareAtPrice": "12" },
                { "optionValues": ["M"], "price": "15" },
            ],
        });
        let loud = json!({ "handle": "loud", "title": "Loud", "currency": "EUR", "status": "ACTIVE", "variants": [{ "price": "7" }] });
        let payload = shop.done("upsertProducts", json!({ "items": [quiet, loud] }), "results { index created product { handle version } userErrors { code } }").await;
        assert_eq!(payload["results"], json!([
            { "index": 0, "created": false, "product": { "handle": "quiet", "version": 2 }, "userErrors": [] },
            { "index": 1, "created": true, "product": { "handle": "loud", "version": 1 }, "userErrors": [] },
        ]));
        let after = found(&shop, "quiet").await;
        assert_eq!((&after["title"], &after["basePrice"]), (&json!("Quiet"), &json!("10.00")));
        assert_eq!(each(&after, "id")[..2], each(&before, "id")[..]);
        assert_eq!(each(&after, "sku"), [json!("quiet-small"), json!("quiet-L"), json!(null)]);
        assert_eq!(each(&after, "title"), [json!("S"), json!("XL"), json!("M")]);
        assert_eq!(each(&after, "price"), [json!("10.00"), json!("25.00"), json!("15.00")]);
        assert_eq!(each(&after, "compareAtPrice"), [json!("12.00"), json!(null), json!(null)]);
        assert_eq!(each(&after, "version"), [json!(2), json!(2), json!(1)]);
        let loud = found(&shop, "loud").await;
        assert_eq!((&loud["currency"], each(&loud, "isAvailable")), (&json!("EUR"), vec![json!(true)]));
        assert_eq!(told(db).await, ["product.created 1", "product.updated 2", "product.created 1"]);

        // What is not said stays as it is, and so it is the second time.
        let same = json!([{ "handle": "quiet", "variants": [{ "sku": "quiet-L", "price": "25.00" }] }]);
        assert_eq!(outcomes(&shop, "upsertProducts", same).await, ["done"]);
        assert_eq!(found(&shop, "quiet").await, after);
        shop.check().await;
    }

    async fn options_are_added_with_all_variants(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        made(&shop, "quiet").await;
        let named = |variants: Value| json!([{ "handle": "quiet", "optionNames": ["Size", "Frame"], "variants": variants }]);
        let small = json!({ "sku": "quiet-S", "optionValues": ["S", "Oak"] });
        let large = json!({ "sku": "quiet-L", "optionValues": ["L", "Oak"] });
        let only_one = outcomes(&shop, "upsertProducts", named(json!([small]))).await;
        assert_eq!(only_one, ["INVALID items.0.optionNames"]);
        assert_eq!(outcomes(&shop, "upsertProducts", named(json!([small, large]))).await, ["done"]);
        let product = found(&shop, "quiet").await;
        assert_eq!(each(&product, "title"), [json!("S / Oak"), json!("L / Oak")]);
        assert_eq!(each(&product, "frameType"), [json!("Oak"), json!("Oak")]);
        shop.check().await;
    }

    async fn an_item_is_refused_with_all_that_it_has(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        made(&shop, "quiet").await;
        let before = found(&shop, "quiet").await;
        let new = json!({ "handle": "new", "title": "New", "variants": [{ "price": "1" }] });
        for (item, code) in [
            (json!({ "handle": "new", "variants": [{ "price": "1" }] }), "INVALID items.0.title"),
            (with(new.clone(), json!({ "handle": " " })), "INVALID items.0.handle"),
            (with(new.clone(), json!({ "variants": [] })), "INVALID items.0.variants"),
            (with(new.clone(), json!({ "variants": [{ "sku": "x" }] })), "INVALID items.0.variants.0.price"),
            (with(new.clone(), json!({ "variants": [{ "sku": "quiet-S", "price": "1" }] })), "ALREADY_EXISTS items.0.variants.0.sku"),
            (with(new.clone(), json!({ "currency": "XXX" })), "INVALID items.0.currency"),
            (with(new.clone(), json!({ "expectedVersion": 1 })), "VERSION_CONFLICT items.0.expectedVersion"),
            (json!({ "handle": "quiet", "expectedVersion": 0 }), "VERSION_CONFLICT items.0.expectedVersion"),
            (json!({ "handle": "quiet", "currency": "EUR" }), "INVALID items.0.currency"),
            (json!({ "handle": "quiet", "status": "ARCHIVED", "title": "" }), "INVALID items.0.title"),
            (json!({ "handle": "quiet", "title": "Lost", "variants": [{ "optionValues": ["S"], "price": "-1" }] }), "INVALID items.0.variants.0.price"),
            (json!({ "handle": "quiet", "variants": [{ "sku": "quiet-S", "optionValues": ["L"] }] }), "ALREADY_EXISTS items.0.variants.0.optionValues"),
            (json!({ "handle": "quiet", "variants": [{ "sku": "quiet-S" }, { "sku": "quiet-S" }] }), "INVALID items.0.variants.1.sku"),
        ] {
            assert_eq!(outcomes(&shop, "upsertProducts", json!([item])).await, [code], "{item}");
        }
        assert_eq!(found(&shop, "quiet").await, before);
        let twice = json!([new, new]);
        assert_eq!(outcomes(&shop, "upsertProducts", twice).await, ["done", "INVALID items.1.handle"]);
        let archived = json!([{ "handle": "new", "status": "ARCHIVED" }]);
        assert_eq!(outcomes(&shop, "upsertProducts", archived).await, ["INVALID_TRANSITION items.0.status"]);

        let all = json!({ "items": [{ "handle": "quiet", "title": "Lost" }, { "handle": "lost" }], "onError": "REJECT_ALL" });
        assert_eq!(shop.code_and_path("upsertProducts", all).await, "INVALID items.1.title");
        assert_eq!(found(&shop, "quiet").await, before);
        let variants = vec![json!({ "price": "1" }); 501];
        let many = ["a", "b"].map(|handle| json!({ "handle": handle, "title": "x", "variants": variants }));
        assert_eq!(shop.code_and_path("upsertProducts", json!({ "items": many })).await, "LIMIT_REACHED items");
        let many = vec![json!({ "handle": "x" }); 1001];
        assert_eq!(shop.code_and_path("upsertProducts", json!({ "items": many })).await, "LIMIT_REACHED items");
        shop.check().await;
    }

    async fn a_thousand_variants_are_made_at_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let item = |number: usize| {
            let variants: Vec<Value> = (0..10).map(|size| json!({ "sku": format!("{number}-{size}"), "optionValues": [size.to_string()], "price": "10" })).collect();
            json!({ "handle": format!("many-{number}"), "title": "Many", "optionNames": ["Size"], "variants": variants })
        };
        let items: Vec<Value> = (0..100).map(item).collect();
        let made = outcomes(&shop, "upsertProducts", json!(items)).await;
        assert!(made.len() == 100 && made.iter().all(|outcome| outcome == "done"), "{made:?}");
        let counts = shop.query("{ products { totalCount } productVariants { totalCount } }", json!({})).await;
        assert_eq!(counts, json!({ "products": { "totalCount": 101 }, "productVariants": { "totalCount": 1000 } }));
        shop.check().await;
    }
}
