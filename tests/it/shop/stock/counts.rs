//! Setting stock to what was counted.

use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{change, hold, journal, told};
use crate::shop::fixture::{NOBODY, ShopFixture, refusal, with};

on_both_engines! {
    async fn a_count_says_what_is_there(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let print = shop.variant(db, "PRINT").await;
        let count = |more: Value| with(json!({ "variantId": print, "location": "main" }), more);
        let first = json!({ "available": 5, "incoming": 3, "changeFromQuantity": 0, "reason": "the first one" });
        let result = change(&shop, "setStock", count(first)).await;
        assert_eq!(result["before"], json!({ "available": 0, "reserved": 0, "onHand": 0, "incoming": 0 }));
        let level = &result["inventoryLevel"];
        assert_eq!((&level["quantityAvailable"], &level["quantityIncoming"], &level["version"]), (&json!(5), &json!(3), &json!(1)));
        assert!(!level["lastCountedAt"].is_null());
        let result = change(&shop, "setStock", count(json!({ "onHand": 7, "changeFromQuantity": 5 }))).await;
        assert_eq!(result["before"], json!({ "available": 5, "reserved": 0, "onHand": 5, "incoming": 3 }));
        assert_eq!(result["inventoryLevel"]["version"], 2);
        let stale = change(&shop, "setStock", count(json!({ "available": 1, "changeFromQuantity": 5 }))).await;
        assert_eq!(refusal(&stale), "STALE_QUANTITY items.0.changeFromQuantity");
        assert_eq!(stale["userErrors"][0]["current"], 7);
        assert_eq!(stale["inventoryLevel"], Value::Null);

        hold(&shop, json!([{ "variantId": print, "quantity": 4 }])).await;
        let promised = change(&shop, "setStock", count(json!({ "onHand": 3, "changeFromQuantity": null }))).await;
        assert_eq!(refusal(&promised), "INSUFFICIENT_STOCK items.0.onHand");
        let line = json!({ "sku": "PRINT", "location": "main", "requested": 4, "available": 3 });
        assert_eq!(promised["userErrors"][0]["lines"], json!([line]));
        change(&shop, "setStock", count(json!({ "onHand": 4, "changeFromQuantity": 7, "incoming": 0 }))).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 4 reserved"]);
        assert_eq!(journal(&shop).await, ["COUNT -3 main", "COUNT 2 main", "COUNT 5 main"]);
        assert_eq!(told(db).await, ["stock.set", "stock.set", "stock.held", "stock.set", "stock.out"]);
        let variant = shop.query("{ productVariantBySku(sku: \"PRINT\") { version } }", json!({})).await;
        assert_eq!(variant["productVariantBySku"]["version"], 1, "stock is no edit of a variant");
        shop.check().await;
    }

    async fn a_count_needs_a_variant_a_place_and_a_number(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let print = shop.variant(db, "PRINT").await;
        let right = json!({ "sku": "PRINT", "location": "main", "available": 5, "changeFromQuantity": null });
        for (changes, code) in [
            (json!({ "sku": "OTHER" }), "NOT_FOUND items.0.sku"),
            (json!({ "sku": null, "variantId": NOBODY }), "NOT_FOUND items.0.variantId"),
            (json!({ "sku": null }), "INVALID items.0.variantId"),
            (json!({ "variantId": print }), "INVALID items.0.variantId"),
            (json!({ "location": " " }), "INVALID items.0.location"),
            (json!({ "location": "x".repeat(256) }), "INVALID items.0.location"),
            (json!({ "available": -1 }), "INVALID items.0.available"),
            (json!({ "available": null }), "INVALID items.0.available"),
            (json!({ "onHand": 5 }), "INVALID items.0.available"),
            (json!({ "available": null, "onHand": -1 }), "INVALID items.0.onHand"),
            (json!({ "incoming": -1 }), "INVALID items.0.incoming"),
            (json!({ "reason": "" }), "INVALID items.0.reason"),
            (json!({ "reason": "x".repeat(256) }), "INVALID items.0.reason"),
            (json!({ "changeFromQuantity": 1 }), "STALE_QUANTITY items.0.changeFromQuantity"),
        ] {
            let result = change(&shop, "setStock", with(right.clone(), changes.clone())).await;
            assert_eq!(refusal(&result), code, "{changes}");
        }
        let unseen = json!({ "sku": "PRINT", "location": "main", "available": 5 });
        assert_eq!(refusal(&change(&shop, "setStock", unseen).await), "INVALID items.0.changeFromQuantity");
        assert_eq!(shop.shelf("PRINT").await, [""; 0]);
        shop.stock("PRINT", "main", i32::MAX).await;
        let more = with(right, json!({ "location": "north", "available": 1 }));
        assert_eq!(refusal(&change(&shop, "setStock", more).await), "INVALID items.0.available");
        shop.check().await;
    }

    async fn an_item_fails_by_itself_unless_all_are_to_be_done(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        let count = |sku: &str, available: i32| {
            json!({ "sku": sku, "location": "main", "available": available, "changeFromQuantity": null })
        };
        let items = json!([count("PRINT", 5), count("OTHER", 1), count("PRINT", 6)]);
        let all = json!({ "items": items, "onError": "REJECT_ALL" });
        assert_eq!(shop.code_and_path("setStock", all).await, "NOT_FOUND items.1.sku");
        assert_eq!(shop.shelf("PRINT").await, [""; 0]);
        let payload = shop.done("setStock", json!({ "items": items }), "results { index before { available } userErrors { code } }").await;
        assert_eq!(payload["results"], json!([
            { "index": 0, "before": { "available": 0 }, "userErrors": [] },
            { "index": 1, "before": null, "userErrors": [{ "code": "NOT_FOUND" }] },
            { "index": 2, "before": { "available": 5 }, "userErrors": [] },
        ]));
        assert_eq!(shop.shelf("PRINT").await, ["main 6 + 0 reserved"]);
        let many: Vec<Value> = (0..1001).map(|_| count("PRINT", 1)).collect();
        assert_eq!(shop.code_and_path("setStock", json!({ "items": many })).await, "LIMIT_REACHED items");
        shop.check().await;
    }

    async fn an_edition_has_no_more_pieces_than_its_size(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant_with(db, "LIMITED", |variant| variant.edition_size = Set(Some(10))).await;
        shop.stock("LIMITED", "main", 8).await;
        hold(&shop, json!([{ "sku": "LIMITED", "quantity": 3 }])).await;
        let item = json!({ "sku": "LIMITED", "location": "main" });
        for (name, changes, place) in [
            ("setStock", json!({ "available": 8, "changeFromQuantity": null }), "available"),
            ("setStock", json!({ "onHand": 11, "changeFromQuantity": null }), "onHand"),
            ("adjustStock", json!({ "delta": 3 }), "delta"),
            ("receiveStock", json!({ "quantity": 3 }), "quantity"),
            ("receiveStock", json!({ "quantity": 3, "location": "north" }), "quantity"),
        ] {
            let result = change(&shop, name, with(item.clone(), changes)).await;
            assert_eq!(refusal(&result), format!("INVALID items.0.{place}"), "{name}");
        }
        assert_eq!(shop.shelf("LIMITED").await, ["main 5 + 3 reserved"]);
        change(&shop, "receiveStock", with(item, json!({ "quantity": 2 }))).await;
        shop.pass(1000).await;
        assert_eq!(shop.shelf("LIMITED").await, ["main 10 + 0 reserved"], "the hold has lapsed");
        shop.check().await;
    }

    async fn stock_that_is_not_kept_can_still_be_counted(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant_with(db, "DIGITAL", |variant| variant.stock_policy = Set(StockPolicy::Untracked)).await;
        shop.stock("DIGITAL", "main", 5).await;
        let lines = json!({ "lines": [{ "sku": "DIGITAL", "quantity": 9 }] });
        assert_eq!(shop.code_and_path("reserveStock", lines).await, "INVALID lines");
        assert_eq!(shop.shelf("DIGITAL").await, ["main 5 + 0 reserved"]);
        shop.check().await;
    }
}
