//! Money that moves after it was given up, and money that is asked for again.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{
    PAYMENT, REFUND, cancel_task, captured, items, number, only_task, open_tasks, order, payment, refunds, report,
    shop, standing,
};
use crate::shop::fixture::ShopFixture;

/// Refunds one piece of an order; the refund's id.
async fn refund_piece(shop: &ShopFixture, order: &Value) -> Value {
    let item = items(shop, order).await[0]["id"].clone();
    let input = json!({ "orderId": order, "lines": [{ "itemId": item, "quantity": 1 }] });
    shop.done("refundOrder", input, REFUND).await["refund"]["id"].clone()
}

/// The request of the only task to refund something.
async fn request(shop: &ShopFixture) -> Value {
    json!({ "requestId": only_task(shop, "refund_payment").await["requestId"] })
}

/// A refund of a piece that failed and was asked for again: its order, its payment, and both requests.
async fn retried(shop: &ShopFixture, pieces: i32) -> (Value, Value, [Value; 2]) {
    let order = order(shop, pieces).await;
    let payment = captured(shop, &order, &(pieces * 100).to_string()).await;
    let refund = refund_piece(shop, &order).await;
    let first = request(shop).await;
    assert!(report(shop, &payment, "REFUND_FAILED", first.clone()).await);
    shop.done("retryRefund", json!({ "id": refund }), REFUND).await;
    let second = request(shop).await;
    (order, payment, [first, second])
}

/// What is still asked back of a payment.
async fn pending(shop: &ShopFixture, payment: &Value) -> Value {
    let query = "query($id: ID!) { payment(id: $id) { pendingRefundAmount } }";
    shop.query(query, json!({ "id": payment })).await["payment"]["pendingRefundAmount"].clone()
}

on_both_engines! {
    async fn a_capture_that_was_given_up_counts_once(db: &TestDatabase) {
        let shop = shop(db).await;
        for is_named in [true, false] {
            let order = order(&shop, 1).await;
            let payment = payment(&shop, &order, "stripe", None).await;
            report(&shop, &payment, "AUTHORIZED", json!({})).await;
            shop.done("capturePayment", json!({ "id": payment }), PAYMENT).await;
            let named = json!({ "requestId": only_task(&shop, "capture_payment").await["requestId"] });
            shop.done("voidPayment", json!({ "id": payment }), PAYMENT).await;
            only_task(&shop, "void_payment").await;
            let told = if is_named { named.clone() } else { json!({ "amount": "100", "providerEventId": "evt_1" }) };
            assert!(report(&shop, &payment, "CAPTURED", told).await);
            for _ in 0..2 {
                assert!(!report(&shop, &payment, "CAPTURED", named.clone()).await);
            }
            assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 100.00 0.00");
            assert!(open_tasks(&shop, "void_payment").await.is_empty(), "nothing is left to void");
        }
        shop.check().await;
    }

    async fn a_refund_from_elsewhere_leaves_others_open(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        let payment = captured(&shop, &order, "200").await;
        for amount in ["30", "70"] {
            shop.done("refundOrder", json!({ "orderId": order, "adjustment": amount }), REFUND).await;
        }
        assert!(report(&shop, &payment, "REFUNDED", json!({ "amount": "50", "providerEventId": "evt_1" })).await);
        assert_eq!(pending(&shop, &payment).await, "70.00");
        let open = request(&shop).await;
        assert!(report(&shop, &payment, "REFUNDED", open.clone()).await);
        assert!(!report(&shop, &payment, "REFUNDED", open).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PARTIALLY_REFUNDED 200.00 120.00");
        let refunds = refunds(&shop, &order).await;
        assert_eq!(refunds, ["20.00 SUCCEEDED provider", "30.00 SUCCEEDED api", "70.00 SUCCEEDED api"]);
        shop.check().await;
    }

    async fn what_was_settled_with_less_may_be_corrected(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = captured(&shop, &order, "100").await;
        shop.done("refundOrder", json!({ "orderId": order, "adjustment": "70" }), REFUND).await;
        let named = only_task(&shop, "refund_payment").await["requestId"].clone();
        let told = async |amount: &str| {
            report(&shop, &payment, "REFUNDED", json!({ "requestId": named, "amount": amount })).await
        };
        assert!(told("20").await);
        assert_eq!(number(&only_task(&shop, "resolve_refund").await["amount"]), Decimal::from(70));
        assert!(!told("20").await);
        assert!(told("70").await);
        assert!(!told("70").await);
        assert_eq!(refunds(&shop, &order).await, ["70.00 SUCCEEDED api"]);
        assert!(open_tasks(&shop, "resolve_refund").await.is_empty());
        // What went back beyond it is a refund of its own.
        assert!(told("80").await);
        assert_eq!(refunds(&shop, &order).await, ["10.00 SUCCEEDED provider", "70.00 SUCCEEDED api"]);
        shop.check().await;
    }

    async fn a_refund_that_came_through_late_is_not_asked_for_again(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, payment, [first, _]) = retried(&shop, 1).await;
        assert!(report(&shop, &payment, "REFUNDED", first.clone()).await);
        assert!(!report(&shop, &payment, "REFUNDED", first).await);
        assert!(open_tasks(&shop, "refund_payment").await.is_empty());
        assert_eq!(pending(&shop, &payment).await, "0.00");
        assert_eq!(refunds(&shop, &order).await, ["100.00 SUCCEEDED api"]);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED REFUNDED 100.00 100.00");
        shop.check().await;
    }

    async fn what_went_back_twice_has_two_refunds(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, payment, [first, second]) = retried(&shop, 2).await;
        let claim = json!({ "agentIds": [shop.orchestrator], "taskTypes": ["refund_payment"] });
        shop.done("claimTasks", claim, "leases { taskId }").await;
        assert!(report(&shop, &payment, "REFUNDED", first).await);
        assert_eq!(pending(&shop, &payment).await, "100.00", "an agent already works on it");
        assert!(report(&shop, &payment, "REFUNDED", second).await);
        assert_eq!(refunds(&shop, &order).await, ["100.00 SUCCEEDED api", "100.00 SUCCEEDED provider"]);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED REFUNDED 200.00 200.00");
        shop.check().await;
    }

    async fn pieces_stay_refunded_by_a_refund_that_came_through_late(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = captured(&shop, &order, "100").await;
        refund_piece(&shop, &order).await;
        let first = request(&shop).await;
        report(&shop, &payment, "REFUND_FAILED", first.clone()).await;
        refund_piece(&shop, &order).await;
        let second = request(&shop).await;
        assert!(report(&shop, &payment, "REFUNDED", first).await);
        assert!(report(&shop, &payment, "REFUND_FAILED", second).await);
        assert_eq!(refunds(&shop, &order).await, ["100.00 FAILED api", "100.00 SUCCEEDED api"]);
        assert_eq!(items(&shop, &order).await[0]["refundedQuantity"], 1);
        shop.check().await;
    }

    async fn what_nobody_is_asked_for_any_more_is_asked_for_again(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        captured(&shop, &order, "100").await;
        let refund = refund_piece(&shop, &order).await;
        let asked = only_task(&shop, "refund_payment").await;
        cancel_task(&shop, "refund_payment").await;
        shop.done("retryRefund", json!({ "id": refund }), REFUND).await;
        let again = only_task(&shop, "refund_payment").await;
        assert_eq!((&again["key"], &again["requestId"]), (&asked["key"], &asked["requestId"]));
        assert_eq!(shop.code_and_path("retryRefund", json!({ "id": refund })).await, "INVALID_TRANSITION id");

        let payment = payment(&shop, &order, "stripe", None).await;
        let capture = json!({ "id": payment });
        shop.done("capturePayment", capture.clone(), PAYMENT).await;
        let asked = only_task(&shop, "capture_payment").await;
        cancel_task(&shop, "capture_payment").await;
        shop.done("capturePayment", capture.clone(), PAYMENT).await;
        let again = only_task(&shop, "capture_payment").await;
        assert_eq!((&again["key"], &again["requestId"]), (&asked["key"], &asked["requestId"]));
        assert_eq!(shop.code_and_path("capturePayment", capture).await, "AMOUNT_EXCEEDED amount");
        shop.check().await;
    }

    async fn nobody_else_takes_the_key_of_an_effect(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        let key = format!("capture:{}:1", payment.as_str().expect("an id"));
        let task = json!({ "assignedAgentId": shop.orchestrator, "taskType": "nothing", "unique": { "key": key } });
        shop.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
        shop.done("capturePayment", json!({ "id": payment }), PAYMENT).await;
        assert_eq!(only_task(&shop, "capture_payment").await["key"], key);
        shop.check().await;
    }
}
