//! Correcting, receiving and moving stock.

use entity::events;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{change, hold, journal, told};
use crate::shop::fixture::{NOBODY, ShopFixture, refusal, with};

on_both_engines! {
    async fn a_correction_never_leaves_less_than_nothing(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let item = json!({ "sku": "PRINT", "location": "main" });
        let result = change(&shop, "adjustStock", with(item.clone(), json!({ "delta": -2, "reason": "broken" }))).await;
        assert_eq!(result["inventoryLevel"]["quantityAvailable"], 3);
        assert_eq!(result["before"]["available"], 5);
        hold(&shop, json!([{ "sku": "PRINT", "quantity": 1 }])).await;
        let short = change(&shop, "adjustStock", with(item.clone(), json!({ "delta": -3 }))).await;
        assert_eq!(refusal(&short), "INSUFFICIENT_STOCK items.0.delta");
        let line = json!({ "sku": "PRINT", "location": "main", "requested": 3, "available": 2 });
        assert_eq!(short["userErrors"][0]["lines"], json!([line]));
        for (changes, code) in [
            (json!({ "delta": 0 }), "INVALID items.0.delta"),
            (json!({ "delta": i32::MAX }), "INVALID items.0.delta"),
            (json!({ "delta": i32::MIN }), "INSUFFICIENT_STOCK items.0.delta"),
            (json!({ "delta": -1, "location": "north" }), "INSUFFICIENT_STOCK items.0.delta"),
            (json!({ "delta": 1, "sku": "OTHER" }), "NOT_FOUND items.0.sku"),
            (json!({ "delta": 1, "reason": " " }), "INVALID items.0.reason"),
        ] {
            let result = change(&shop, "adjustStock", with(item.clone(), changes.clone())).await;
            assert_eq!(refusal(&result), code, "{changes}");
        }
        change(&shop, "adjustStock", with(item, json!({ "delta": 1, "location": "north" }))).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 2 + 1 reserved", "north 1 + 0 reserved"]);
        assert_eq!(journal(&shop).await, ["ADJUST -2 main", "ADJUST 1 north", "COUNT 5 main"]);
        assert_eq!(told(db).await, ["stock.set", "stock.adjusted", "stock.held", "stock.adjusted"]);
        shop.check().await;
    }

    async fn what_comes_in_was_perhaps_announced(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        let item = json!({ "sku": "PRINT", "location": "main" });
        let count = json!({ "available": 1, "incoming": 5, "changeFromQuantity": null });
        change(&shop, "setStock", with(item.clone(), count)).await;
        for (changes, shelf) in [
            (json!({ "quantity": 2 }), "main 3 + 0 reserved, 5 to come"),
            (json!({ "quantity": 2, "fromIncoming": true }), "main 5 + 0 reserved, 3 to come"),
            (json!({ "quantity": 4, "fromIncoming": true }), "main 9 + 0 reserved"),
        ] {
            change(&shop, "receiveStock", with(item.clone(), changes)).await;
            assert_eq!(shop.shelf("PRINT").await, [shelf]);
        }
        for (changes, code) in [
            (json!({ "quantity": 0 }), "INVALID items.0.quantity"),
            (json!({ "quantity": -1 }), "INVALID items.0.quantity"),
            (json!({ "quantity": i32::MAX }), "INVALID items.0.quantity"),
            (json!({ "quantity": 1, "sku": null, "variantId": NOBODY }), "NOT_FOUND items.0.variantId"),
        ] {
            let result = change(&shop, "receiveStock", with(item.clone(), changes.clone())).await;
            assert_eq!(refusal(&result), code, "{changes}");
        }
        assert_eq!(journal(&shop).await, ["COUNT 1 main", "RECEIVE 2 main", "RECEIVE 2 main", "RECEIVE 4 main"]);
        assert_eq!(told(db).await, ["stock.set", "stock.received", "stock.received", "stock.received"]);
        shop.check().await;
    }

    async fn each_change_is_told_of(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let item = |location: &str, delta: i32| json!({ "sku": "PRINT", "location": location, "delta": delta });
        let items = json!([item("main", 4), item("main", -4), item("north", 2), item("north", -2)]);
        let fields = "results { inventoryLevel { quantityAvailable } userErrors { code } }";
        let payload = shop.done("adjustStock", json!({ "items": items }), fields).await;
        let result = |available: i32| {
            json!({ "inventoryLevel": { "quantityAvailable": available }, "userErrors": [] })
        };
        assert_eq!(payload["results"], json!([result(5), result(5), result(0), result(0)]));
        assert_eq!(shop.shelf("PRINT").await, ["main 5 + 0 reserved", "north 0 + 0 reserved"]);
        let mut told = events::Entity::find().all(db.connection()).await.expect("events");
        told.retain(|event| event.kind == "stock.adjusted");
        told.sort_by_key(|event| (event.transaction_number, event.position));
        let told = told.iter().map(|event| (event.aggregate_version, event.changes["quantityAvailable"].clone()));
        let expected = [(2, 9), (3, 5), (1, 2), (2, 0)].map(|(version, available)| (version, json!(available)));
        assert_eq!(told.collect::<Vec<_>>(), expected);
        shop.check().await;
    }

    async fn what_moves_stays_as_much(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.variant(db, "FRAME").await;
        shop.stock("PRINT", "main", 5).await;
        shop.stock("FRAME", "main", 1).await;
        hold(&shop, json!([{ "sku": "PRINT", "quantity": 2 }])).await;
        let fields = "results { from { location quantityAvailable } to { location quantityAvailable } userErrors { code path } }";
        let move_all = |items: Value| json!({ "from": "main", "to": "north", "items": items });
        let items = json!([{ "sku": "PRINT", "quantity": 3 }, { "sku": "FRAME", "quantity": 2 }]);
        let payload = shop.done("transferStock", move_all(items.clone()), fields).await;
        let [moved, short] = &payload["results"].as_array().expect("results")[..] else { panic!("two results") };
        assert_eq!(moved["from"], json!({ "location": "main", "quantityAvailable": 0 }));
        assert_eq!(moved["to"], json!({ "location": "north", "quantityAvailable": 3 }));
        assert_eq!(refusal(short), "INSUFFICIENT_STOCK items.1.quantity");
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 2 reserved", "north 3 + 0 reserved"]);
        assert_eq!(shop.shelf("FRAME").await, ["main 1 + 0 reserved"]);
        let all = with(move_all(items), json!({ "onError": "REJECT_ALL" }));
        assert_eq!(shop.code_and_path("transferStock", all).await, "INSUFFICIENT_STOCK items.0.quantity");
        let one = move_all(json!([{ "sku": "FRAME", "quantity": 1 }]));
        for (changes, code) in [
            (json!({ "to": "main" }), "INVALID to"),
            (json!({ "to": "" }), "INVALID to"),
            (json!({ "from": " " }), "INVALID from"),
            (json!({ "from": "a\u{0}" }), "INVALID from"),
        ] {
            assert_eq!(shop.code_and_path("transferStock", with(one.clone(), changes.clone())).await, code, "{changes}");
        }
        assert_eq!(journal(&shop).await, ["COUNT 1 main", "COUNT 5 main", "TRANSFER -3 main", "TRANSFER 3 north"]);
        let expected = ["stock.set", "stock.set", "stock.held", "stock.transferred", "stock.transferred", "stock.out"];
        assert_eq!(told(db).await, expected);
        shop.check().await;
    }
}
