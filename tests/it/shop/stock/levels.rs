//! The stock rows: when to reorder, and their end.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{change, hold, told};
use crate::shop::fixture::{NOBODY, ShopFixture, refusal, text, with};

const UPDATED: &str = "results { inventoryLevel { id version reorderPoint reorderQuantity } userErrors { code path } }";

on_both_engines! {
    async fn somebody_orders_more_when_little_is_left(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let id = level(&shop, "PRINT").await;
        let reorder = json!({ "items": [{ "id": id, "reorderPoint": 3, "reorderQuantity": 10 }] });
        shop.done("updateInventoryLevels", reorder, UPDATED).await;
        let take = json!([{ "sku": "PRINT", "quantity": 1 }]);
        hold(&shop, take.clone()).await;
        assert_eq!(tasks(&shop).await, json!([]));
        hold(&shop, take.clone()).await;
        let task = &tasks(&shop).await[0];
        assert_eq!((&task["status"], &task["assignedAgentId"]), (&json!("PENDING"), &json!(shop.orchestrator)));
        let input = &task["inputData"];
        assert_eq!((&input["sku"], &input["location"], &input["reorderQuantity"]), (&json!("PRINT"), &json!("main"), &json!(10)));
        assert_eq!(input["quantityAvailable"], 3);
        // It has fallen already: nobody is asked again.
        hold(&shop, json!([{ "sku": "PRINT", "quantity": 3 }])).await;
        assert_eq!(tasks(&shop).await.as_array().map(Vec::len), Some(1));
        let expected = ["stock.set", "stock.held", "stock.held", "stock.low", "stock.held", "stock.out"];
        assert_eq!(told(db).await, expected);

        shop.stock("PRINT", "main", 10).await;
        assert_eq!(tasks(&shop).await[0]["status"], "CANCELLED", "no longer needed");
        shop.stock("PRINT", "main", 2).await;
        let statuses: Vec<Value> = tasks(&shop).await.as_array().expect("tasks").iter().map(|task| task["status"].clone()).collect();
        assert!(statuses.len() == 2 && statuses.contains(&json!("PENDING")), "{statuses:?}");
        shop.check().await;
    }

    async fn a_new_reorder_point_counts_at_once(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let id = level(&shop, "PRINT").await;
        for (point, expected) in [
            (4, vec![]),
            (5, vec!["PENDING"]),
            (8, vec!["PENDING"]),
            (4, vec!["CANCELLED"]),
            (6, vec!["CANCELLED", "PENDING"]),
        ] {
            let reorder = json!({ "items": [{ "id": id, "reorderPoint": point }] });
            shop.done("updateInventoryLevels", reorder, UPDATED).await;
            assert_eq!(statuses(&shop).await, expected, "{point}");
        }
        assert_eq!(told(db).await, ["stock.set", "stock.low", "stock.low"]);
        shop.stock("PRINT", "main", 0).await;
        shop.done("removeInventoryLevel", json!({ "id": id }), "productVariant { sku }").await;
        assert_eq!(statuses(&shop).await, ["CANCELLED", "CANCELLED"]);
        shop.check().await;
    }

    async fn who_orders_more_already_goes_on(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let id = level(&shop, "PRINT").await;
        let reorder = json!({ "items": [{ "id": id, "reorderPoint": 5 }] });
        shop.done("updateInventoryLevels", reorder, UPDATED).await;
        let claim = json!({ "agentIds": [shop.orchestrator], "taskTypes": ["restock_variant"] });
        shop.done("claimTasks", claim, "leases { taskId }").await;
        let received = json!({ "sku": "PRINT", "location": "main", "quantity": 9 });
        change(&shop, "receiveStock", received).await;
        assert_eq!(statuses(&shop).await, ["IN_PROGRESS"]);
        let query = "{ tasks { nodes { cancelRequestedAt } } }";
        let asked = shop.query(query, json!({})).await;
        assert_eq!(asked["tasks"]["nodes"], json!([{ "cancelRequestedAt": null }]));
        shop.check().await;
    }

    async fn a_level_says_when_to_reorder(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let id = level(&shop, "PRINT").await;
        let first = json!({ "id": id, "reorderPoint": 3, "expectedVersion": 1 });
        let then = json!({ "id": id, "reorderQuantity": 10, "expectedVersion": 2 });
        let payload = shop.done("updateInventoryLevels", json!({ "items": [first, then] }), UPDATED).await;
        let level = json!({ "id": id, "version": 3, "reorderPoint": 3, "reorderQuantity": 10 });
        assert_eq!(payload["results"][1]["inventoryLevel"], level);
        let same = json!({ "items": [{ "id": id, "reorderPoint": 3 }] });
        let payload = shop.done("updateInventoryLevels", same, UPDATED).await;
        assert_eq!(payload["results"][0]["inventoryLevel"], level, "nothing changed");
        for (changes, code) in [
            (json!({ "id": NOBODY }), "NOT_FOUND items.0.id"),
            (json!({ "reorderPoint": -1 }), "INVALID items.0.reorderPoint"),
            (json!({ "reorderQuantity": -1 }), "INVALID items.0.reorderQuantity"),
            (json!({ "expectedVersion": 1 }), "VERSION_CONFLICT items.0.expectedVersion"),
        ] {
            let items = json!({ "items": [with(json!({ "id": id }), changes.clone())] });
            let payload = shop.done("updateInventoryLevels", items, UPDATED).await;
            assert_eq!(refusal(&payload["results"][0]), code, "{changes}");
        }
        let cleared = json!({ "items": [{ "id": id, "reorderPoint": null }] });
        let payload = shop.done("updateInventoryLevels", cleared, UPDATED).await;
        assert_eq!(payload["results"][0]["inventoryLevel"]["reorderPoint"], Value::Null);
        let query = "{ auditLog(filter: { operation: { eq: \"UpdateInventoryLevels\" } }) { totalCount } }";
        assert_eq!(shop.query(query, json!({})).await["auditLog"]["totalCount"], 3);
        shop.check().await;
    }

    async fn only_an_empty_level_is_removed(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 1).await;
        let id = level(&shop, "PRINT").await;
        let remove = json!({ "id": id });
        let in_use = async |by: &str| {
            let error = shop.refused("removeInventoryLevel", remove.clone()).await;
            assert_eq!((&error["code"], &error["path"], &error["by"]), (&json!("IN_USE"), &json!(["id"]), &json!(by)));
        };
        in_use("InventoryLevel").await;
        let held = hold(&shop, json!([{ "sku": "PRINT", "quantity": 1 }])).await;
        in_use("StockReservation").await;
        shop.done("releaseHold", json!({ "holdId": held }), "reservations { id }").await;
        in_use("InventoryLevel").await;
        let coming = json!({ "sku": "PRINT", "location": "main", "available": 0, "incoming": 2, "changeFromQuantity": 1 });
        change(&shop, "setStock", coming.clone()).await;
        in_use("InventoryLevel").await;
        change(&shop, "setStock", with(coming, json!({ "incoming": 0, "changeFromQuantity": 0 }))).await;
        let stale = with(remove.clone(), json!({ "expectedVersion": 1 }));
        assert_eq!(shop.code_and_path("removeInventoryLevel", stale).await, "VERSION_CONFLICT expectedVersion");
        let payload = shop.done("removeInventoryLevel", remove.clone(), "productVariant { sku }").await;
        assert_eq!(payload["productVariant"], json!({ "sku": "PRINT" }));
        assert_eq!(shop.code_and_path("removeInventoryLevel", remove).await, "NOT_FOUND id");
        assert_eq!(shop.shelf("PRINT").await, [""; 0]);
        shop.check().await;
    }

    async fn who_watches_a_variant_sees_its_stock(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        let print = shop.variant(db, "PRINT").await;
        shop.variant(db, "FRAME").await;
        let cursor = shop.query("{ latestEventCursor }", json!({})).await["latestEventCursor"].clone();
        shop.stock("FRAME", "main", 1).await;
        shop.stock("PRINT", "main", 5).await;
        let query = "subscription($after: String, $variant: ID!) {
            stockEvents(after: $after, filter: { variantIds: [$variant] }) {
                kind changes inventoryLevel { location quantityAvailable } } }";
        let event = shop.first(query, json!({ "after": cursor, "variant": print })).await["stockEvents"].take();
        assert_eq!(event["kind"], "STOCK_SET");
        assert_eq!((&event["changes"]["quantityAvailable"], &event["changes"]["change"]), (&json!(5), &json!(5)));
        assert_eq!(event["inventoryLevel"], json!({ "location": "main", "quantityAvailable": 5 }));
        shop.check().await;
    }
}

/// The only stock row of a variant.
async fn level(shop: &ShopFixture, sku: &str) -> Value {
    let query = "query($sku: String!) { productVariantBySku(sku: $sku) { inventoryLevels { nodes { id } } } }";
    shop.query(query, json!({ "sku": sku })).await["productVariantBySku"]["inventoryLevels"]["nodes"][0]["id"].clone()
}

/// The statuses of the tasks to order more, in no order.
async fn statuses(shop: &ShopFixture) -> Vec<String> {
    let tasks = tasks(shop).await;
    let mut statuses: Vec<String> = tasks.as_array().expect("tasks").iter().map(|task| text(&task["status"])).collect();
    statuses.sort();
    statuses
}

/// The tasks to order more.
async fn tasks(shop: &ShopFixture) -> Value {
    let query =
        "{ tasks(filter: { taskType: { eq: \"restock_variant\" } }) { nodes { status assignedAgentId inputData } } }";
    shop.query(query, json!({})).await["tasks"]["nodes"].take()
}
