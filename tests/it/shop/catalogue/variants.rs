//! Variants: added, changed and deleted, many at once.

use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{each, found, made, outcomes, told};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

on_both_engines! {
    async fn variants_are_added_to_products(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let product = made(&shop, "quiet").await["id"].clone();
        let medium = json!({ "productId": product, "sku": "quiet-M", "optionValues": ["M"], "price": "5" });
        let items = json!([
            medium,
            with(medium.clone(), json!({ "productId": NOBODY })),
            with(medium.clone(), json!({ "sku": "other" })),
            with(medium.clone(), json!({ "optionValues": ["XL"] })),
            with(medium.clone(), json!({ "sku": "quiet-S", "optionValues": ["XL"] })),
            with(medium.clone(), json!({ "sku": null, "optionValues": ["XL"], "price": "0" })),
        ]);
        assert_eq!(outcomes(&shop, "createVariants", items).await, [
            "done", "NOT_FOUND items.1.productId", "ALREADY_EXISTS items.2.optionValues", "ALREADY_EXISTS items.3.sku",
            "ALREADY_EXISTS items.4.sku", "done",
        ]);
        let after = found(&shop, "quiet").await;
        assert_eq!((&after["basePrice"], &after["version"]), (&json!("0.00"), &json!(2)));
        assert_eq!(each(&after, "title"), ["S", "L", "M", "XL"].map(Value::from));
        assert_eq!(each(&after, "isAvailable"), vec![json!(true); 4]);
        let all = json!({ "items": [with(medium.clone(), json!({ "sku": "x", "optionValues": ["x"] })), medium], "onError": "REJECT_ALL" });
        assert_eq!(shop.code_and_path("createVariants", all).await, "ALREADY_EXISTS items.1.sku");
        assert_eq!(found(&shop, "quiet").await, after);
        assert_eq!(told(db).await, ["product.created 1", "product.updated 2"]);
        shop.check().await;
    }

    async fn variants_are_changed_and_their_products_follow(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (quiet, loud) = (made(&shop, "quiet").await, made(&shop, "loud").await);
        let [small, large]: [Value; 2] = each(&quiet, "id").try_into().expect("two variants");
        let other = each(&loud, "id")[0].clone();
        let items = json!([
            { "id": small, "price": "30", "expectedVersion": 1, "sku": " " },
            { "id": large, "price": "19.99", "compareAtPrice": "25", "isAvailable": false, "taxClass": "art" },
            { "id": other, "expectedVersion": 2, "price": "1" },
        ]);
        let payload = shop.done("updateVariants", json!({ "items": items }), "results { index variant { id price version sku } userErrors { code path ... on VersionConflictError { current } } }").await;
        assert_eq!(payload["results"], json!([
            { "index": 0, "variant": { "id": small, "price": "30.00", "version": 2, "sku": null }, "userErrors": [] },
            { "index": 1, "variant": { "id": large, "price": "19.99", "version": 2, "sku": "quiet-L" }, "userErrors": [] },
            { "index": 2, "variant": null, "userErrors": [{ "code": "VERSION_CONFLICT", "path": ["items", "2", "expectedVersion"], "current": 1 }] },
        ]));
        let after = found(&shop, "quiet").await;
        assert_eq!((&after["basePrice"], &after["version"]), (&json!("19.99"), &json!(2)));
        assert_eq!(each(&after, "isAvailable"), [json!(true), json!(false)]);
        assert_eq!(found(&shop, "loud").await["version"], 1);
        assert_eq!(told(db).await, ["product.created 1", "product.created 1", "product.updated 2"]);

        for (changes, code) in [
            (json!({ "id": NOBODY }), "NOT_FOUND items.0.id"),
            (json!({ "sku": "quiet-L" }), "ALREADY_EXISTS items.0.sku"),
            (json!({ "sku": "loud-S" }), "ALREADY_EXISTS items.0.sku"),
            (json!({ "sku": "x".repeat(256) }), "INVALID items.0.sku"),
            (json!({ "optionValues": ["L"] }), "ALREADY_EXISTS items.0.optionValues"),
            (json!({ "optionValues": ["L", "M"] }), "INVALID items.0.optionValues"),
            (json!({ "price": "0.001" }), "INVALID items.0.price"),
            (json!({ "compareAtPrice": "-1" }), "INVALID items.0.compareAtPrice"),
            (json!({ "taxClass": "" }), "INVALID items.0.taxClass"),
            (json!({ "editionSize": -1 }), "INVALID items.0.editionSize"),
        ] {
            let item = with(json!({ "id": small }), changes.clone());
            assert_eq!(outcomes(&shop, "updateVariants", json!([item])).await, [code], "{changes}");
        }
        let twice = json!([{ "id": small, "price": "31" }, { "id": small, "price": "32" }]);
        assert_eq!(outcomes(&shop, "updateVariants", twice).await, ["done", "INVALID items.1.id"]);
        // A SKU that is given up is free for the next call.
        let swapped = json!([{ "id": large, "sku": "free" }, { "id": small, "sku": "quiet-L" }]);
        assert_eq!(outcomes(&shop, "updateVariants", swapped).await, ["done", "ALREADY_EXISTS items.1.sku"]);
        assert_eq!(outcomes(&shop, "updateVariants", json!([{ "id": small, "sku": "quiet-L" }])).await, ["done"]);
        let before = found(&shop, "quiet").await;
        let all = json!({ "items": [{ "id": small, "price": "1" }, { "id": NOBODY }], "onError": "REJECT_ALL" });
        assert_eq!(shop.code_and_path("updateVariants", all).await, "NOT_FOUND items.1.id");
        let unchanged = json!([{ "id": small, "price": before["variants"]["nodes"][0]["price"], "taxClass": null }]);
        assert_eq!(outcomes(&shop, "updateVariants", unchanged).await, ["done"]);
        assert_eq!(found(&shop, "quiet").await, before);
        shop.done("setProductStatus", json!({ "id": quiet["id"], "status": "DRAFT" }), "replayed").await;
        let sold = json!([{ "id": small, "isAvailable": true }]);
        assert_eq!(outcomes(&shop, "updateVariants", sold).await, ["INVALID items.0.isAvailable"]);
        shop.check().await;
    }

    async fn variants_that_were_always_alike_can_be_changed(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let one = shop.variant_with(db, "ONE", |row| row.option_values = Set(json!(["same"]))).await;
        let other = shop.variant_with(db, "OTHER", |row| row.option_values = Set(json!(["same"]))).await;
        let items = json!([{ "id": one, "price": "9" }, { "id": other, "optionValues": ["same"], "taxClass": "art" }]);
        assert_eq!(outcomes(&shop, "updateVariants", items).await, ["done", "done"]);
        let upserted = json!([{ "handle": "harbour", "variants": [{ "sku": "ONE", "price": "8" }] }]);
        assert_eq!(outcomes(&shop, "upsertProducts", upserted).await, ["done"]);
        let values = |values: &str| json!([{ "id": one, "optionValues": [values] }]);
        assert_eq!(outcomes(&shop, "updateVariants", values("new")).await, ["done"]);
        assert_eq!(outcomes(&shop, "updateVariants", values("same")).await, ["ALREADY_EXISTS items.0.optionValues"]);
        shop.check().await;
    }

    async fn a_refused_item_is_in_nobodys_way(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let product = made(&shop, "quiet").await;
        let (product, small) = (product["id"].clone(), each(&product, "id")[0].clone());
        let text = "a\u{0}b";
        let variant = json!({ "productId": product, "optionValues": ["M"], "price": "1" });
        let new = json!({ "handle": "new", "title": "New", "variants": [{ "price": "1" }] });
        let price = json!({ "variantId": small, "currency": "USD", "price": "1" });
        for (name, item, changes, place) in [
            ("createVariants", variant.clone(), json!({ "sku": text }), "sku"),
            ("createVariants", with(variant, json!({ "optionValues": ["XL"] })), json!({ "price": "0.001" }), "price"),
            ("updateVariants", json!({ "id": small, "price": "3" }), json!({ "taxClass": text }), "taxClass"),
            ("updateVariants", json!({ "id": small, "price": "4" }), json!({ "price": "0.001" }), "price"),
            ("upsertProducts", new.clone(), json!({ "handle": text }), "handle"),
            ("upsertProducts", new, json!({ "title": "" }), "title"),
            ("setPrices", price.clone(), json!({ "currency": text }), "currency"),
            ("setPrices", price, json!({ "price": "0.001" }), "price"),
        ] {
            let items = json!([with(item.clone(), changes.clone()), item]);
            let refused = format!("INVALID items.0.{place}");
            assert_eq!(outcomes(&shop, name, items).await, [refused, "done".to_owned()], "{name} {changes}");
        }
        let product = found(&shop, "quiet").await;
        assert_eq!(each(&product, "price"), ["4.00", "20.00", "1.00", "1.00"].map(Value::from));
        shop.check().await;
    }

    async fn a_product_has_two_thousand_variants_at_most(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let product = made(&shop, "quiet").await["id"].clone();
        let item = |number: usize| json!({ "productId": product, "optionValues": [number.to_string()], "price": "30" });
        for numbers in [0..1_000, 1_000..1_998] {
            let made = outcomes(&shop, "createVariants", numbers.map(item).collect()).await;
            assert!(made.iter().all(|outcome| outcome == "done"), "{made:?}");
        }
        let outcome = outcomes(&shop, "createVariants", json!([item(2_000)])).await;
        assert_eq!(outcome, ["LIMIT_REACHED items.0.productId"]);
        let upsert = |variant: Value| json!([{ "handle": "quiet", "variants": [variant] }]);
        let outcome = outcomes(&shop, "upsertProducts", upsert(json!({ "optionValues": ["x"], "price": "30" }))).await;
        assert_eq!(outcome, ["LIMIT_REACHED items.0.variants.0"]);
        let outcome = outcomes(&shop, "upsertProducts", upsert(json!({ "sku": "quiet-S", "price": "5" }))).await;
        assert_eq!(outcome, ["done"]);
        shop.check().await;
    }

    async fn whether_stock_counts_stays_while_it_is_promised(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let small = each(&made(&shop, "quiet").await, "id")[0].clone();
        shop.stock("quiet-S", "main", 3).await;
        let set = |policy: &str| json!([{ "id": small, "stockPolicy": policy }]);
        let lines = json!({ "lines": [{ "variantId": small, "quantity": 1 }] });
        let hold = shop.done("reserveStock", lines, "hold { id }").await["hold"]["id"].clone();
        let fields = "results { userErrors { code path ... on InUseError { by } } }";
        let payload = shop.done("updateVariants", json!({ "items": set("UNTRACKED") }), fields).await;
        let error = json!({ "code": "IN_USE", "path": ["items", "0", "stockPolicy"], "by": "StockReservation" });
        assert_eq!(payload["results"][0]["userErrors"], json!([error]));
        assert_eq!(outcomes(&shop, "updateVariants", set("BACKORDER")).await, ["done"]);
        shop.done("releaseHold", json!({ "holdId": hold }), "replayed").await;
        assert_eq!(outcomes(&shop, "updateVariants", set("UNTRACKED")).await, ["done"]);
        assert_eq!(outcomes(&shop, "updateVariants", set("DENY")).await, ["done"]);
        shop.check().await;
    }

    async fn what_is_ordered_begins_to_count_when_it_is_out(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let small = each(&made(&shop, "quiet").await, "id")[0].clone();
        let set = |policy: &str| json!([{ "id": small, "stockPolicy": policy }]);
        assert_eq!(outcomes(&shop, "updateVariants", set("UNTRACKED")).await, ["done"]);
        let lines = json!([{ "variantId": small, "quantity": 2 }]);
        let placed = shop.done("placeOrder", json!({ "lines": lines, "confirm": true }), "order { id items { nodes { id } } }").await["order"].clone();
        for policy in ["DENY", "BACKORDER"] {
            assert_eq!(outcomes(&shop, "updateVariants", set(policy)).await, ["IN_USE items.0.stockPolicy"], "{policy}");
        }
        let paid = json!({ "orderId": placed["id"] });
        shop.done("markOrderPaid", paid, "replayed").await;
        let pieces = json!([{ "itemId": placed["items"]["nodes"][0]["id"], "quantity": 2 }]);
        let parcel = json!({ "orderId": placed["id"], "location": "main", "lines": pieces, "shipped": true });
        let sent = shop.done("createFulfillment", parcel, "order { status }").await;
        assert_eq!(sent["order"]["status"], "COMPLETED");
        assert_eq!(outcomes(&shop, "updateVariants", set("DENY")).await, ["done"]);
        shop.check().await;
    }

    async fn variants_that_are_named_nowhere_can_be_deleted(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (quiet, loud) = (made(&shop, "quiet").await, made(&shop, "loud").await);
        shop.stock("loud-S", "main", 3).await;
        let ids = [each(&quiet, "id"), each(&loud, "id")].concat();
        let items: Vec<Value> = ids.iter().map(|id| json!({ "id": id })).collect();
        let all = json!({ "items": items, "onError": "REJECT_ALL" });
        let error = shop.refused("deleteVariants", all).await;
        assert_eq!((&error["by"], &error["path"]), (&json!("Product"), &json!(["items", "1", "id"])));
        let outcome = outcomes(&shop, "deleteVariants", json!(items)).await;
        assert_eq!(outcome, ["done", "IN_USE items.1.id", "IN_USE items.2.id", "done"]);
        let quiet = found(&shop, "quiet").await;
        assert_eq!((&quiet["basePrice"], each(&quiet, "title")), (&json!("20.00"), vec![json!("L")]));
        let loud = found(&shop, "loud").await;
        assert_eq!((&loud["version"], each(&loud, "title")), (&json!(2), vec![json!("S")]));
        let gone = json!([{ "id": ids[0] }, { "id": ids[1], "expectedVersion": 9 }]);
        let outcome = outcomes(&shop, "deleteVariants", gone).await;
        assert_eq!(outcome, ["NOT_FOUND items.0.id", "VERSION_CONFLICT items.1.expectedVersion"]);
        shop.check().await;
    }
}
