//! What can be done with a payment and a refund in which status: every pair.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{PAYMENT, REFUND, captured, open_tasks, order, payment, report, shop};
use crate::shop::fixture::{ShopFixture, text};

/// What becomes of a payment of a provider by `capturePayment` and `voidPayment`: its status, since an agent is asked
/// first, or the refusal.
const PAYMENTS: [(&str, [&str; 2]); 6] = [
    ("PENDING", ["PENDING", "PENDING"]),
    ("AUTHORIZED", ["AUTHORIZED", "AUTHORIZED"]),
    ("CAPTURED in part", ["CAPTURED", "CAPTURED"]),
    ("CAPTURED", ["AMOUNT_EXCEEDED amount", "INVALID_TRANSITION id"]),
    ("VOIDED", ["INVALID_TRANSITION id", "INVALID_TRANSITION id"]),
    ("FAILED", ["INVALID_TRANSITION id", "INVALID_TRANSITION id"]),
];

/// The same for a refund, by `cancelRefund` and `retryRefund`.
const REFUNDS: [(&str, [&str; 2]); 4] = [
    ("PENDING", ["CANCELLED", "INVALID_TRANSITION id"]),
    ("FAILED", ["INVALID_TRANSITION id", "PENDING"]),
    ("SUCCEEDED", ["INVALID_TRANSITION id", "INVALID_TRANSITION id"]),
    ("CANCELLED", ["INVALID_TRANSITION id", "INVALID_TRANSITION id"]),
];

on_both_engines! {
    async fn every_status_of_a_payment_with_every_verb(db: &TestDatabase) {
        let shop = shop(db).await;
        shop.stock("PRINT", "main", 100).await;
        for (status, outcomes) in PAYMENTS {
            for (verb, expected) in ["capturePayment", "voidPayment"].into_iter().zip(outcomes) {
                let id = make_payment(&shop, status).await;
                let stale = json!({ "id": id, "expectedVersion": 99 });
                assert_eq!(shop.code_and_path(verb, stale).await, "VERSION_CONFLICT expectedVersion", "{status} {verb}");
                let payload = shop.mutate(verb, json!({ "id": id }), PAYMENT).await;
                assert_eq!(became(&payload, "payment"), expected, "{status} {verb}");
            }
        }
        shop.check().await;
    }

    async fn every_status_of_a_refund_with_every_verb(db: &TestDatabase) {
        let shop = shop(db).await;
        for (status, outcomes) in REFUNDS {
            for (verb, expected) in ["cancelRefund", "retryRefund"].into_iter().zip(outcomes) {
                let id = make_refund(&shop, status).await;
                let stale = json!({ "id": id, "expectedVersion": 99 });
                assert_eq!(shop.code_and_path(verb, stale).await, "VERSION_CONFLICT expectedVersion", "{status} {verb}");
                let payload = shop.mutate(verb, json!({ "id": id }), REFUND).await;
                assert_eq!(became(&payload, "refund"), expected, "{status} {verb}");
            }
        }
        shop.check().await;
    }

    async fn where_money_can_go_is_shown(db: &TestDatabase) {
        let shop = shop(db).await;
        let shown = async |object: &str, id: &Value| {
            let query = format!("query($id: ID!) {{ {object}(id: $id) {{ status allowedTransitions }} }}");
            shop.query(&query, json!({ "id": id })).await[object].take()
        };
        for (status, allowed) in [
            ("PENDING", json!(["AUTHORIZED", "CAPTURED", "VOIDED", "FAILED"])),
            ("AUTHORIZED", json!(["CAPTURED", "VOIDED", "FAILED"])),
            ("CAPTURED", json!([])),
            ("VOIDED", json!(["CAPTURED"])),
            ("FAILED", json!(["AUTHORIZED", "CAPTURED"])),
        ] {
            let id = make_payment(&shop, status).await;
            assert_eq!(shown("payment", &id).await, json!({ "status": status, "allowedTransitions": allowed }));
        }
        for (status, allowed) in [
            ("PENDING", json!(["SUCCEEDED", "FAILED", "CANCELLED"])),
            ("FAILED", json!(["PENDING"])),
            ("SUCCEEDED", json!(["FAILED"])),
            ("CANCELLED", json!([])),
        ] {
            let id = make_refund(&shop, status).await;
            assert_eq!(shown("refund", &id).await, json!({ "status": status, "allowedTransitions": allowed }));
        }
        shop.check().await;
    }
}

/// The status after a call, or the code and the place of its refusal.
fn became(payload: &Value, row: &str) -> String {
    let error = &payload["userErrors"][0];
    match error["code"].as_str() {
        Some(code) => {
            let path: String = error["path"].as_array().expect("a path").iter().map(text).collect();
            format!("{code} {path}")
        }
        None => text(&payload[row]["status"]),
    }
}

/// A payment of a provider for a new order, with this status.
async fn make_payment(shop: &ShopFixture, status: &str) -> Value {
    let order = order(shop, 1).await;
    let id = payment(shop, &order, "stripe", None).await;
    let facts = match status {
        "PENDING" => Vec::new(),
        "CAPTURED in part" => vec![("AUTHORIZED", json!({})), ("CAPTURED", json!({ "amount": "40" }))],
        status => vec![(status, json!({}))],
    };
    for (kind, more) in facts {
        assert!(report(shop, &id, kind, more).await, "{kind} of {status}");
    }
    id
}

/// A refund that its provider carries out, of a new order, with this status.
async fn make_refund(shop: &ShopFixture, status: &str) -> Value {
    let order = order(shop, 1).await;
    let payment = captured(shop, &order, "100").await;
    let asked = json!({ "orderId": order, "adjustment": "40" });
    let id = shop.done("refundOrder", asked, REFUND).await["refund"]["id"].clone();
    let tasks = open_tasks(shop, "refund_payment").await;
    let task = tasks.iter().find(|task| task["refundId"] == id).expect("somebody is asked");
    let answer = json!({ "requestId": task["requestId"] });
    match status {
        "PENDING" => {}
        "FAILED" => assert!(report(shop, &payment, "REFUND_FAILED", answer).await),
        "SUCCEEDED" => assert!(report(shop, &payment, "REFUNDED", answer).await),
        _ => drop(shop.done("cancelRefund", json!({ "id": id }), "replayed").await),
    }
    id
}
