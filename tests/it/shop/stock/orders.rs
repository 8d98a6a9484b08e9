//! What orders keep of the stock.

use chrono::Duration;
use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{change, hold, kept, place};
use crate::shop::fixture::{ShopFixture, with};

on_both_engines! {
    async fn a_hold_that_nobody_ended_becomes_an_order(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let lines = json!([{ "sku": "PRINT", "quantity": 5 }]);
        let payload = shop.done("reserveStock", json!({ "lines": lines, "ttlSeconds": 10 }), "hold { id }").await;
        shop.clock().advance(Duration::seconds(20));
        let held = json!({ "holdId": payload["hold"]["id"] });
        place(&shop, lines.clone(), held.clone()).await;
        assert_eq!(shop.pass(1).await.holds, 0);
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 5 reserved"]);
        assert_eq!(kept(&shop).await, ["ORDERED 5"], "the row of the hold is that of the order");
        let again = with(held, json!({ "email": "b@example.com", "lines": lines }));
        assert_eq!(shop.code_and_path("placeOrder", again).await, "HOLD_GONE holdId");
        shop.check().await;
    }

    async fn a_hold_gives_what_it_has_and_no_more(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.variant(db, "FRAME").await;
        shop.stock("PRINT", "main", 8).await;
        shop.stock("FRAME", "main", 5).await;
        let held = hold(&shop, json!([{ "sku": "PRINT", "quantity": 3 }, { "sku": "FRAME", "quantity": 4 }])).await;
        // Two lines of a variant share what is held of it; the rest is taken, and what is left over is free again.
        let lines = json!([
            { "sku": "PRINT", "quantity": 2 }, { "sku": "PRINT", "quantity": 3 }, { "sku": "FRAME", "quantity": 1 },
        ]);
        place(&shop, lines, json!({ "holdId": held })).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 3 + 5 reserved"]);
        assert_eq!(shop.shelf("FRAME").await, ["main 4 + 1 reserved"]);
        assert_eq!(kept(&shop).await, ["ORDERED 1", "ORDERED 1", "ORDERED 2", "ORDERED 2", "RELEASED 3"]);
        let held = hold(&shop, json!([{ "sku": "PRINT", "quantity": 3 }])).await;
        let short = json!({ "holdId": held, "email": "b@example.com", "lines": [{ "sku": "PRINT", "quantity": 4 }] });
        assert_eq!(shop.code("placeOrder", short).await, "INSUFFICIENT_STOCK");
        assert_eq!(shop.shelf("PRINT").await, ["main 0 + 8 reserved"]);
        shop.check().await;
    }

    async fn who_has_waited_longest_is_served_first(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant_with(db, "LATER", |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
        shop.stock("LATER", "main", 1).await;
        let want = |quantity: i32| json!([{ "sku": "LATER", "quantity": quantity }]);
        let first = place(&shop, want(3), json!({})).await;
        shop.clock().advance(Duration::seconds(1));
        let second = place(&shop, want(3), json!({})).await;
        assert_eq!(shop.shelf("LATER").await, ["main 0 + 1 reserved"]);
        assert_eq!(kept(&shop).await, ["BACKORDERED 2", "BACKORDERED 3", "ORDERED 1"]);

        let receive = async |location: &str, quantity: i32| {
            let item = json!({ "sku": "LATER", "location": location, "quantity": quantity });
            change(&shop, "receiveStock", item).await["inventoryLevel"]["quantityAvailable"].clone()
        };
        assert_eq!(receive("main", 3).await, 0);
        assert_eq!(waiting(&shop).await, [(second.clone(), 2)]);
        // From where nothing is sold nobody gets anything.
        assert_eq!(receive("damaged", 3).await, 3);
        assert_eq!(waiting(&shop).await, [(second.clone(), 2)]);
        // What the first gives up the second gets.
        shop.done("cancelOrder", json!({ "id": first, "reason": "changed my mind" }), "order { status }").await;
        assert!(waiting(&shop).await.is_empty());
        assert_eq!(shop.shelf("LATER").await, ["damaged 3 + 0 reserved", "main 1 + 3 reserved"]);
        shop.done("cancelOrder", json!({ "id": second, "reason": "changed my mind" }), "order { status }").await;
        assert_eq!(shop.shelf("LATER").await, ["damaged 3 + 0 reserved", "main 4 + 0 reserved"]);
        shop.check().await;
    }

    async fn who_gives_up_waits_no_more(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant_with(db, "LATER", |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
        let order = place(&shop, json!([{ "sku": "LATER", "quantity": 2 }]), json!({})).await;
        shop.done("cancelOrder", json!({ "id": order, "reason": "changed my mind" }), "order { status }").await;
        assert_eq!(kept(&shop).await, ["RELEASED 2"]);
        change(&shop, "receiveStock", json!({ "sku": "LATER", "location": "main", "quantity": 2 })).await;
        assert_eq!(shop.shelf("LATER").await, ["main 2 + 0 reserved"]);
        shop.check().await;
    }

    async fn counting_more_serves_those_who_wait(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant_with(db, "LATER", |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
        place(&shop, json!([{ "sku": "LATER", "quantity": 4 }]), json!({})).await;
        shop.stock("LATER", "north", 3).await;
        assert_eq!(shop.shelf("LATER").await, ["north 3 + 0 reserved"], "nothing is sold from there");
        let items = json!([{ "sku": "LATER", "quantity": 3 }]);
        let fields = "results { to { quantityReserved } userErrors { code } }";
        let moved = shop.done("transferStock", json!({ "from": "north", "to": "main", "items": items }), fields).await;
        assert_eq!(moved["results"][0]["to"]["quantityReserved"], 3);
        change(&shop, "adjustStock", json!({ "sku": "LATER", "location": "main", "delta": 2 })).await;
        assert_eq!(shop.shelf("LATER").await, ["main 1 + 4 reserved", "north 0 + 0 reserved"]);
        assert_eq!(kept(&shop).await, ["ORDERED 1", "ORDERED 3"]);
        shop.check().await;
    }

    async fn orders_are_no_edits_of_what_they_sell(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 5).await;
        let edited = async || {
            let fields = "version updatedAt";
            let query = format!("{{ productVariantBySku(sku: \"PRINT\") {{ {fields} product {{ {fields} }} }} }}");
            shop.query(&query, json!({})).await
        };
        let before = edited().await;
        shop.clock().advance(Duration::seconds(60));
        let input = json!({ "lines": [{ "sku": "PRINT", "quantity": 2 }], "confirm": true });
        let order = shop.done("placeOrder", input, "order { id items { nodes { id } } }").await["order"].clone();
        let pieces = json!([{ "itemId": order["items"]["nodes"][0]["id"], "quantity": 2 }]);
        let parcel = json!({ "orderId": order["id"], "location": "main", "lines": pieces, "shipped": true });
        shop.done("createFulfillment", parcel, "replayed").await;
        change(&shop, "receiveStock", json!({ "sku": "PRINT", "location": "main", "quantity": 4 })).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 7 + 0 reserved"]);
        assert_eq!(edited().await, before);
        shop.check().await;
    }

    async fn what_is_not_kept_needs_no_stock(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant_with(db, "DIGITAL", |variant| variant.stock_policy = Set(StockPolicy::Untracked)).await;
        place(&shop, json!([{ "sku": "DIGITAL", "quantity": 9 }]), json!({})).await;
        assert_eq!(kept(&shop).await, [""; 0]);
        shop.check().await;
    }
}

/// Which orders wait for how many pieces.
async fn waiting(shop: &ShopFixture) -> Vec<(Value, i64)> {
    let query = "{ stockReservations(filter: { status: { eq: BACKORDERED } }) { nodes { orderId quantity } } }";
    let answer = shop.query(query, json!({})).await;
    let rows = answer["stockReservations"]["nodes"].as_array().expect("a list").iter();
    rows.map(|row| (row["orderId"].clone(), row["quantity"].as_i64().expect("a number"))).collect()
}
