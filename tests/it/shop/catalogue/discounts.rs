//! Discounts: saved and removed.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::segment;
use crate::shop::fixture::{NOBODY, ShopFixture, with};

const DISCOUNT: &str =
    "discount { id code name kind target value currency conditions startsAt endsAt usageLimit usedCount
    oncePerCustomer isActive version }";

on_both_engines! {
    async fn a_discount_is_saved_as_it_is_said(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let segment = segment(db).await;
        let save = async |input: Value| shop.done("saveDiscount", input, DISCOUNT).await["discount"].take();
        let least = save(json!({ "name": " Ten ", "kind": "PERCENTAGE", "value": "10" })).await;
        assert_eq!(least, json!({
            "id": least["id"], "code": null, "name": "Ten", "kind": "PERCENTAGE", "target": "ORDER", "value": "10.00",
            "currency": "USD", "conditions": {}, "startsAt": null, "endsAt": null, "usageLimit": null, "usedCount": 0,
            "oncePerCustomer": false, "isActive": true, "version": 1,
        }));
        let whole = json!({
            "code": " summer ", "name": "Summer", "kind": "FIXED", "target": "LINE", "value": "5.5", "currency": "EUR",
            "conditions": {
                "minAmount": "100", "minQuantity": 10, "productIds": [shop.product], "collections": ["Mosaic"],
                "customerTags": ["designer-verified"], "segmentIds": [segment], "countries": ["us", "DE", "US"],
            },
            "startsAt": "2026-12-01T00:00:00Z", "endsAt": "2026-12-02T00:00:00Z", "usageLimit": 3, "oncePerCustomer": true,
            "isActive": false, "expectedVersion": 0,
        });
        let saved = save(whole.clone()).await;
        assert_eq!((&saved["code"], &saved["value"], &saved["target"]), (&json!("SUMMER"), &json!("5.50"), &json!("LINE")));
        assert_eq!(saved["conditions"], with(whole["conditions"].clone(), json!({ "countries": ["US", "DE"] })));
        let changed = save(json!({ "id": saved["id"], "kind": "FREE_SHIPPING", "expectedVersion": 1, "code": null, "endsAt": null, "conditions": {} })).await;
        assert_eq!(changed, with(saved.clone(), json!({
            "kind": "FREE_SHIPPING", "target": "SHIPPING", "value": "0.00", "code": null, "endsAt": null, "conditions": {}, "version": 2,
        })));
        let back = save(json!({ "id": saved["id"], "kind": "PERCENTAGE", "value": "5" })).await;
        assert_eq!((&back["target"], &back["version"]), (&json!("ORDER"), &json!(3)));
        assert_eq!(save(json!({ "id": saved["id"], "name": "Summer" })).await, back, "nothing changed");
        shop.check().await;
    }

    async fn what_is_no_discount_is_refused(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let right = json!({ "code": "ONE", "name": "One", "kind": "FIXED", "value": "5" });
        let id = shop.done("saveDiscount", right.clone(), DISCOUNT).await["discount"]["id"].clone();
        let new = with(right, json!({ "code": "TWO" }));
        for (changes, code) in [
            (json!({ "code": "one" }), "ALREADY_EXISTS code"),
            (json!({ "code": "T WO" }), "INVALID code"),
            (json!({ "code": "x".repeat(51) }), "INVALID code"),
            (json!({ "name": null }), "INVALID name"),
            (json!({ "kind": null }), "INVALID kind"),
            (json!({ "value": null }), "INVALID value"),
            (json!({ "value": "0" }), "INVALID value"),
            (json!({ "value": "5.005" }), "INVALID value"),
            (json!({ "currency": "JPY", "value": "5.5" }), "INVALID value"),
            (json!({ "kind": "PERCENTAGE", "value": "100.01" }), "INVALID value"),
            (json!({ "kind": "FREE_SHIPPING", "value": "5" }), "INVALID value"),
            (json!({ "kind": "FREE_SHIPPING", "value": null, "target": "ORDER" }), "INVALID target"),
            (json!({ "target": "SHIPPING" }), "INVALID target"),
            (json!({ "currency": "us" }), "INVALID currency"),
            (json!({ "startsAt": "2026-12-02T00:00:00Z", "endsAt": "2026-12-02T00:00:00Z" }), "INVALID endsAt"),
            (json!({ "usageLimit": 0 }), "INVALID usageLimit"),
            (json!({ "conditions": { "minAmount": "-1" } }), "INVALID conditions.minAmount"),
            (json!({ "conditions": { "minQuantity": 0 } }), "INVALID conditions.minQuantity"),
            (json!({ "conditions": { "countries": ["US", "USA"] } }), "INVALID conditions.countries.1"),
            (json!({ "conditions": { "collections": [""] } }), "INVALID conditions.collections.0"),
            (json!({ "conditions": { "productIds": [shop.product, NOBODY] } }), "NOT_FOUND conditions.productIds.1"),
            (json!({ "conditions": { "segmentIds": [NOBODY] } }), "NOT_FOUND conditions.segmentIds.0"),
            (json!({ "id": NOBODY }), "NOT_FOUND id"),
            (json!({ "id": id, "expectedVersion": 2 }), "VERSION_CONFLICT expectedVersion"),
            (json!({ "expectedVersion": 1 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            assert_eq!(shop.code_and_path("saveDiscount", with(new.clone(), changes.clone())).await, code, "{changes}");
        }
        shop.check().await;
    }

    async fn amounts_that_stay_fit_another_currency(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let fixed = json!({ "name": "Five", "kind": "FIXED", "value": "5", "conditions": { "minAmount": "100.50" } });
        let id = shop.done("saveDiscount", fixed, DISCOUNT).await["discount"]["id"].clone();
        let yen = json!({ "id": id, "currency": "JPY" });
        assert_eq!(shop.code_and_path("saveDiscount", yen.clone()).await, "INVALID currency");
        let both = with(yen.clone(), json!({ "conditions": { "minAmount": "100" } }));
        assert_eq!(shop.code_and_path("saveDiscount", with(both.clone(), json!({ "value": "5.5" }))).await, "INVALID value");
        shop.done("saveDiscount", both, DISCOUNT).await;
        shop.done("saveDiscount", yen, DISCOUNT).await;
        shop.check().await;
    }

    async fn a_discount_that_was_used_stays(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let save = async |input: Value| shop.done("saveDiscount", input, DISCOUNT).await["discount"].take();
        let discount = save(json!({ "name": "Ten", "kind": "PERCENTAGE", "value": "10" })).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 2).await;
        for _ in 0..2 {
            shop.done("placeOrder", json!({ "lines": [{ "sku": "PRINT", "quantity": 1 }] }), "order { id }").await;
        }
        let limit = |limit: Value| json!({ "id": discount["id"], "usageLimit": limit });
        assert_eq!(shop.code_and_path("saveDiscount", limit(json!(1))).await, "INVALID usageLimit");
        assert_eq!(save(limit(json!(2))).await["usedCount"], 2);
        assert_eq!(save(limit(json!(null))).await["usedCount"], 0);
        assert_eq!(shop.code_and_path("removeDiscount", json!({ "id": discount["id"], "expectedVersion": 9 })).await, "VERSION_CONFLICT expectedVersion");
        let kept = shop.done("removeDiscount", json!({ "id": discount["id"] }), "deleted discount { isActive }").await;
        assert_eq!((&kept["deleted"], &kept["discount"]), (&json!(false), &json!({ "isActive": false })));
        let unused = save(json!({ "name": "Twenty", "kind": "PERCENTAGE", "value": "20" })).await;
        let gone = shop.done("removeDiscount", json!({ "id": unused["id"] }), "deleted discount { id }").await;
        assert_eq!((&gone["deleted"], &gone["discount"]), (&json!(true), &Value::Null));
        assert_eq!(shop.code_and_path("removeDiscount", json!({ "id": unused["id"] })).await, "NOT_FOUND id");
        shop.check().await;
    }
}
