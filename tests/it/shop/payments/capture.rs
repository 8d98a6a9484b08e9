//! Getting money: step by step, in parts, at once, not at all.

use rust_decimal::Decimal;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{PAYMENT, booked, number, only_task, open_tasks, order, payment, report, seen, shop, standing};
use crate::{shop::fixture::text, work::fixture::at_once};

on_both_engines! {
    async fn money_is_authorized_then_captured_in_parts(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 3).await;
        let made = shop.done("createPayment", json!({ "orderId": order, "provider": "stripe", "providerReference": "pi_1" }), PAYMENT).await;
        let payment = &made["payment"]["id"];
        assert_eq!(made["payment"]["status"], "PENDING");
        assert_eq!(standing(&shop, &order).await, "PENDING PENDING 0.00 0.00");
        assert!(report(&shop, payment, "AUTHORIZED", json!({})).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED AUTHORIZED 0.00 0.00");

        let asked = shop.done("capturePayment", json!({ "id": payment, "amount": "100" }), PAYMENT).await;
        assert_eq!((&asked["payment"]["pendingCaptureAmount"], &asked["payment"]["capturedAmount"]), (&json!("100.00"), &json!("0.00")));
        let task = only_task(&shop, "capture_payment").await;
        assert_eq!((&task["paymentId"], &task["providerReference"]), (payment, &json!("pi_1")));
        assert_eq!(text(&task["key"]), format!("capture:{}:1", text(payment)));
        assert!(report(&shop, payment, "CAPTURED", json!({ "requestId": task["requestId"] })).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PARTIALLY_PAID 100.00 0.00");
        assert!(open_tasks(&shop, "capture_payment").await.is_empty(), "it is done");

        assert_eq!(shop.code_and_path("capturePayment", json!({ "id": payment, "amount": "201" })).await, "AMOUNT_EXCEEDED amount");
        shop.done("capturePayment", json!({ "id": payment }), PAYMENT).await;
        let task = only_task(&shop, "capture_payment").await;
        assert_eq!(number(&task["amount"]), Decimal::from(200));
        // Less than was asked for settles the request too.
        assert!(report(&shop, payment, "CAPTURED", json!({ "requestId": task["requestId"], "amount": "150" })).await);
        assert_eq!(seen(&shop, &order).await["outstandingAmount"], "50.00");
        shop.done("capturePayment", json!({ "id": payment }), PAYMENT).await;
        assert!(report(&shop, payment, "CAPTURED", json!({})).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 300.00 0.00");
        assert_eq!(booked(&shop, &order).await, [
            "REVENUE sales 100.00 2026-11-21", "REVENUE sales 150.00 2026-11-21", "REVENUE sales 50.00 2026-11-21",
        ]);
        shop.check().await;
    }

    async fn without_a_provider_the_money_is_there_at_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let order_id = order(&shop, 1).await;
        let payment = payment(&shop, &order_id, "bank_transfer", None).await;
        let paid = shop.done("capturePayment", json!({ "id": payment }), PAYMENT).await;
        assert_eq!((&paid["payment"]["status"], &paid["payment"]["capturedAmount"]), (&json!("CAPTURED"), &json!("100.00")));
        assert_eq!(standing(&shop, &order_id).await, "CONFIRMED PAID 100.00 0.00");
        assert!(open_tasks(&shop, "capture_payment").await.is_empty());
        assert_eq!(shop.code_and_path("capturePayment", json!({ "id": payment })).await, "AMOUNT_EXCEEDED amount");
        assert_eq!(shop.code_and_path("createPayment", json!({ "orderId": order_id, "provider": "stripe" })).await, "AMOUNT_EXCEEDED amount");

        let other = order(&shop, 2).await;
        let paid = shop.done("markOrderPaid", json!({ "orderId": other, "method": "cash", "reference": "receipt 7" }), "payment { provider method providerReference status amount }").await;
        assert_eq!(paid["payment"], json!({ "provider": "manual", "method": "cash", "providerReference": "receipt 7", "status": "CAPTURED", "amount": "200.00" }));
        assert_eq!(standing(&shop, &other).await, "CONFIRMED PAID 200.00 0.00");
        assert_eq!(shop.code_and_path("markOrderPaid", json!({ "orderId": other })).await, "AMOUNT_EXCEEDED orderId");
        shop.check().await;
    }

    async fn a_payment_that_comes_with_the_order_is_part_of_it(db: &TestDatabase) {
        let shop = shop(db).await;
        let input = json!({
            "email": "buyer@example.com", "lines": [{ "sku": "PRINT", "quantity": 1 }],
            "payment": { "provider": "stripe", "method": "card", "reference": "pi_9", "captured": true },
        });
        let placed = shop.done("placeOrder", input.clone(), "order { id } payment { status capturedAmount }").await;
        assert_eq!(placed["payment"], json!({ "status": "CAPTURED", "capturedAmount": "100.00" }));
        let id = placed["order"]["id"].clone();
        assert_eq!(standing(&shop, &id).await, "CONFIRMED PAID 100.00 0.00");
        assert_eq!(booked(&shop, &id).await, ["REVENUE sales 100.00 2026-11-21"]);
        // Nothing is left of an order whose payment is refused.
        assert_eq!(shop.code_and_path("placeOrder", input).await, "ALREADY_EXISTS payment.reference");
        assert_eq!(shop.shelf("PRINT").await, ["main 9 + 1 reserved"]);
        shop.check().await;
    }

    async fn one_of_many_captures_wins(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        report(&shop, &payment, "AUTHORIZED", json!({})).await;
        let codes = at_once(8, |_| {
            let (shop, input) = (shop.clone(), json!({ "id": payment }));
            async move { shop.mutate("capturePayment", input, "replayed").await["userErrors"][0]["code"].clone() }
        })
        .await;
        assert_eq!(codes.iter().filter(|code| code.is_null()).count(), 1);
        assert_eq!(codes.iter().filter(|code| *code == "AMOUNT_EXCEEDED").count(), 7);
        only_task(&shop, "capture_payment").await;
        shop.check().await;
    }

    async fn what_is_open_counts_against_what_is_outstanding(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 2).await;
        let first = payment(&shop, &order, "manual", Some("150")).await;
        let refused = shop.refused("createPayment", json!({ "orderId": order, "provider": "stripe", "amount": "50.01" })).await;
        assert_eq!((&refused["code"], &refused["currency"]), (&json!("AMOUNT_EXCEEDED"), &json!("USD")));
        assert_eq!((number(&refused["asked"]), number(&refused["available"])), (Decimal::new(5001, 2), Decimal::from(50)));
        let second = payment(&shop, &order, "stripe", None).await;
        assert_eq!(shop.code_and_path("markOrderPaid", json!({ "orderId": order })).await, "AMOUNT_EXCEEDED orderId");
        // What is given up is free for others.
        let voided = shop.done("voidPayment", json!({ "id": first }), PAYMENT).await;
        assert_eq!(voided["payment"]["status"], "VOIDED");
        assert_eq!(shop.code_and_path("voidPayment", json!({ "id": first })).await, "INVALID_TRANSITION id");
        assert_eq!(shop.code_and_path("capturePayment", json!({ "id": first })).await, "INVALID_TRANSITION id");
        shop.done("markOrderPaid", json!({ "orderId": order }), PAYMENT).await;
        assert_eq!(standing(&shop, &order).await, "PENDING PARTIALLY_PAID 150.00 0.00");
        report(&shop, &second, "CAPTURED", json!({})).await;
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 200.00 0.00");
        shop.check().await;
    }

    async fn an_authorization_is_given_up_by_its_provider(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        report(&shop, &payment, "AUTHORIZED", json!({})).await;
        shop.done("capturePayment", json!({ "id": payment, "amount": "30" }), PAYMENT).await;
        let asked = shop.done("voidPayment", json!({ "id": payment }), PAYMENT).await;
        assert_eq!((&asked["payment"]["status"], &asked["payment"]["pendingCaptureAmount"]), (&json!("AUTHORIZED"), &json!("0.00")));
        assert!(open_tasks(&shop, "capture_payment").await.is_empty(), "it was called off");
        let task = only_task(&shop, "void_payment").await;
        assert_eq!(text(&task["key"]), format!("void:{}:1", text(&payment)));
        assert!(report(&shop, &payment, "VOIDED", json!({})).await);
        assert!(!report(&shop, &payment, "VOIDED", json!({})).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED VOIDED 0.00 0.00");
        // The capture that was called off came through all the same.
        assert!(report(&shop, &payment, "CAPTURED", json!({ "amount": "30" })).await);
        assert_eq!(standing(&shop, &order).await, "CONFIRMED PARTIALLY_PAID 30.00 0.00");
        shop.check().await;
    }

    async fn captures_that_are_asked_for_count_as_open(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        let payment = payment(&shop, &order, "stripe", None).await;
        let mut requests = Vec::new();
        for amount in ["40", "60"] {
            shop.done("capturePayment", json!({ "id": payment, "amount": amount }), PAYMENT).await;
            let tasks = open_tasks(&shop, "capture_payment").await;
            requests.extend(tasks.into_iter().filter(|task| text(&task["amount"]).starts_with(amount)));
        }
        assert!(report(&shop, &payment, "CAPTURED", json!({ "requestId": requests[0]["requestId"] })).await);
        // Nothing was authorized, and 60 are still to come.
        assert_eq!(shop.code_and_path("markOrderPaid", json!({ "orderId": order })).await, "AMOUNT_EXCEEDED orderId");
        shop.done("cancelOrder", json!({ "id": order }), "refunds { id }").await;
        assert!(open_tasks(&shop, "capture_payment").await.is_empty());
        assert!(open_tasks(&shop, "void_payment").await.is_empty(), "nothing is authorized");
        assert_eq!(standing(&shop, &order).await, "CANCELLED PARTIALLY_PAID 40.00 0.00");
        let query = "query($id: ID!) { payment(id: $id) { pendingCaptureAmount pendingRefundAmount } }";
        let seen = shop.query(query, json!({ "id": payment })).await;
        assert_eq!(seen["payment"], json!({ "pendingCaptureAmount": "0.00", "pendingRefundAmount": "40.00" }));
        shop.check().await;
    }

    async fn an_order_that_costs_nothing_needs_no_payment(db: &TestDatabase) {
        let shop = shop(db).await;
        let free = json!({ "sku": "PRINT", "quantity": 1, "unitPrice": "0" });
        let with_payment = |payment: Value| json!({ "email": "buyer@example.com", "lines": [free], "payment": payment });
        let input = with_payment(json!({ "provider": "stripe" }));
        let placed = shop.done("placeOrder", input, "order { id status } payment { id }").await;
        assert_eq!((&placed["order"]["status"], &placed["payment"]), (&json!("CONFIRMED"), &Value::Null));
        let input = with_payment(json!({ "provider": "stripe", "amount": "1" }));
        assert_eq!(shop.code_and_path("placeOrder", input).await, "AMOUNT_EXCEEDED payment.amount");
        let input = with_payment(json!({ "provider": " " }));
        assert_eq!(shop.code_and_path("placeOrder", input).await, "INVALID payment.provider");
        shop.check().await;
    }

    async fn an_order_has_only_so_many_payments(db: &TestDatabase) {
        let shop = shop(db).await;
        let order = order(&shop, 1).await;
        for _ in 0..100 {
            let payment = payment(&shop, &order, "manual", None).await;
            shop.done("voidPayment", json!({ "id": payment }), "replayed").await;
        }
        let input = json!({ "orderId": order, "provider": "manual" });
        assert_eq!(shop.code_and_path("createPayment", input).await, "LIMIT_REACHED orderId");
        shop.check().await;
    }

    async fn orders_that_are_over_take_no_payments(db: &TestDatabase) {
        let shop = shop(db).await;
        let id = order(&shop, 1).await;
        let payment = payment(&shop, &id, "manual", None).await;
        shop.done("cancelOrder", json!({ "id": id }), "order { id }").await;
        assert_eq!(standing(&shop, &id).await, "CANCELLED VOIDED 0.00 0.00");
        for (mutation, input, place) in [
            ("createPayment", json!({ "orderId": id, "provider": "manual" }), "orderId"),
            ("markOrderPaid", json!({ "orderId": id }), "orderId"),
            ("capturePayment", json!({ "id": payment }), "id"),
            ("refundOrder", json!({ "orderId": id, "everything": true }), "orderId"),
        ] {
            assert_eq!(shop.code_and_path(mutation, input).await, format!("INVALID_TRANSITION {place}"), "{mutation}");
        }
        let draft = shop.done("createDraftOrder", json!({ "lines": [{ "sku": "PRINT", "quantity": 1 }] }), "order { id }").await;
        let input = json!({ "orderId": draft["order"]["id"], "provider": "manual" });
        assert_eq!(shop.code_and_path("createPayment", input).await, "INVALID_TRANSITION orderId");
        shop.check().await;
    }
}
