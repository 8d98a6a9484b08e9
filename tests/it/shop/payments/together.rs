//! Many at once.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{booked, open_tasks, order, payment, shop, standing};
use crate::{
    shop::fixture::{NOBODY, ShopFixture, text, with},
    work::fixture::at_once,
};

/// Orders of a print each, with a payment each.
async fn open(shop: &ShopFixture, count: usize) -> (Vec<Value>, Vec<Value>) {
    let (mut orders, mut payments) = (Vec::new(), Vec::new());
    for _ in 0..count {
        let order = order(shop, 1).await;
        payments.push(payment(shop, &order, "stripe", None).await);
        orders.push(order);
    }
    (orders, payments)
}

/// What is answered to a report: whether it was new and whether it was said before, or the code and path of its refusal.
async fn answer(shop: ShopFixture, input: Value) -> String {
    let payload = shop.mutate("reportPayment", input, "applied replayed").await;
    let error = &payload["userErrors"][0];
    match &error["code"] {
        Value::Null => format!("{} {}", payload["applied"], payload["replayed"]),
        code => {
            format!("{} {}", text(code), error["path"].as_array().expect("a path").iter().map(text).collect::<String>())
        }
    }
}

on_both_engines! {
    async fn each_report_gets_what_it_would_get_alone(db: &TestDatabase) {
        let shop = shop(db).await;
        let (orders, payments) = open(&shop, 5).await;
        let answers = at_once(60, |number| {
            let (payment, round) = (&payments[number % 5], number / 5);
            let capture = json!({ "id": payment, "kind": "CAPTURED", "amount": "1.00" });
            let input = match round {
                0..6 => with(capture, json!({ "providerEventId": format!("event {round}") })),
                // Each of them is the first one once more.
                6..9 => with(capture, json!({ "providerEventId": "event 0" })),
                9 => json!({ "id": payment, "kind": "FEE" }),
                10 => with(capture, json!({ "id": NOBODY })),
                _ => json!({ "id": payment, "kind": "REFUND_FAILED", "requestId": NOBODY }),
            };
            answer(shop.clone(), input)
        })
        .await;
        for (expected, times) in [
            ("true false", 30),
            ("false false", 15),
            ("INVALID amount", 5),
            ("NOT_FOUND id", 5),
            ("NOT_FOUND requestId", 5),
        ] {
            assert_eq!(answers.iter().filter(|found| *found == expected).count(), times, "{expected}: {answers:?}");
        }
        for order in &orders {
            assert_eq!(standing(&shop, order).await, "PENDING PARTIALLY_PAID 6.00 0.00");
            assert_eq!(booked(&shop, order).await, ["REVENUE sales 1.00 2026-11-21"; 6]);
        }
        shop.check().await;
    }

    async fn a_report_with_a_key_is_entered_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let (orders, payments) = open(&shop, 4).await;
        // Each key comes ten times, and none is the key of two reports.
        let answers = at_once(40, |number| {
            let key = number % 4;
            let input = json!({ "id": payments[key], "kind": "CAPTURED", "amount": "10.00", "idempotencyKey": format!("key {key}") });
            answer(shop.clone(), input)
        })
        .await;
        assert_eq!(answers.iter().filter(|found| *found == "true false").count(), 4, "{answers:?}");
        assert_eq!(answers.iter().filter(|found| *found == "true true").count(), 36, "{answers:?}");
        for order in &orders {
            assert_eq!(standing(&shop, order).await, "PENDING PARTIALLY_PAID 10.00 0.00");
        }
        let other = json!({ "id": payments[0], "kind": "CAPTURED", "amount": "11.00", "idempotencyKey": "key 0" });
        assert_eq!(answer(shop.clone(), other).await, "IDEMPOTENCY_CONFLICT idempotencyKey");
        shop.check().await;
    }

    async fn orders_that_are_paid_together_are_confirmed(db: &TestDatabase) {
        let shop = shop(db).await;
        let (orders, payments) = open(&shop, 10).await;
        let answers = at_once(10, |number| {
            answer(shop.clone(), json!({ "id": payments[number], "kind": "CAPTURED", "amount": "100" }))
        })
        .await;
        assert_eq!(answers, ["true false"; 10]);
        for order in &orders {
            assert_eq!(standing(&shop, order).await, "CONFIRMED PAID 100.00 0.00");
        }
        assert_eq!(open_tasks(&shop, "ship_order").await.len(), 10);
        shop.check().await;
    }

    async fn money_that_comes_and_goes_at_once_is_booked(db: &TestDatabase) {
        let shop = shop(db).await;
        let (orders, payments) = open(&shop, 3).await;
        for payment in &payments {
            let input = json!({ "id": payment, "kind": "CAPTURED", "amount": "50.00" });
            assert_eq!(answer(shop.clone(), input).await, "true false");
        }
        // What is charged back may come back within the same transaction.
        let answers = at_once(6, |number| {
            let kind = if number < 3 { "CHARGED_BACK" } else { "CHARGEBACK_REVERSED" };
            answer(shop.clone(), json!({ "id": payments[number % 3], "kind": kind, "amount": "50.00" }))
        })
        .await;
        assert_eq!(answers[..3], ["true false"; 3]);
        for (order, answer) in orders.iter().zip(&answers[3..]) {
            let adjusted = booked(&shop, order).await.iter().filter(|row| row.starts_with("ADJUSTMENT")).count();
            assert_eq!(adjusted, usize::from(answer == "true false"), "{answer}");
        }
        shop.check().await;
    }
}
