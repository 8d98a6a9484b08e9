//! Many at once.

use sea_orm::{ConnectionTrait, Statement};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{change, told};
use crate::{
    shop::fixture::{ShopFixture, text},
    work::fixture::at_once,
};

on_both_engines! {
    async fn as_many_get_a_piece_as_there_are(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 50).await;
        let codes = at_once(200, |_| {
            let shop = shop.clone();
            async move {
                let lines = json!({ "lines": [{ "sku": "PRINT", "quantity": 1 }] });
                shop.mutate("reserveStock", lines, "replayed").await["userErrors"][0]["code"].clone()
            }
        })
        .await;
        let held = codes.iter().filter(|code| code.is_null()).count();
        let refused = codes.iter().filter(|code| *code == "INSUFFICIENT_STOCK").count();
        assert_eq!((held, refused), (50, 150));
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 50 reserved"]);
        shop.check().await;
    }

    async fn the_same_call_is_done_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let holds = at_once(20, |_| {
            let shop = shop.clone();
            async move {
                let input = json!({ "lines": [{ "sku": "PRINT", "quantity": 3 }], "idempotencyKey": "mine" });
                text(&shop.done("reserveStock", input, "hold { id }").await["hold"]["id"])
            }
        })
        .await;
        assert!(holds.iter().all(|id| *id == holds[0]), "{holds:?}");
        assert_eq!(shop.shelf("PRINT").await, ["main 2 + 3 reserved"]);
        shop.check().await;
    }

    async fn each_hold_is_told_as_if_it_were_alone(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 30).await;
        let query = "{ productVariantBySku(sku: \"PRINT\") { inventoryLevels { nodes { id } } } }";
        let answer = shop.query(query, json!({})).await;
        let level = &answer["productVariantBySku"]["inventoryLevels"]["nodes"][0]["id"];
        let reorder = json!({ "items": [{ "id": level, "reorderPoint": 10 }] });
        shop.done("updateInventoryLevels", reorder, "results { index }").await;
        let codes = at_once(80, |number| {
            let shop = shop.clone();
            async move {
                let quantity = if number % 4 == 0 { 0 } else { 1 };
                let lines = json!([{ "sku": "PRINT", "quantity": quantity }]);
                let input = json!({ "lines": lines, "idempotencyKey": format!("key {number}") });
                shop.mutate("reserveStock", input, "replayed").await["userErrors"][0]["code"].clone()
            }
        })
        .await;
        let counted = ["INVALID", "INSUFFICIENT_STOCK"].map(|code| codes.iter().filter(|found| *found == code).count());
        assert_eq!((codes.iter().filter(|code| code.is_null()).count(), counted), (30, [20, 30]));
        let mut expected = vec!["stock.set"];
        expected.extend(["stock.held"; 20]);
        expected.push("stock.low");
        expected.extend(["stock.held"; 10]);
        expected.push("stock.out");
        assert_eq!(told(db).await, expected);
        let query = "{ tasks(filter: { taskType: { eq: \"restock_variant\" } }) { totalCount } }";
        assert_eq!(shop.query(query, json!({})).await["tasks"]["totalCount"], 1);
        let sql = "SELECT COUNT(DISTINCT aggregate_version) AS versions FROM events WHERE kind = 'stock.held'";
        let statement = Statement::from_string(db.connection().get_database_backend(), sql);
        let row = db.connection().query_one_raw(statement).await.expect("a row").expect("a row");
        assert_eq!(row.try_get_by::<i64, _>("versions").expect("a number"), 30, "each is a version of its own");
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 30 reserved"]);
        shop.check().await;
    }

    async fn nobody_blocks_others_for_good(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let skus = ["A", "B", "C"];
        for sku in skus {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", 20).await;
            shop.stock(sku, "north", 5).await;
        }
        at_once(60, |number| {
            let shop = shop.clone();
            async move {
                let [one, other] = [skus[number % 3], skus[(number + 1 + number / 3 % 2) % 3]];
                match number % 5 {
                    0 | 1 => {
                        let lines = json!([{ "sku": one, "quantity": 2 }, { "sku": other, "quantity": 1 }]);
                        let payload = shop.mutate("reserveStock", json!({ "lines": lines }), "hold { id }").await;
                        if number % 2 == 0 && !payload["hold"].is_null() {
                            let id = payload["hold"]["id"].clone();
                            shop.done("releaseHold", json!({ "holdId": id }), "reservations { id }").await;
                        }
                    }
                    2 => {
                        let items = json!([{ "sku": one, "quantity": 1 }, { "sku": other, "quantity": 1 }]);
                        let input = json!({ "from": "north", "to": "main", "items": items });
                        shop.done("transferStock", input, "results { index }").await;
                    }
                    3 => {
                        let item = |sku: &str| json!({ "sku": sku, "location": "west", "quantity": 1 });
                        let items = json!([item(other), item(one)]);
                        shop.done("receiveStock", json!({ "items": items }), "results { index }").await;
                    }
                    _ => {
                        change(&shop, "adjustStock", json!({ "sku": one, "location": "main", "delta": -1 })).await;
                    }
                }
            }
        })
        .await;
        shop.check().await;
    }

    async fn who_counts_what_others_changed_is_told(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 10).await;
        let results: Vec<Value> = at_once(10, |number| {
            let shop = shop.clone();
            async move {
                let item = json!({ "sku": "PRINT", "location": "main", "available": number, "changeFromQuantity": 10 });
                change(&shop, "setStock", item).await["userErrors"][0]["code"].clone()
            }
        })
        .await;
        let done = results.iter().filter(|code| code.is_null()).count();
        assert_eq!((done, results.iter().filter(|code| *code == "STALE_QUANTITY").count()), (1, 9));
        shop.check().await;
    }
}
