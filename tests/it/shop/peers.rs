//! What has gone wrong in shops like this one, where no test of its subject shows it already.
//!
//! - [`walk`]: everything that can be done with an order, in every state.

mod walk;

use std::collections::BTreeSet;

use entity::sea_orm_active_enums::{DiscountKind, DiscountTarget};
use rust_decimal::Decimal;
use sea_orm::ActiveValue::Set;
use serde_json::{Value, json};
use service::{
    Actor, Verb,
    stock::holds::{Line, Reserve},
};
use tests::on_both_engines;

use super::{
    fixture::{ShopFixture, text},
    orders::{amount, discount, lines, place},
    payments::{observe, open_tasks, order, payment, report, shop, standing},
};
use crate::work::fixture::at_once;

on_both_engines! {
    async fn what_others_take_in_the_meantime_is_not_sold(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for (sku, is_kept, outcome) in [("KEPT", true, "INSUFFICIENT_STOCK"), ("FREE", false, "done")] {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", 1).await;
            let mut unit = shop.service.begin(&Actor::server()).await.expect("begun");
            basket(sku).perform(&mut unit).await.expect("held");
            // Whoever looks now still sees the piece.
            let call = {
                let (shop, input) = (shop.clone(), json!({ "lines": lines(&[(sku, 1)]) }));
                tokio::spawn(async move { code(&shop, "placeOrder", input).await })
            };
            db.until_blocked(&call).await;
            match is_kept {
                true => unit.commit().await.expect("committed"),
                false => unit.undo().await,
            }
            assert_eq!(call.await.expect("no panic"), outcome, "{sku}");
            assert_eq!(shop.shelf(sku).await, ["main 0 + 1 reserved"]);
        }
        shop.check().await;
    }

    async fn who_pays_again_after_a_refresh_pays_once(db: &TestDatabase) {
        let shop = shop(db).await;
        let with_key = order(&shop, 1).await;
        let paid = at_once(10, |_| {
            let (shop, input) = (shop.clone(), json!({ "orderId": with_key, "idempotencyKey": "the button" }));
            async move { shop.done("markOrderPaid", input, "replayed payment { id }").await }
        })
        .await;
        let payments: BTreeSet<String> = paid.iter().map(|payload| text(&payload["payment"]["id"])).collect();
        let replayed = paid.iter().filter(|payload| payload["replayed"] == true).count();
        assert_eq!((payments.len(), replayed), (1, 9));
        assert_eq!(standing(&shop, &with_key).await, "CONFIRMED PAID 100.00 0.00");
        // Without a key the second payment of all is one too many, paid or not.
        let without_key = order(&shop, 1).await;
        for (name, input) in [
            ("createPayment", json!({ "orderId": without_key, "provider": "stripe" })),
            ("markOrderPaid", json!({ "orderId": order(&shop, 1).await })),
        ] {
            let codes = at_once(10, |_| {
                let (shop, input) = (shop.clone(), input.clone());
                async move { code(&shop, name, input).await }
            })
            .await;
            assert_eq!(tally(&codes, "AMOUNT_EXCEEDED"), (1, 9), "{name} {codes:?}");
        }
        assert_eq!(standing(&shop, &without_key).await, "PENDING PENDING 0.00 0.00");
        shop.check().await;
    }

    async fn a_capture_that_its_webhook_overtakes_gives_nothing_back(db: &TestDatabase) {
        let shop = shop(db).await;
        for round in 0..10 {
            let order = order(&shop, 1).await;
            let payment = payment(&shop, &order, "stripe", None).await;
            assert!(report(&shop, &payment, "AUTHORIZED", json!({})).await);
            let outcomes = at_once(3, |number| {
                let (shop, payment) = (shop.clone(), payment.clone());
                async move {
                    if number == 0 {
                        return code(&shop, "capturePayment", json!({ "id": payment })).await;
                    }
                    observe(&shop, &payment, 100, &format!("event {round} {number}")).await.to_string()
                }
            })
            .await;
            assert!(["done", "AMOUNT_EXCEEDED"].contains(&outcomes[0].as_str()), "{outcomes:?}");
            assert_eq!(outcomes.iter().filter(|outcome| *outcome == "true").count(), 1, "{outcomes:?}");
            assert_eq!(standing(&shop, &order).await, "CONFIRMED PAID 100.00 0.00");
            for task in ["capture_payment", "void_payment", "refund_payment"] {
                assert!(open_tasks(&shop, task).await.is_empty(), "{task}");
            }
            shop.done("cancelOrder", json!({ "id": order }), "replayed").await;
            let task = open_tasks(&shop, "refund_payment").await;
            assert_eq!(task.len(), 1, "what is captured goes back once: {task:?}");
            assert!(report(&shop, &payment, "REFUNDED", json!({ "requestId": task[0]["requestId"] })).await);
            assert_eq!(standing(&shop, &order).await, "CANCELLED REFUNDED 100.00 100.00");
        }
        shop.check().await;
    }

    async fn a_discount_is_spread_to_its_last_cent_and_goes_back_with_the_pieces(db: &TestDatabase) {
        let shop = ShopFixture::open(db).await;
        for sku in ["A", "B", "C"] {
            shop.variant(db, sku).await;
            shop.stock(sku, "main", 10).await;
        }
        discount(db, 100, json!({}), |row| {
            row.kind = Set(DiscountKind::Fixed);
            row.target = Set(DiscountTarget::Order);
            row.currency = Set("USD".to_owned());
        })
        .await;
        let placed = place(&shop, json!({ "lines": lines(&[("A", 1), ("B", 1), ("C", 1)]) })).await;
        let items = placed["items"]["nodes"].as_array().expect("a list");
        let mut off: Vec<Decimal> = items.iter().map(|item| amount(&item["discountAmount"])).collect();
        off.sort();
        assert_eq!(off, [3333, 3333, 3334].map(|cents| Decimal::new(cents, 2)));
        assert_eq!(amount(&placed["totalAmount"]), Decimal::from(200));
        shop.done("markOrderPaid", json!({ "orderId": placed["id"] }), "replayed").await;
        for item in items {
            let input = json!({ "orderId": placed["id"], "lines": [{ "itemId": item["id"], "quantity": 1 }] });
            let back = shop.done("refundOrder", input, "refund { amount }").await;
            let worth = Decimal::from(100) - amount(&item["discountAmount"]);
            assert_eq!(amount(&back["refund"]["amount"]), worth, "what was paid for it");
        }
        assert_eq!(standing(&shop, &placed["id"]).await, "CONFIRMED REFUNDED 200.00 200.00");
        shop.check().await;
    }
}

/// A basket with a piece.
fn basket(sku: &str) -> Reserve {
    let line = Line { variant_id: None, sku: Some(sku.to_owned()), quantity: 1, location: None };
    Reserve { lines: vec![line], ttl_seconds: 900, reference: None }
}

/// What became of a call: `done`, or the code of its refusal.
async fn code(shop: &ShopFixture, name: &str, input: Value) -> String {
    let payload = shop.mutate(name, input, "replayed").await;
    payload["userErrors"][0]["code"].as_str().unwrap_or("done").to_owned()
}

/// How many calls were done, and refused with this code.
fn tally(codes: &[String], code: &str) -> (usize, usize) {
    let count = |wanted: &str| codes.iter().filter(|found| *found == wanted).count();
    (count("done"), count(code))
}
