//! Money for orders that are over.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{cancel_task, captured, number, only_task, open_tasks, order, payment, report, shop, standing};
use crate::shop::fixture::ShopFixture;

/// The refunds of an order: amounts and statuses.
async fn refunds(shop: &ShopFixture, order: &Value) -> Value {
    let query = "query($id: ID!) { order(id: $id) { refunds { nodes { amount status source } } } }";
    shop.query(query, json!({ "id": order })).await["order"]["refunds"]["nodes"].take()
}

on_both_engines! {
    async fn an_order_that_expired_comes_back_with_its_money(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        shop.pass(61 * 60).await;
        assert_eq!(standing(&shop, &order).await, "CANCELLED VOIDED 0.00 0.00");
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        only_task(&shop, "void_payment").await;
        assert!(report(&shop, &payment, "CAPTURED", json!({ "amount": "200" })).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 200.00 0.00");
        assert_eq!(shop.shelf("PRINT").await, ["main 8 + 2 reserved"]);
        assert_eq!(refunds(&shop, &order).await, json!([]));
        shop.check().await;
    }

    async fn without_its_stock_the_money_goes_back(db: &TestDatabase) {
        let shop = shop(db).await;
        let late = order(&shop, 2).await;
        let payment = payment(&shop, &late, "stripe", None).await;
        shop.pass(61 * 60).await;
        order(&shop, 9).await;
        assert!(report(&shop, &payment, "CAPTURED", json!({ "amount": "200" })).await);
        assert_eq!(refunds(&shop, &late).await, json!([{ "amount": "200.00", "status": "PENDING", "source": "server" }]));
        assert_eq!(standing(&shop, &late).await, "CANCELLED PAID 200.00 0.00");
        let task = only_task(&shop, "refund_payment").await;
        assert!(report(&shop, &payment, "REFUNDED", json!({ "requestId": task["requestId"] })).await);
        assert_eq!(standing(&shop, &late).await, "CANCELLED REFUNDED 200.00 200.00");
        shop.check().await;
    }

    async fn a_part_of_it_does_not_bring_an_order_back(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        shop.pass(61 * 60).await;
        assert!(report(&shop, &payment, "CAPTURED", json!({ "amount": "199" })).await);
        assert_eq!(refunds(&shop, &order).await, json!([{ "amount": "199.00", "status": "PENDING", "source": "server" }]));
        shop.check().await;
    }

    async fn what_was_cancelled_stays_so(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        shop.done("cancelOrder", json!({ "id": order, "reason": "customer" }), "refunds { id }").await;
        assert!(report(&shop, &payment, "CAPTURED", json!({})).await);
        assert_eq!(standing(&shop, &order).await, "CANCELLED PAID 100.00 0.00");
        assert_eq!(refunds(&shop, &order).await, json!([{ "amount": "100.00", "status": "PENDING", "source": "server" }]));
        shop.check().await;
    }

    async fn late_money_goes_back_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        report(&shop, &payment, "AUTHORIZED", json!({})).await;
        shop.done("capturePayment", json!({ "id": payment }), "replayed").await;
        let named = json!({ "requestId": only_task(&shop, "capture_payment").await["requestId"] });
        shop.done("cancelOrder", json!({ "id": order }), "refunds { id }").await;
        assert!(report(&shop, &payment, "CAPTURED", named.clone()).await);
        assert!(!report(&shop, &payment, "CAPTURED", named).await);
        assert_eq!(refunds(&shop, &order).await, json!([{ "amount": "100.00", "status": "PENDING", "source": "server" }]));
        assert!(open_tasks(&shop, "void_payment").await.is_empty(), "nothing is left to void");
        shop.check().await;
    }

    async fn an_authorization_for_a_cancelled_order_is_voided(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        shop.done("cancelOrder", json!({ "id": order }), "refunds { id }").await;
        cancel_task(&shop, "void_payment").await;
        assert!(report(&shop, &payment, "AUTHORIZED", json!({})).await);
        assert_eq!(standing(&shop, &order).await, "CANCELLED VOIDED 0.00 0.00");
        assert_eq!(number(&only_task(&shop, "void_payment").await["amount"]), Decimal::from(100));
        shop.check().await;
    }

    async fn a_refund_may_fail_in_part(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        for _ in 0..2 {
            captured(&shop, &order, "100").await;
        }
        shop.done("cancelOrder", json!({ "id": order }), "refunds { id }").await;
        for (task, kind) in open_tasks(&shop, "refund_payment").await.iter().zip(["REFUNDED", "REFUND_FAILED"]) {
            assert!(report(&shop, &task["paymentId"], kind, json!({ "requestId": task["requestId"] })).await);
        }
        assert_eq!(standing(&shop, &order).await, "CANCELLED PARTIALLY_REFUNDED 200.00 100.00");
        assert_eq!(refunds(&shop, &order).await, json!([{ "amount": "200.00", "status": "PENDING", "source": "server" }]));
        shop.check().await;
    }

    async fn who_cancels_a_paid_order_gives_everything_back(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        shop.done("markOrderPaid", json!({ "orderId": order }), "replayed").await;
        let cancelled = shop.done("cancelOrder", json!({ "id": order }), "refunds { amount status }").await;
        assert_eq!(cancelled["refunds"], json!([{ "amount": "100.00", "status": "SUCCEEDED" }]));
        assert_eq!(standing(&shop, &order).await, "CANCELLED REFUNDED 100.00 100.00");
        assert!(open_tasks(&shop, "refund_payment").await.is_empty());
        assert_eq!(shop.shelf("PRINT").await, ["main 10 + 0 reserved"]);
        shop.check().await;
    }
}
