//! Facts: each counts once, whoever tells of it and when.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use service::{
    Actor,
    payments::observe::{Observe, Total},
};
use tests::on_both_engines;

use super::{booked, captured, number, only_task, open_tasks, order, payment, report, shop, standing};
use crate::{
    shop::fixture::{NOBODY, ShopFixture, start, text, with},
    work::fixture::at_once,
};

/// What the provider says that came in, in total: whether it was new.
pub(in crate::shop) async fn observe(shop: &ShopFixture, payment: &Value, total: i64, event: &str) -> bool {
    let verb = Observe {
        id: text(payment).parse().expect("an id"),
        total_of: Total::Captured,
        total: total.into(),
        provider_event_id: Some(event.to_owned()),
        occurred_at: start(),
    };
    shop.service.perform(&Actor::server(), None, &verb).await.expect("performed").outcome.applied
}

on_both_engines! {
    async fn the_same_event_is_applied_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        let event = json!({ "amount": "60", "providerEventId": "evt_1" });
        assert!(report(&shop, &payment, "CAPTURED", event.clone()).await);
        let again = at_once(10, |_| {
            let (shop, payment, event) = (shop.clone(), payment.clone(), event.clone());
            async move { report(&shop, &payment, "CAPTURED", event).await }
        })
        .await;
        assert_eq!(again, [false; 10]);
        // It may tell of something else, too.
        assert!(report(&shop, &payment, "FEE", json!({ "amount": "2.50", "providerEventId": "evt_1" })).await);
        assert_eq!(standing(&shop, &order).await, "PENDING PARTIALLY_PAID 60.00 0.00");
        assert_eq!(booked(&shop, &order).await, ["REVENUE sales 60.00 2026-11-21", "EXPENSE payment_fees 2.50 2026-11-21"]);
        shop.check().await;
    }

    async fn a_capture_and_what_its_provider_says_of_it_are_one(db: &TestDatabase) {
        let shop = shop(db).await;
        for round in 0..5 {
            let order = order(&shop, 1).await;
            let payment = payment(&shop, &order, "stripe", None).await;
            report(&shop, &payment, "AUTHORIZED", json!({})).await;
            shop.done("capturePayment", json!({ "id": payment }), "replayed").await;
            let task = only_task(&shop, "capture_payment").await;
            let told = at_once(6, |number| {
                let (shop, payment, request) = (shop.clone(), payment.clone(), task["requestId"].clone());
                async move {
                    match number % 2 {
                        0 => report(&shop, &payment, "CAPTURED", json!({ "requestId": request })).await,
                        _ => observe(&shop, &payment, 100, &format!("evt_{round}_{number}")).await,
                    }
                }
            })
            .await;
            assert_eq!(told.iter().filter(|applied| **applied).count(), 1, "{told:?}");
            assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 100.00 0.00");
            assert_eq!(booked(&shop, &order).await, ["REVENUE sales 100.00 2026-11-21"]);
            assert!(open_tasks(&shop, "refund_payment").await.is_empty());
        }
        shop.check().await;
    }

    async fn less_than_was_asked_for_is_one_capture_too(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        report(&shop, &payment, "AUTHORIZED", json!({})).await;
        shop.done("capturePayment", json!({ "id": payment }), "replayed").await;
        let request = only_task(&shop, "capture_payment").await["requestId"].clone();
        assert!(observe(&shop, &payment, 60, "evt_1").await);
        // The worker reports its capture of 60 of 100 after the provider's event.
        let told = json!({ "requestId": request, "amount": "60" });
        assert!(report(&shop, &payment, "CAPTURED", told.clone()).await, "the request is settled");
        assert!(!report(&shop, &payment, "CAPTURED", told).await);
        assert!(!observe(&shop, &payment, 60, "evt_2").await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PARTIALLY_PAID 60.00 0.00");
        assert_eq!(booked(&shop, &order).await, ["REVENUE sales 60.00 2026-11-21"]);
        assert!(open_tasks(&shop, "capture_payment").await.is_empty());
        shop.done("capturePayment", json!({ "id": payment }), "replayed").await;
        assert_eq!(number(&only_task(&shop, "capture_payment").await["amount"]), Decimal::from(40));
        shop.check().await;
    }

    async fn a_payment_that_failed_can_still_succeed_and_not_the_other_way_round(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        let status = async || {
            let query = "query($id: ID!) { payment(id: $id) { status errorCode } }";
            let mut answer = shop.query(query, json!({ "id": payment })).await;
            answer["payment"].take()
        };
        assert!(report(&shop, &payment, "FAILED", json!({ "code": "card_declined" })).await);
        assert_eq!(status().await, json!({ "status": "FAILED", "errorCode": "card_declined" }));
        assert_eq!(shop.code_and_path("capturePayment", json!({ "id": payment })).await, "INVALID_TRANSITION id");
        assert!(report(&shop, &payment, "AUTHORIZED", json!({})).await);
        assert_eq!(status().await, json!({ "status": "AUTHORIZED", "errorCode": null }));
        assert!(report(&shop, &payment, "CAPTURED", json!({})).await);
        assert!(report(&shop, &payment, "FAILED", json!({ "code": "late", "providerEventId": "evt_2" })).await);
        assert_eq!(status().await["status"], "CAPTURED");
        assert!(!report(&shop, &payment, "AUTHORIZED", json!({ "amount": "100" })).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 100.00 0.00");
        shop.check().await;
    }

    async fn what_the_payer_takes_back_is_booked_and_may_come_again(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = captured(&shop, &order, "100").await;
        assert_eq!(shop.code_and_path("reportPayment", json!({ "id": payment, "kind": "CHARGED_BACK", "amount": "100.01" })).await, "AMOUNT_EXCEEDED amount");
        assert!(report(&shop, &payment, "CHARGED_BACK", json!({ "amount": "100" })).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED REFUNDED 100.00 100.00");
        only_task(&shop, "resolve_dispute").await;
        let query = "query($id: ID!) { payment(id: $id) { isDisputed chargedBackAmount } }";
        assert_eq!(shop.query(query, json!({ "id": payment })).await["payment"], json!({ "isDisputed": true, "chargedBackAmount": "100.00" }));
        assert!(report(&shop, &payment, "CHARGEBACK_REVERSED", json!({})).await);
        assert!(!report(&shop, &payment, "CHARGEBACK_REVERSED", json!({})).await);
        assert!(open_tasks(&shop, "resolve_dispute").await.is_empty(), "nothing is left to answer");
        assert_eq!(shop.query(query, json!({ "id": payment })).await["payment"], json!({ "isDisputed": false, "chargedBackAmount": "0.00" }));
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 100.00 0.00");
        assert_eq!(booked(&shop, &order).await, [
            "REVENUE sales 100.00 2026-11-21", "REFUND chargeback 100.00 2026-11-21", "ADJUSTMENT chargeback -100.00 2026-11-21",
        ]);
        shop.check().await;
    }

    async fn a_fact_needs_a_payment_and_an_amount(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = captured(&shop, &order, "40").await;
        for (more, code) in [
            (json!({ "id": NOBODY }), "NOT_FOUND id"),
            (json!({ "requestId": NOBODY }), "NOT_FOUND requestId"),
            (json!({ "amount": "0" }), "INVALID amount"),
            (json!({ "amount": "-1" }), "INVALID amount"),
            (json!({ "amount": "0.001" }), "INVALID amount"),
            (json!({ "amount": "99999999999999" }), "INVALID amount"),
            (json!({ "providerEventId": "" }), "INVALID providerEventId"),
            (json!({ "providerEventId": "x".repeat(256) }), "INVALID providerEventId"),
            (json!({ "code": "x".repeat(101) }), "INVALID code"),
            (json!({ "occurredAt": "2026-11-22T08:00:00Z" }), "INVALID occurredAt"),
            (json!({ "kind": "FEE" }), "INVALID amount"),
            (json!({ "kind": "REFUNDED" }), "INVALID amount"),
            (json!({ "kind": "REFUNDED", "amount": "40.01" }), "AMOUNT_EXCEEDED amount"),
            (json!({ "kind": "REFUND_REVERSED", "amount": "1" }), "AMOUNT_EXCEEDED amount"),
        ] {
            let right = match &more["kind"] {
                Value::Null => json!({ "id": payment, "kind": "CAPTURED", "amount": "10" }),
                _ => json!({ "id": payment }),
            };
            let input = with(right, more.clone());
            assert_eq!(shop.code_and_path("reportPayment", input).await, code, "{more}");
        }
        for (more, code) in [
            (json!({ "provider": " " }), "INVALID provider"),
            (json!({ "provider": "x".repeat(51) }), "INVALID provider"),
            (json!({ "method": "x".repeat(51) }), "INVALID method"),
            (json!({ "providerReference": "" }), "INVALID providerReference"),
            (json!({ "amount": "0" }), "INVALID amount"),
            (json!({ "amount": "1.001" }), "INVALID amount"),
            (json!({ "orderId": NOBODY }), "NOT_FOUND orderId"),
        ] {
            let input = with(json!({ "orderId": order, "provider": "manual" }), more.clone());
            assert_eq!(shop.code_and_path("createPayment", input).await, code, "{more}");
        }
        assert_eq!(standing(&shop, &order).await, "PENDING PARTIALLY_PAID 40.00 0.00");
        shop.check().await;
    }
}
