//! What can be done with an order in which status: every pair.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{ORDER, amount, done, item, lines, now, place, statuses};
use crate::shop::fixture::{ShopFixture, text};

const STATUSES: [&str; 6] = ["DRAFT", "PENDING", "CONFIRMED", "PROCESSING", "COMPLETED", "CANCELLED"];

/// What becomes of an order of each status: its next one, `=` where nothing changes, `x` where it is refused.
const TABLE: [(&str, [&str; 6]); 6] = [
    ("placeOrder", ["PENDING", "x", "x", "x", "x", "x"]),
    ("updateDraftOrder", ["=", "x", "x", "x", "x", "x"]),
    ("editOrder", ["DRAFT", "PENDING", "CONFIRMED", "PROCESSING", "x", "x"]),
    ("confirmOrder", ["x", "CONFIRMED", "=", "=", "x", "x"]),
    ("completeOrder", ["x", "x", "x", "x", "=", "x"]),
    ("cancelOrder", ["CANCELLED", "CANCELLED", "CANCELLED", "CANCELLED", "x", "="]),
];

on_both_engines! {
    async fn every_pair_is_defined(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 1000).await;
        for (verb, expected) in TABLE {
            for (status, expected) in STATUSES.into_iter().zip(expected) {
                let before = make(&shop, status).await;
                assert_eq!(before["status"], status);
                let (input, place) = match verb {
                    "placeOrder" => (json!({ "draftId": before["id"] }), "draftId"),
                    "editOrder" => {
                        let change = json!({ "itemId": item(&before, "A"), "quantity": 3 });
                        (json!({ "id": before["id"], "changes": [change] }), "id")
                    }
                    _ => (json!({ "id": before["id"] }), "id"),
                };
                if expected == "x" {
                    let refused = shop.code_and_path(verb, input).await;
                    assert_eq!(refused, format!("INVALID_TRANSITION {place}"), "{verb} of {status}");
                    assert_eq!(now(&shop, &before).await, before, "{verb} of {status}");
                    continue;
                }
                let after = shop.done(verb, input, &format!("order {{ {ORDER} }}")).await["order"].take();
                match expected {
                    "=" => assert_eq!(after, before, "{verb} of {status}"),
                    _ => assert_eq!(after["status"], expected, "{verb} of {status}"),
                }
            }
        }
        shop.check().await;
    }

    async fn where_an_order_can_go_is_shown(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 100).await;
        for (status, expected) in STATUSES.into_iter().zip([
            json!(["PENDING", "CANCELLED"]),
            json!(["CONFIRMED", "CANCELLED"]),
            json!(["PROCESSING", "CANCELLED"]),
            json!(["COMPLETED", "CANCELLED"]),
            json!([]),
            json!([]),
        ]) {
            let order = make(&shop, status).await;
            let query = "query($id: ID!) { order(id: $id) { allowedTransitions outstandingAmount refundableAmount authorizedAmount } }";
            let shown = shop.query(query, json!({ "id": order["id"] })).await["order"].take();
            assert_eq!(shown["allowedTransitions"], expected, "{status}");
            let sums = ["outstandingAmount", "refundableAmount", "authorizedAmount"]
                .map(|field| amount(&shown[field]).normalize().to_string());
            let expected = if status == "COMPLETED" { ["0", "200", "0"] } else { ["200", "0", "0"] };
            assert_eq!(sums, expected, "{status}");
        }
        shop.check().await;
    }

    async fn what_has_left_is_not_cancelled(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 100).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 2)]), "confirm": true })).await;
        pack(&shop, &order, 1, true).await;
        assert_eq!(shop.code_and_path("cancelOrder", json!({ "id": order["id"] })).await, "INVALID_TRANSITION id");
        let moved = json!({ "id": order["id"], "shippingAddress": { "country": "US" } });
        assert_eq!(shop.code_and_path("updateOrder", moved).await, "INVALID_TRANSITION shippingAddress");
        // Everything is out, and nobody has paid.
        pack(&shop, &order, 1, true).await;
        assert_eq!(shop.code_and_path("completeOrder", json!({ "id": order["id"] })).await, "INVALID_TRANSITION id");
        shop.configure("orders.autoComplete", json!(false)).await;
        shop.done("markOrderPaid", json!({ "orderId": order["id"] }), "order { status }").await;
        assert_eq!(statuses(&now(&shop, &order).await), "PROCESSING PAID FULFILLED");
        assert_eq!(done(&shop, "completeOrder", json!({ "id": order["id"] })).await["status"], "COMPLETED");
        shop.check().await;
    }

    async fn a_parcel_in_preparation_goes_with_its_order(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "A").await;
        shop.stock("A", "main", 100).await;
        let order = make(&shop, "PROCESSING").await;
        done(&shop, "cancelOrder", json!({ "id": order["id"] })).await;
        let query = "query($id: ID!) { order(id: $id) { fulfillments { nodes { status } } } }";
        let found = shop.query(query, json!({ "id": order["id"] })).await["order"].take();
        assert_eq!(found["fulfillments"]["nodes"], json!([{ "status": "CANCELLED" }]));
        assert_eq!(shop.shelf("A").await, ["main 100 + 0 reserved"]);
        shop.check().await;
    }
}

/// An order for two pieces with a status.
async fn make(shop: &ShopFixture, status: &str) -> Value {
    let wanted = json!({ "lines": lines(&[("A", 2)]) });
    match status {
        "DRAFT" => done(shop, "createDraftOrder", wanted).await,
        "PENDING" => place(shop, wanted).await,
        "CANCELLED" => {
            let order = place(shop, wanted).await;
            done(shop, "cancelOrder", json!({ "id": order["id"] })).await
        }
        "CONFIRMED" | "PROCESSING" => {
            let order = place(shop, json!({ "lines": lines(&[("A", 2)]), "confirm": true })).await;
            if status == "PROCESSING" {
                pack(shop, &order, 1, false).await;
            }
            now(shop, &order).await
        }
        _ => {
            let payment = json!({ "provider": "manual", "captured": true });
            let order = place(shop, json!({ "lines": lines(&[("A", 2)]), "payment": payment })).await;
            pack(shop, &order, 2, true).await;
            now(shop, &order).await
        }
    }
}

/// Puts pieces of an order into a parcel.
pub(super) async fn pack(shop: &ShopFixture, order: &Value, quantity: i32, shipped: bool) {
    let lines = json!([{ "itemId": item(order, "A"), "quantity": quantity }]);
    let input = json!({ "orderId": order["id"], "location": "main", "lines": lines, "shipped": shipped });
    let payload = shop.done("createFulfillment", input, "fulfillment { id }").await;
    assert!(!text(&payload["fulfillment"]["id"]).is_empty());
}
