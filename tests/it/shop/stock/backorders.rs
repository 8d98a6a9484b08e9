//! Who waits for pieces, and who serves them.

use entity::sea_orm_active_enums::StockPolicy;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use service::import::{self, OnError, Options};
use tests::{TestDatabase, on_both_engines};

use super::{change, kept, place};
use crate::{
    shop::fixture::{ShopFixture, start},
    work::fixture::at_once,
};

on_both_engines! {
    async fn who_gives_up_while_pieces_come_keeps_none(db: &TestDatabase) {
        let shop = waiting(db).await;
        shop.stock("LATER", "main", 0).await;
        let mut orders = Vec::new();
        for _ in 0..12 {
            orders.push(place(&shop, want(5), json!({})).await);
        }
        at_once(24, |number| {
            let (shop, order) = (shop.clone(), orders[number / 2].clone());
            async move {
                match number % 2 {
                    0 => shop.done("cancelOrder", json!({ "id": order }), "replayed").await,
                    _ => receive(&shop, "main", 3).await,
                }
            }
        })
        .await;
        assert_eq!(shop.shelf("LATER").await, ["main 36 + 0 reserved"]);
        shop.check().await;
    }

    async fn whom_nobody_served_the_server_serves(db: &TestDatabase) {
        let shop = waiting(db).await;
        place(&shop, want(4), json!({})).await;
        receive(&shop, "north", 3).await;
        assert_eq!(shop.pass(1).await.backorders, 0, "nothing is sold from there");
        shop.configure("stock.locations", json!(["main", "north"])).await;
        assert_eq!(shop.pass(1).await.backorders, 1);
        assert_eq!(shop.shelf("LATER").await, ["north 0 + 3 reserved"]);

        let file: &[u8] = b"Handle,SKU,Location,Available\nharbour,LATER,main,5\n";
        let options = Options { dry_run: false, on_error: OnError::Skip, now: start() };
        let report = import::shopify_inventory(shop.service.database(), file, &options, &mut ()).await;
        assert!(report.expect("imported").is_complete());
        assert_eq!(shop.shelf("LATER").await, ["main 5 + 0 reserved", "north 0 + 3 reserved"]);
        assert_eq!(shop.pass(1).await.backorders, 1);
        assert_eq!(shop.shelf("LATER").await, ["main 4 + 1 reserved", "north 0 + 3 reserved"]);
        assert_eq!(shop.pass(1).await.backorders, 0);
        shop.check().await;
    }

    async fn who_wants_fewer_gets_what_is_there(db: &TestDatabase) {
        let shop = waiting(db).await;
        let input = json!({ "email": "a@example.com", "lines": want(4), "confirm": true });
        let placed = shop.done("placeOrder", input, "order { id items { nodes { id } } }").await;
        let order = &placed["order"];
        receive(&shop, "north", 3).await;
        shop.configure("stock.locations", json!(["main", "north"])).await;
        let fewer = json!([{ "itemId": order["items"]["nodes"][0]["id"], "quantity": 3 }]);
        shop.done("editOrder", json!({ "id": order["id"], "changes": fewer }), "replayed").await;
        assert_eq!(kept(&shop).await, ["ORDERED 3", "RELEASED 1"]);
        assert_eq!(shop.shelf("LATER").await, ["north 0 + 3 reserved"]);
        shop.check().await;
    }
}

/// A shop with a variant that can be ordered before it is there.
async fn waiting(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    shop.variant_with(db, "LATER", |variant| variant.stock_policy = Set(StockPolicy::Backorder)).await;
    shop
}

/// So many pieces of it.
fn want(quantity: i32) -> Value {
    json!([{ "sku": "LATER", "quantity": quantity }])
}

/// Receives some of it.
async fn receive(shop: &ShopFixture, location: &str, quantity: i32) -> Value {
    change(shop, "receiveStock", json!({ "sku": "LATER", "location": location, "quantity": quantity })).await
}
