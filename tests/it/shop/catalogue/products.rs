//! Products: made, changed, moved and deleted.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{PRODUCT, each, found, made, sized, told};
use crate::shop::fixture::{NOBODY, ShopFixture, with};

on_both_engines! {
    async fn a_product_is_made_as_it_is_said(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let roll = json!({ "sku": "Q-S", "optionValues": ["24x36", "Roll"], "price": "265", "compareAtPrice": "0" });
        let large = json!({
            "sku": " ", "optionValues": ["36x48", "Roll"], "price": "199.9", "compareAtPrice": "250",
            "stockPolicy": "BACKORDER", "taxClass": "art",
        });
        let input = json!({
            "handle": " quiet ", "title": "Quiet", "description": " ", "vendor": "", "collection": "Mosaic",
            "category": "Wall Art", "tags": ["blue", " calm ", "blue", ""], "optionNames": ["Size", "Print Type"],
            "cost": "31.5", "status": "ACTIVE", "variants": [roll, large],
        });
        let product = shop.done("createProduct", input, PRODUCT).await["product"].take();
        let nodes = &product["variants"]["nodes"];
        let usual = json!({
            "frameType": "Roll", "stockPolicy": "DENY", "editionSize": null, "editionSold": 0, "taxClass": "standard",
            "isAvailable": true, "version": 1, "compareAtPrice": null,
        });
        let first = with(usual.clone(), json!({
            "id": nodes[0]["id"], "sku": "Q-S", "title": "24x36 / Roll", "size": "24x36",
            "optionValues": ["24x36", "Roll"], "price": "265.00",
        }));
        let second = with(usual, json!({
            "id": nodes[1]["id"], "sku": null, "title": "36x48 / Roll", "size": "36x48", "optionValues": ["36x48", "Roll"],
            "price": "199.90", "compareAtPrice": "250.00", "stockPolicy": "BACKORDER", "taxClass": "art",
        }));
        assert_eq!(product, json!({
            "id": product["id"], "handle": "quiet", "title": "Quiet", "description": null, "vendor": null,
            "collection": "Mosaic", "category": "Wall Art", "tags": ["blue", "calm"], "currency": "USD",
            "status": "ACTIVE", "optionNames": ["Size", "Print Type"], "basePrice": "199.90", "cost": "31.50",
            "version": 1, "variants": { "nodes": [first, second] },
        }));
        let plain = json!({ "handle": "plain", "title": "Plain", "currency": "JPY", "variants": [{ "price": "1000" }] });
        let product = shop.done("createProduct", plain, PRODUCT).await["product"].take();
        assert_eq!((&product["optionNames"], &product["status"]), (&json!(["Title"]), &json!("DRAFT")));
        assert_eq!((each(&product, "title"), each(&product, "isAvailable")), (vec![json!("Default Title")], vec![json!(false)]));
        assert_eq!(told(db).await, ["product.created 1", "product.created 1"]);
        shop.check().await;
    }

    async fn what_is_no_product_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let right = sized("quiet");
        for (changes, code) in [
            (json!({ "handle": " " }), "INVALID handle"),
            (json!({ "handle": "x".repeat(256) }), "INVALID handle"),
            (json!({ "handle": "harbour" }), "ALREADY_EXISTS handle"),
            (json!({ "title": "" }), "INVALID title"),
            (json!({ "title": "x".repeat(501) }), "INVALID title"),
            (json!({ "vendor": "x".repeat(256) }), "INVALID vendor"),
            (json!({ "tags": ["fine", "one, two"] }), "INVALID tags.1"),
            (json!({ "tags": vec!["x"; 251] }), "LIMIT_REACHED tags"),
            (json!({ "currency": "usd" }), "INVALID currency"),
            (json!({ "currency": "XXX" }), "INVALID currency"),
            (json!({ "cost": "-1" }), "INVALID cost"),
            (json!({ "optionNames": ["Size", "size"] }), "INVALID optionNames.1"),
            (json!({ "optionNames": ["a", "b", "c", "d"] }), "LIMIT_REACHED optionNames"),
            (json!({ "optionNames": ["Size", "Frame"] }), "INVALID variants.0.optionValues"),
            (json!({ "variants": [] }), "INVALID variants"),
        ] {
            let input = with(right.clone(), changes.clone());
            assert_eq!(shop.code_and_path("createProduct", input).await, code, "{changes}");
        }
        let variant = json!({ "optionValues": ["S"], "price": "10", "sku": "one" });
        for (changes, code) in [
            (json!({ "price": "-0.01" }), "INVALID variants.1.price"),
            (json!({ "price": "10.005" }), "INVALID variants.1.price"),
            (json!({ "price": "100000000" }), "INVALID variants.1.price"),
            (json!({ "compareAtPrice": "10.005" }), "INVALID variants.1.compareAtPrice"),
            (json!({ "optionValues": [] }), "INVALID variants.1.optionValues"),
            (json!({ "optionValues": [" "] }), "INVALID variants.1.optionValues.0"),
            (json!({ "optionValues": ["S"] }), "ALREADY_EXISTS variants.1.optionValues"),
            (json!({ "optionValues": ["x".repeat(51)] }), "INVALID variants.1.optionValues.0"),
            (json!({ "sku": "one" }), "ALREADY_EXISTS variants.1.sku"),
            (json!({ "editionSize": 0 }), "INVALID variants.1.editionSize"),
            (json!({ "editionSize": 5, "stockPolicy": "BACKORDER" }), "INVALID variants.1.editionSize"),
            (json!({ "taxClass": " " }), "INVALID variants.1.taxClass"),
        ] {
            let second = with(with(variant.clone(), json!({ "optionValues": ["L"], "sku": "two" })), changes.clone());
            let input = with(right.clone(), json!({ "variants": [variant, second] }));
            assert_eq!(shop.code_and_path("createProduct", input).await, code, "{changes}");
        }
        let yen = json!({ "handle": "yen", "title": "Yen", "currency": "JPY", "variants": [{ "price": "10.5" }] });
        assert_eq!(shop.code_and_path("createProduct", yen).await, "INVALID variants.0.price");
        shop.done("createProduct", right.clone(), PRODUCT).await;
        assert_eq!(shop.code_and_path("createProduct", right.clone()).await, "ALREADY_EXISTS handle");
        let other = with(right, json!({ "handle": "other" }));
        assert_eq!(shop.code_and_path("createProduct", other).await, "ALREADY_EXISTS variants.0.sku");
        shop.check().await;
    }

    async fn an_update_changes_what_is_said(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let product = made(&shop, "quiet").await;
        let id = &product["id"];
        let changes = json!({ "id": id, "title": "Loud", "vendor": "Kingler", "tags": ["red"], "cost": "3", "expectedVersion": 1 });
        let changed = shop.done("updateProduct", changes, PRODUCT).await["product"].take();
        assert_eq!((&changed["title"], &changed["vendor"], &changed["tags"]), (&json!("Loud"), &json!("Kingler"), &json!(["red"])));
        assert_eq!((&changed["version"], &changed["handle"]), (&json!(2), &json!("quiet")));
        let again = shop.done("updateProduct", json!({ "id": id, "title": " Loud " }), PRODUCT).await["product"].take();
        assert_eq!(again, changed, "nothing changed");
        let cleared = json!({ "id": id, "vendor": null, "cost": null, "title": null });
        let cleared = shop.done("updateProduct", cleared, PRODUCT).await["product"].take();
        assert_eq!((&cleared["vendor"], &cleared["cost"], &cleared["title"]), (&Value::Null, &Value::Null, &json!("Loud")));

        // Names of options say what the size is.
        assert_eq!(each(&cleared, "size"), [json!("S"), json!("L")]);
        let renamed = json!({ "id": id, "optionNames": ["Frame"] });
        let renamed = shop.done("updateProduct", renamed, PRODUCT).await["product"].take();
        assert_eq!((each(&renamed, "size"), each(&renamed, "frameType")), (vec![json!(null); 2], vec![json!("S"), json!("L")]));
        assert_eq!((&renamed["version"], each(&renamed, "version")), (&json!(4), vec![json!(2), json!(2)]));
        for (changes, code) in [
            (json!({ "expectedVersion": 3 }), "VERSION_CONFLICT expectedVersion"),
            (json!({ "id": NOBODY }), "NOT_FOUND id"),
            (json!({ "handle": "harbour" }), "ALREADY_EXISTS handle"),
            (json!({ "handle": "" }), "INVALID handle"),
            (json!({ "tags": ["a,b"] }), "INVALID tags.0"),
            (json!({ "cost": "1.234" }), "INVALID cost"),
            (json!({ "optionNames": ["Size", "Frame"] }), "INVALID optionNames"),
            (json!({ "optionNames": [] }), "done"),
        ] {
            let input = with(json!({ "id": id }), changes.clone());
            match code {
                "done" => drop(shop.done("updateProduct", input, "replayed").await),
                _ => assert_eq!(shop.code_and_path("updateProduct", input).await, code, "{changes}"),
            }
        }
        let told = told(db).await;
        let versions: Vec<String> = (2..=5).map(|version| format!("product.updated {version}")).collect();
        assert_eq!(told, [vec!["product.created 1".to_owned()], versions].concat());
        shop.check().await;
    }

    async fn a_status_says_whether_variants_are_for_sale(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let id = made(&shop, "quiet").await["id"].clone();
        let set = |status: &str| json!({ "id": id, "status": status });
        assert_eq!(shop.code_and_path("setProductStatus", set("ACTIVE")).await, "INVALID_TRANSITION status");
        for (status, allowed, is_available) in [
            ("ARCHIVED", json!(["DRAFT"]), false),
            ("DRAFT", json!(["ACTIVE"]), false),
            ("ACTIVE", json!(["DRAFT", "ARCHIVED"]), true),
            ("DRAFT", json!(["ACTIVE"]), false),
        ] {
            let product = shop.done("setProductStatus", set(status), PRODUCT).await["product"].take();
            assert_eq!((&product["status"], each(&product, "isAvailable")), (&json!(status), vec![json!(is_available); 2]));
            let error = shop.refused("setProductStatus", set(status)).await;
            assert_eq!((&error["from"], &error["allowed"]), (&json!(status), &allowed));
        }
        assert_eq!(shop.code_and_path("setProductStatus", set("ARCHIVED")).await, "INVALID_TRANSITION status");
        let stale = with(set("ACTIVE"), json!({ "expectedVersion": 1 }));
        assert_eq!(shop.code_and_path("setProductStatus", stale).await, "VERSION_CONFLICT expectedVersion");
        assert_eq!(told(db).await.last(), Some(&"product.status_changed 5".to_owned()));
        shop.check().await;
    }

    async fn what_is_named_nowhere_can_be_deleted(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (unused, counted) = (made(&shop, "unused").await, made(&shop, "counted").await);
        shop.stock("counted-L", "main", 3).await;
        let error = shop.refused("deleteProduct", json!({ "id": counted["id"] })).await;
        assert_eq!((&error["code"], &error["by"], &error["path"]), (&json!("IN_USE"), &json!("StockMovement"), &json!(["id"])));
        let stale = json!({ "id": unused["id"], "expectedVersion": 2 });
        assert_eq!(shop.code_and_path("deleteProduct", stale).await, "VERSION_CONFLICT expectedVersion");
        let deleted = shop.done("deleteProduct", json!({ "id": unused["id"] }), "deletedId").await;
        assert_eq!(deleted["deletedId"], unused["id"]);
        assert_eq!(found(&shop, "unused").await, Value::Null);
        assert_eq!(shop.code_and_path("deleteProduct", json!({ "id": unused["id"] })).await, "NOT_FOUND id");
        assert_eq!(told(db).await.last(), Some(&"product.deleted 2".to_owned()));
        shop.check().await;
    }

    async fn what_orders_and_holds_name_stays(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let (ordered, held) = (made(&shop, "ordered").await, made(&shop, "held").await);
        let untracked = json!({ "items": [{ "id": each(&ordered, "id")[0], "stockPolicy": "UNTRACKED" }] });
        shop.done("updateVariants", untracked, "results { index }").await;
        let lines = |sku: &str| json!({ "lines": [{ "sku": sku, "quantity": 1 }] });
        let draft = shop.done("createDraftOrder", lines("ordered-S"), "order { id }").await["order"]["id"].clone();
        shop.stock("held-S", "main", 1).await;
        shop.done("reserveStock", lines("held-S"), "replayed").await;
        for (product, by) in [(&ordered, "OrderItem"), (&held, "StockReservation")] {
            let error = shop.refused("deleteProduct", json!({ "id": product["id"] })).await;
            assert_eq!((&error["code"], &error["by"]), (&json!("IN_USE"), &json!(by)));
        }
        // A quote that is gone names nothing.
        shop.done("deleteDraftOrder", json!({ "id": draft }), "replayed").await;
        shop.done("deleteProduct", json!({ "id": ordered["id"] }), "replayed").await;
        shop.check().await;
    }

    async fn a_handle_is_given_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let calls = (0..8).map(|_| {
            let shop = shop.clone();
            tokio::spawn(async move { shop.mutate("createProduct", sized("quiet"), "product { id }").await })
        });
        let mut made = 0;
        for payload in futures::future::join_all(calls).await {
            let payload = payload.expect("no panic");
            match payload["userErrors"].get(0) {
                Some(error) => assert_eq!((&error["code"], &error["path"]), (&json!("ALREADY_EXISTS"), &json!(["handle"]))),
                None => made += 1,
            }
        }
        assert_eq!(made, 1);
        shop.check().await;
    }
}
