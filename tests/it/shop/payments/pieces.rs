//! What becomes of pieces that are refunded.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{PAYMENT, REFUND, captured, items, only_task, order, report, shop};
use crate::shop::fixture::{ShopFixture, with};

/// An order of prints that was paid and of which some have shipped; the order and its item.
async fn shipped(shop: &ShopFixture, pieces: i32, out: i32) -> (Value, Value) {
    let order = order(shop, pieces).await;
    shop.done("markOrderPaid", json!({ "orderId": order }), PAYMENT).await;
    let item = ship(shop, &order, out).await;
    (order, item)
}

/// Ships some pieces of an order; the item.
async fn ship(shop: &ShopFixture, order: &Value, out: i32) -> Value {
    let item = items(shop, order).await[0]["id"].clone();
    if out > 0 {
        let lines = json!([{ "itemId": item, "quantity": out }]);
        let parcel = json!({ "orderId": order, "location": "main", "lines": lines, "shipped": true });
        shop.done("createFulfillment", parcel, "order { id }").await;
    }
    item
}

fn pieces(order: &Value, item: &Value, quantity: i32, restock: &str) -> Value {
    json!({ "orderId": order, "lines": [{ "itemId": item, "quantity": quantity, "restock": restock }] })
}

on_both_engines! {
    async fn pieces_that_will_not_ship_are_free_again(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, item) = shipped(&shop, 3, 1).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 7 + 2 reserved"]);
        assert_eq!(shop.code_and_path("refundOrder", pieces(&order, &item, 3, "CANCEL")).await, "INVALID lines.0.quantity");
        shop.done("refundOrder", pieces(&order, &item, 1, "CANCEL"), REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 1 reserved"]);
        // Money alone frees nothing.
        shop.done("refundOrder", pieces(&order, &item, 1, "NONE"), REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 1 reserved"]);
        let seen = items(&shop, &order).await.remove(0);
        assert_eq!(
            (&seen["fulfilledQuantity"], &seen["cancelledQuantity"], &seen["refundedQuantity"]),
            (&json!(1), &json!(1), &json!(2))
        );
        shop.check().await;
    }

    async fn pieces_that_stand_in_a_parcel_are_not_cancelled_but_by_everything(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, item) = shipped(&shop, 2, 0).await;
        let lines = json!([{ "itemId": item, "quantity": 2 }]);
        let parcel = json!({ "orderId": order, "location": "main", "lines": lines });
        let parcel = shop.done("createFulfillment", parcel, "fulfillment { id }").await["fulfillment"]["id"].clone();
        assert_eq!(shop.code_and_path("refundOrder", pieces(&order, &item, 1, "CANCEL")).await, "INVALID lines.0.quantity");
        shop.done("refundOrder", json!({ "orderId": order, "everything": true }), REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        let query = "query($id: ID!) { fulfillment(id: $id) { status } }";
        assert_eq!(shop.query(query, json!({ "id": parcel })).await["fulfillment"]["status"], "CANCELLED");
        shop.check().await;
    }

    async fn a_piece_that_came_back_is_in_stock_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, item) = shipped(&shop, 3, 3).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 7 + 0 reserved"]);
        // One is brought back by a return, and refunded afterwards.
        let lines = json!([{ "itemId": item, "quantity": 1 }]);
        let asked = json!({ "orderId": order, "lines": lines, "reason": "too large" });
        let back = shop.done("requestReturn", asked, "orderReturn { id }").await["orderReturn"]["id"].clone();
        shop.done("decideReturn", json!({ "id": back, "approve": true }), "orderReturn { id }").await;
        let received = json!([{ "itemId": item, "quantity": 1, "restockedQuantity": 1, "location": "main" }]);
        shop.done("receiveReturn", json!({ "id": back, "lines": received }), "orderReturn { id }").await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved"]);
        let of_return = with(pieces(&order, &item, 1, "RETURN"), json!({ "returnId": back }));
        shop.done("refundOrder", of_return, REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved"], "the return has put it there");
        // The others come without one.
        shop.done("refundOrder", pieces(&order, &item, 2, "RETURN"), "refund { lines { nodes { restockedQuantity } } }").await;
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        let seen = items(&shop, &order).await.remove(0);
        assert_eq!((&seen["returnedQuantity"], &seen["refundedQuantity"]), (&json!(3), &json!(3)));
        let query = "query($id: ID!) { order(id: $id) { fulfillmentStatus financialStatus } }";
        assert_eq!(shop.query(query, json!({ "id": order })).await["order"], json!({ "fulfillmentStatus": "RESTOCKED", "financialStatus": "REFUNDED" }));
        shop.check().await;
    }

    async fn a_piece_comes_back_once_however_often_its_money_is_asked_for(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 4).await;
        let payment = captured(&shop, &order, "400").await;
        let item = ship(&shop, &order, 4).await;
        let back = pieces(&order, &item, 2, "RETURN");
        shop.done("refundOrder", back.clone(), REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved"]);
        let failed = json!({ "requestId": only_task(&shop, "refund_payment").await["requestId"] });
        assert!(report(&shop, &payment, "REFUND_FAILED", failed).await);
        let second = shop.done("refundOrder", back.clone(), REFUND).await["refund"]["id"].clone();
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved"]);
        shop.done("cancelRefund", json!({ "id": second }), REFUND).await;
        shop.done("refundOrder", back.clone(), REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 0 reserved"]);
        // The other two had not come back.
        shop.done("refundOrder", back, REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        let seen = items(&shop, &order).await.remove(0);
        assert_eq!((&seen["returnedQuantity"], &seen["refundedQuantity"]), (&json!(4), &json!(4)));
        shop.check().await;
    }

    async fn a_piece_is_cancelled_once_however_often_its_money_is_asked_for(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 4).await;
        let payment = captured(&shop, &order, "400").await;
        let item = ship(&shop, &order, 0).await;
        let less = pieces(&order, &item, 2, "CANCEL");
        shop.done("refundOrder", less.clone(), REFUND).await;
        let failed = json!({ "requestId": only_task(&shop, "refund_payment").await["requestId"] });
        assert!(report(&shop, &payment, "REFUND_FAILED", failed).await);
        shop.done("refundOrder", less.clone(), REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 2 reserved"]);
        shop.done("refundOrder", less, REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        let seen = items(&shop, &order).await.remove(0);
        assert_eq!((&seen["cancelledQuantity"], &seen["refundedQuantity"]), (&json!(4), &json!(4)));
        shop.check().await;
    }

    async fn goods_on_their_way_are_received_first(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, item) = shipped(&shop, 2, 2).await;
        let lines = json!([{ "itemId": item, "quantity": 1 }]);
        let asked = json!({ "orderId": order, "lines": lines, "reason": "too large" });
        let back = shop.done("requestReturn", asked, "orderReturn { id }").await["orderReturn"]["id"].clone();
        let refund = with(pieces(&order, &item, 1, "RETURN"), json!({ "returnId": back }));
        assert_eq!(shop.code_and_path("refundOrder", refund.clone()).await, "INVALID returnId");
        shop.done("decideReturn", json!({ "id": back, "approve": true }), "orderReturn { id }").await;
        assert_eq!(shop.code_and_path("refundOrder", refund.clone()).await, "INVALID returnId");
        shop.done("receiveReturn", json!({ "id": back, "lines": lines }), "orderReturn { id }").await;
        shop.done("refundOrder", refund, REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 9 + 0 reserved"]);
        shop.check().await;
    }

    async fn only_what_was_shipped_comes_back(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, item) = shipped(&shop, 3, 1).await;
        assert_eq!(shop.code_and_path("refundOrder", pieces(&order, &item, 2, "RETURN")).await, "INVALID lines.0.quantity");
        shop.done("refundOrder", pieces(&order, &item, 1, "RETURN"), REFUND).await;
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 2 reserved"]);
        shop.check().await;
    }
}
