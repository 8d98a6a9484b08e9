//! Many at once.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{Ordered, moved, shop};
use crate::{shop::fixture::ShopFixture, work::fixture::at_once};

on_both_engines! {
    async fn a_piece_is_packed_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        let codes = all(&shop, "createFulfillment", order.parcel("main", &[("PRINT", 1)])).await;
        assert_eq!(count(&codes, "done"), 3, "{codes:?}");
        assert_eq!(count(&codes, "INVALID"), 5, "{codes:?}");
        shop.check().await;
    }

    async fn a_parcel_leaves_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        let parcel = order.pack(&shop, &[("PRINT", 2)]).await;
        let codes = all(&shop, "shipFulfillment", json!({ "id": parcel })).await;
        assert_eq!(count(&codes, "done"), 1, "{codes:?}");
        assert_eq!(count(&codes, "INVALID_TRANSITION"), 7, "{codes:?}");
        assert_eq!(moved(&shop).await, ["SHIP -2 main"]);
        assert_eq!(order.pieces(&shop).await, ["PRINT 2 of 3, 0 back"]);
        shop.check().await;
    }

    async fn a_piece_comes_back_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = Ordered::confirmed(&shop, &[("PRINT", 3)]).await;
        order.ship(&shop, &[("PRINT", 3)]).await;
        let asked = all(&shop, "requestReturn", order.back(&[("PRINT", 1)])).await;
        assert_eq!((count(&asked, "done"), count(&asked, "INVALID")), (3, 5), "{asked:?}");
        for back in shop.query("{ orderReturns { nodes { id } } }", json!({})).await["orderReturns"]["nodes"].as_array().expect("a list") {
            shop.done("decideReturn", json!({ "id": back["id"], "approve": true }), "replayed").await;
            let received = all(&shop, "receiveReturn", json!({ "id": back["id"], "lines": order.lines(&[("PRINT", 1)]) })).await;
            assert_eq!((count(&received, "done"), count(&received, "INVALID_TRANSITION")), (1, 7), "{received:?}");
        }
        assert_eq!(order.pieces(&shop).await, ["PRINT 3 of 3, 3 back"]);
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        shop.check().await;
    }

    async fn parcels_of_many_orders_do_not_block_each_other(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.variant(db, "FRAME").await;
        shop.stock("FRAME", "main", 10).await;
        shop.stock("FRAME", "north", 10).await;
        shop.stock("PRINT", "north", 10).await;
        let mut orders = Vec::new();
        for number in 0..8 {
            let lines = if number % 2 == 0 { [("PRINT", 1), ("FRAME", 1)] } else { [("FRAME", 1), ("PRINT", 1)] };
            orders.push((Ordered::confirmed(&shop, &lines).await, lines));
        }
        let inputs: Vec<Value> = orders.iter().map(|(order, lines)| order.parcel("north", lines)).collect();
        let codes = at_once(8, |number| {
            let (shop, mut input) = (shop.clone(), inputs[number].clone());
            input["shipped"] = json!(true);
            async move { code(&shop, "createFulfillment", input).await }
        })
        .await;
        assert_eq!(count(&codes, "done"), 8, "{codes:?}");
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved", "north 2 + 0 reserved"]);
        assert_eq!(shop.shelf("FRAME").await, ["main 10 + 0 reserved", "north 2 + 0 reserved"]);
        shop.check().await;
    }
}

/// The same call eight times at once.
async fn all(shop: &ShopFixture, name: &'static str, input: Value) -> Vec<String> {
    at_once(8, |_| {
        let (shop, input) = (shop.clone(), input.clone());
        async move { code(&shop, name, input).await }
    })
    .await
}

/// What became of a call.
async fn code(shop: &ShopFixture, name: &str, input: Value) -> String {
    let payload = shop.mutate(name, input, "replayed").await;
    payload["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned()
}

fn count(codes: &[String], code: &str) -> usize {
    codes.iter().filter(|found| *found == code).count()
}
