//! Who is asked to ship an order: somebody, as long as pieces of it are to leave.

use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};

use super::{count, done, item, lines, now, place, states::pack, statuses};
use crate::shop::fixture::ShopFixture;

on_both_engines! {
    async fn nobody_ships_what_was_refunded(db: &TestDatabase) {
        let shop = stocked(db).await;
        let paid = json!({ "provider": "manual", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 2)]), "payment": paid })).await;
        pack(&shop, &order, 1, true).await;
        assert_eq!(open(db).await, 1);
        let rest = json!({ "itemId": item(&order, "A"), "quantity": 1, "restock": "CANCEL" });
        shop.done("refundOrder", json!({ "orderId": order["id"], "lines": [rest] }), "replayed").await;
        assert_eq!(statuses(&now(&shop, &order).await), "COMPLETED PARTIALLY_REFUNDED FULFILLED");
        assert_eq!(open(db).await, 0);
        shop.check().await;
    }

    async fn nobody_ships_what_is_to_be_refunded(db: &TestDatabase) {
        let shop = stocked(db).await;
        let paid = json!({ "provider": "stripe", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 2)]), "payment": paid })).await;
        assert_eq!(open(db).await, 1);
        shop.done("refundOrder", json!({ "orderId": order["id"], "everything": true }), "replayed").await;
        assert_eq!(open(db).await, 0);
        // What comes in the place of it is shipped again.
        edit(&shop, &order, json!([{ "sku": "B", "quantity": 1 }])).await;
        assert_eq!(open(db).await, 1);
        shop.check().await;
    }

    async fn what_is_added_later_is_shipped_too(db: &TestDatabase) {
        let shop = stocked(db).await;
        let order = place(&shop, json!({ "lines": lines(&[("A", 2)]), "confirm": true })).await;
        pack(&shop, &order, 2, true).await;
        assert_eq!(statuses(&now(&shop, &order).await), "PROCESSING PENDING FULFILLED");
        assert_eq!(open(db).await, 0);
        edit(&shop, &order, json!([{ "sku": "B", "quantity": 1 }])).await;
        assert_eq!(open(db).await, 1);
        edit(&shop, &order, json!([{ "sku": "B", "quantity": 1 }])).await;
        assert_eq!(open(db).await, 1);
        shop.check().await;
    }

    async fn what_is_not_paid_in_full_is_not_completed(db: &TestDatabase) {
        let shop = stocked(db).await;
        let part = json!({ "provider": "manual", "amount": "40", "captured": true });
        let order = place(&shop, json!({ "lines": lines(&[("A", 1)]), "payment": part, "confirm": true })).await;
        shop.done("refundOrder", json!({ "orderId": order["id"], "adjustment": "1" }), "replayed").await;
        pack(&shop, &order, 1, true).await;
        assert_eq!(statuses(&now(&shop, &order).await), "PROCESSING PARTIALLY_REFUNDED FULFILLED");
        let id = json!({ "id": order["id"] });
        assert_eq!(shop.code_and_path("completeOrder", id).await, "INVALID_TRANSITION id");
        shop.done("markOrderPaid", json!({ "orderId": order["id"] }), "replayed").await;
        assert_eq!(statuses(&now(&shop, &order).await), "COMPLETED PARTIALLY_REFUNDED FULFILLED");
        shop.check().await;
    }
}

/// A shop with enough of two variants for 100.
async fn stocked(db: &TestDatabase) -> ShopFixture {
    let shop = ShopFixture::open(db).await;
    for sku in ["A", "B"] {
        shop.variant(db, sku).await;
        shop.stock(sku, "main", 20).await;
    }
    shop
}

/// How many are asked to ship something.
async fn open(db: &TestDatabase) -> i64 {
    count(db, "SELECT COUNT(*) FROM tasks WHERE task_type = 'ship_order' AND status = 'pending'").await
}

/// Changes the lines of an order.
async fn edit(shop: &ShopFixture, order: &Value, changes: Value) {
    done(shop, "editOrder", json!({ "id": order["id"], "changes": changes })).await;
}
