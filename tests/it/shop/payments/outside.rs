//! Refunds that a provider carries out: requested, withdrawn, failed, retried, come back.

use chrono::Duration;
use entity::{audit_entries, events};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{REFUND, booked, captured, items, only_task, open_tasks, order, report, shop, standing};
use crate::shop::fixture::{NOBODY, ShopFixture, text};

/// A refund of one piece that an agent is to carry out: the order, its payment and the refund.
async fn asked(shop: &ShopFixture) -> (Value, Value, Value) {
    let order = order(shop, 1).await;
    let payment = captured(shop, &order, "100").await;
    let item = items(shop, &order).await[0]["id"].clone();
    let input = json!({ "orderId": order, "lines": [{ "itemId": item, "quantity": 1 }] });
    let refund = shop.done("refundOrder", input, REFUND).await;
    assert_eq!(refund["refund"]["status"], "PENDING");
    (order, payment, refund["refund"]["id"].clone())
}

/// The status of a refund.
async fn status(shop: &ShopFixture, refund: &Value) -> String {
    let query = "query($id: ID!) { refund(id: $id) { status } }";
    text(&shop.query(query, json!({ "id": refund })).await["refund"]["status"])
}

/// What was refunded for the only product today.
async fn refunded(shop: &ShopFixture) -> Value {
    let query = "{ productPerformance(period: { lastDays: 1 }) { nodes { refunded } } }";
    shop.query(query, json!({})).await["productPerformance"]["nodes"][0]["refunded"].take()
}

on_both_engines! {
    async fn an_agent_carries_it_out(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, payment, refund) = asked(&shop).await;
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 100.00 0.00");
        assert_eq!(shop.code_and_path("refundOrder", json!({ "orderId": order, "adjustment": "1" })).await, "AMOUNT_EXCEEDED");
        let task = only_task(&shop, "refund_payment").await;
        assert_eq!((&task["refundId"], &task["paymentId"]), (&refund, &payment));
        assert_eq!(text(&task["key"]), format!("refund:{}:{}:1", text(&refund), text(&payment)));
        assert!(report(&shop, &payment, "REFUNDED", json!({ "requestId": task["requestId"] })).await);
        assert!(!report(&shop, &payment, "REFUNDED", json!({ "requestId": task["requestId"] })).await);
        assert_eq!(status(&shop, &refund).await, "SUCCEEDED");
        assert_eq!(standing(&shop, &order).await, "CONFIRMED REFUNDED 100.00 100.00");
        assert!(open_tasks(&shop, "refund_payment").await.is_empty());
        shop.check().await;
    }

    async fn what_failed_is_retried(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, payment, refund) = asked(&shop).await;
        assert_eq!(shop.code_and_path("retryRefund", json!({ "id": refund })).await, "INVALID_TRANSITION id");
        let first = only_task(&shop, "refund_payment").await;
        let failed = json!({ "requestId": first["requestId"], "code": "expired_card" });
        assert!(report(&shop, &payment, "REFUND_FAILED", failed).await);
        assert_eq!(status(&shop, &refund).await, "FAILED");
        assert_eq!(items(&shop, &order).await[0]["refundedQuantity"], 0);
        assert_eq!(only_task(&shop, "resolve_refund").await["refundId"], refund);
        assert_eq!(shop.code_and_path("retryRefund", json!({ "id": refund, "paymentId": NOBODY })).await, "NOT_FOUND paymentId");
        shop.done("retryRefund", json!({ "id": refund }), REFUND).await;
        assert_eq!(status(&shop, &refund).await, "PENDING");
        assert_eq!(items(&shop, &order).await[0]["refundedQuantity"], 1);
        assert!(open_tasks(&shop, "resolve_refund").await.is_empty());
        let second = only_task(&shop, "refund_payment").await;
        assert_eq!(text(&second["key"]), format!("refund:{}:{}:2", text(&refund), text(&payment)));
        // Only a part of it worked: the rest is asked for again.
        assert!(report(&shop, &payment, "REFUNDED", json!({ "requestId": second["requestId"], "amount": "60" })).await);
        assert_eq!(status(&shop, &refund).await, "PENDING");
        only_task(&shop, "resolve_refund").await;
        shop.done("retryRefund", json!({ "id": refund }), REFUND).await;
        assert!(report(&shop, &payment, "REFUNDED", json!({})).await);
        assert_eq!(status(&shop, &refund).await, "SUCCEEDED");
        assert_eq!(standing(&shop, &order).await, "CONFIRMED REFUNDED 100.00 100.00");
        shop.check().await;
    }

    async fn another_payment_gives_what_the_first_could_not(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        let (first, second) = (captured(&shop, &order, "100").await, captured(&shop, &order, "100").await);
        let refund = async |amount: &str| {
            let input = json!({ "orderId": order, "adjustment": amount, "paymentId": first });
            let refund = shop.done("refundOrder", input, REFUND).await["refund"]["id"].clone();
            let asked = json!({ "requestId": only_task(&shop, "refund_payment").await["requestId"] });
            assert!(report(&shop, &first, "REFUND_FAILED", asked).await);
            refund
        };
        let large = refund("80").await;
        shop.done("retryRefund", json!({ "id": large, "paymentId": second }), REFUND).await;
        let task = only_task(&shop, "refund_payment").await;
        assert_eq!((&task["refundId"], &task["paymentId"]), (&large, &second));
        assert!(report(&shop, &second, "REFUNDED", json!({ "requestId": task["requestId"] })).await);
        assert_eq!(status(&shop, &large).await, "SUCCEEDED");
        // It has less left than this one needs.
        let small = refund("30").await;
        let input = json!({ "id": small, "paymentId": second });
        assert_eq!(shop.code_and_path("retryRefund", input).await, "AMOUNT_EXCEEDED");
        assert_eq!(status(&shop, &small).await, "FAILED");
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PARTIALLY_REFUNDED 200.00 80.00");
        shop.check().await;
    }

    async fn it_is_withdrawn_until_somebody_has_begun(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, _, refund) = asked(&shop).await;
        shop.done("cancelRefund", json!({ "id": refund }), REFUND).await;
        assert_eq!(status(&shop, &refund).await, "CANCELLED");
        assert_eq!(items(&shop, &order).await[0]["refundedQuantity"], 0);
        assert!(open_tasks(&shop, "refund_payment").await.is_empty());
        for mutation in ["cancelRefund", "retryRefund"] {
            assert_eq!(shop.code_and_path(mutation, json!({ "id": refund })).await, "INVALID_TRANSITION id");
        }
        let again = shop.done("refundOrder", json!({ "orderId": order, "everything": true }), REFUND).await["refund"]["id"].clone();
        let claim = json!({ "agentIds": [shop.orchestrator], "taskTypes": ["refund_payment"] });
        shop.done("claimTasks", claim, "leases { taskId }").await;
        assert_eq!(shop.code_and_path("cancelRefund", json!({ "id": again })).await, "INVALID_TRANSITION id");
        assert_eq!(status(&shop, &again).await, "PENDING");
        assert_eq!(shop.code_and_path("cancelRefund", json!({ "id": again, "expectedVersion": 9 })).await, "VERSION_CONFLICT expectedVersion");
        assert_eq!(shop.code_and_path("cancelRefund", json!({ "id": NOBODY })).await, "NOT_FOUND id");
        assert_eq!(shop.code_and_path("retryRefund", json!({ "id": NOBODY })).await, "NOT_FOUND id");
        shop.check().await;
    }

    async fn money_that_comes_back_is_there_again(db: &TestDatabase) {
        let shop = shop(db).await;
        let (order, payment, refund) = asked(&shop).await;
        // A period that is running ends now.
        shop.clock().advance(Duration::minutes(1));
        report(&shop, &payment, "REFUNDED", json!({})).await;
        assert_eq!(refunded(&shop).await, "100.00");
        assert!(report(&shop, &payment, "REFUND_REVERSED", json!({ "providerEventId": "evt_7" })).await);
        assert!(!report(&shop, &payment, "REFUND_REVERSED", json!({ "providerEventId": "evt_7" })).await);
        assert_eq!(status(&shop, &refund).await, "FAILED");
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 100.00 0.00");
        assert_eq!(booked(&shop, &order).await, [
            "REVENUE sales 100.00 2026-11-21", "REFUND returns 100.00 2026-11-21", "ADJUSTMENT returns -100.00 2026-11-21",
        ]);
        assert_eq!(refunded(&shop).await, "0.00");
        only_task(&shop, "resolve_refund").await;
        shop.clock().advance(Duration::days(1));
        shop.done("retryRefund", json!({ "id": refund }), REFUND).await;
        report(&shop, &payment, "REFUNDED", json!({})).await;
        assert_eq!(status(&shop, &refund).await, "SUCCEEDED");
        // On the day on which it went back for good.
        assert_eq!(refunded(&shop).await, "100.00");
        shop.check().await;
    }

    async fn the_log_does_not_know_why(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        captured(&shop, &order, "100").await;
        let input = json!({ "orderId": order, "adjustment": "1", "reason": "Ann Secret asked for it" });
        shop.done("refundOrder", input, REFUND).await;
        let events = events::Entity::find().all(db.connection()).await.expect("events");
        let entries = audit_entries::Entity::find().all(db.connection()).await.expect("entries");
        assert!(events.iter().any(|event| event.changes["reason"] == "•••"), "{events:?}");
        assert!(!format!("{events:?} {entries:?}").contains("Secret"), "{events:?} {entries:?}");
        shop.check().await;
    }

    async fn money_that_went_back_without_a_request_has_a_refund(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = captured(&shop, &order, "100").await;
        assert!(report(&shop, &payment, "REFUNDED", json!({ "amount": "30", "providerEventId": "evt_8" })).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PARTIALLY_REFUNDED 100.00 30.00");
        let query = "query($id: ID!) { order(id: $id) { refunds { nodes { amount adjustmentAmount status source } } } }";
        let refunds = shop.query(query, json!({ "id": order })).await["order"]["refunds"]["nodes"].take();
        assert_eq!(refunds, json!([{ "amount": "30.00", "adjustmentAmount": "30.00", "status": "SUCCEEDED", "source": "provider" }]));
        shop.check().await;
    }
}
