//! The events and audit entries of payments and refunds.

use entity::events;
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use super::{PAYMENT, REFUND, captured, only_task, order, payment, report, shop};
use crate::shop::fixture::{ShopFixture, count, text};

on_both_engines! {
    async fn a_payment_is_told_step_by_step(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let id = payment(&shop, &order, "stripe", None).await;
        assert!(report(&shop, &id, "AUTHORIZED", json!({})).await);
        for outcome in ["CAPTURE_FAILED", "CAPTURED"] {
            shop.done("capturePayment", json!({ "id": id, "amount": "60" }), PAYMENT).await;
            assert!(report(&shop, &id, outcome, asked(&shop, "capture_payment").await).await);
        }
        assert!(report(&shop, &id, "FEE", json!({ "amount": "2" })).await);
        shop.done("voidPayment", json!({ "id": id }), PAYMENT).await;
        for kind in ["VOIDED", "CHARGED_BACK", "CHARGEBACK_REVERSED"] {
            assert!(report(&shop, &id, kind, json!({})).await, "{kind}");
        }
        let expected = [
            "created", "authorized", "capture_requested", "capture_failed", "capture_requested", "captured", "fee_charged",
            "void_requested", "voided", "charged_back", "chargeback_reversed",
        ];
        assert_eq!(told(db, &id, "payment.").await, expected);
        let failed = payment(&shop, &order, "stripe", None).await;
        assert!(report(&shop, &failed, "FAILED", json!({ "code": "card_declined" })).await);
        assert_eq!(told(db, &failed, "payment.").await, ["created", "failed"]);
        shop.check().await;
    }

    async fn a_refund_is_told_with_its_order(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        let payment = captured(&shop, &order, "200").await;
        let refund = async || {
            let input = json!({ "orderId": order, "adjustment": "50" });
            json!({ "id": shop.done("refundOrder", input, REFUND).await["refund"]["id"] })
        };
        shop.done("cancelRefund", refund().await, REFUND).await;
        let second = refund().await;
        assert!(report(&shop, &payment, "REFUND_FAILED", asked(&shop, "refund_payment").await).await);
        shop.done("retryRefund", second, REFUND).await;
        assert!(report(&shop, &payment, "REFUNDED", asked(&shop, "refund_payment").await).await);
        assert!(report(&shop, &payment, "REFUND_REVERSED", json!({})).await);
        let expected = ["requested", "cancelled", "requested", "failed", "requested", "succeeded", "reversed"];
        assert_eq!(told(db, &order, "refund.").await, expected);
        assert_eq!(told(db, &payment, "payment.").await, ["created", "captured", "refunded"]);
        shop.check().await;
    }

    async fn who_moved_money_is_written_down(db: &TestDatabase) {
        let shop = shop(db).await;
        let order_id = order(&shop, 2).await;
        let first = payment(&shop, &order_id, "manual", Some("50")).await;
        shop.done("capturePayment", json!({ "id": first }), PAYMENT).await;
        let second = payment(&shop, &order_id, "manual", Some("50")).await;
        shop.done("voidPayment", json!({ "id": second }), PAYMENT).await;
        shop.done("markOrderPaid", json!({ "orderId": order_id }), PAYMENT).await;
        let other = order(&shop, 1).await;
        let third = captured(&shop, &other, "100").await;
        let failed = json!({ "orderId": other, "adjustment": "1" });
        let failed = json!({ "id": shop.done("refundOrder", failed, REFUND).await["refund"]["id"] });
        assert!(report(&shop, &third, "REFUND_FAILED", json!({})).await);
        shop.done("retryRefund", failed.clone(), REFUND).await;
        shop.done("cancelRefund", failed, REFUND).await;
        for (operation, object, times) in [
            ("CreatePayment", "Payment", 3),
            ("CapturePayment", "Payment", 1),
            ("VoidPayment", "Payment", 1),
            ("MarkOrderPaid", "Payment", 1),
            ("RefundOrder", "Refund", 1),
            ("RetryRefund", "Refund", 1),
            ("CancelRefund", "Refund", 1),
        ] {
            let entries = format!(
                "SELECT COUNT(*) FROM audit_entries WHERE operation = '{operation}' AND object_type = '{object}'"
            );
            assert_eq!(count(db, &entries).await, times, "{operation}");
        }
        shop.check().await;
    }
}

/// The request of the only open task of a type.
async fn asked(shop: &ShopFixture, task_type: &str) -> Value {
    json!({ "requestId": only_task(shop, task_type).await["requestId"] })
}

/// The kinds of the events of an object that begin so, without that, in their order.
async fn told(db: &TestDatabase, object: &Value, begin: &str) -> Vec<String> {
    let id: Uuid = text(object).parse().expect("an id");
    let mut found = events::Entity::find().all(db.connection()).await.expect("events");
    found.retain(|event| event.aggregate_id == id);
    found.sort_by_key(|event| (event.transaction_number, event.position));
    found.iter().filter_map(|event| event.kind.strip_prefix(begin)).map(str::to_owned).collect()
}
