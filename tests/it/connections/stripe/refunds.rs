//! Refunds of payments.

use entity::system_events;
use sea_orm::EntityTrait;
use serde_json::json;
use tests::on_both_engines;

use super::{Stripe, permutations};
use crate::shop::fixture::text;

on_both_engines! {
    async fn a_refund_that_was_asked_for_counts_once_whoever_tells_of_it_first(db: &TestDatabase) {
        let mut stripe = Stripe::open(db).await;
        for (is_named, worker_first) in [(true, true), (true, false), (false, true), (false, false)] {
            stripe.captured().await;
            let payment = stripe.payment().await["id"].clone();
            let (refund, request) = stripe.asks_for("40").await;
            let more = if is_named { json!({ "metadata": { "refund_id": refund } }) } else { json!({}) };
            let event = stripe.refund("1", 4_000, "succeeded", more);
            let report = json!({ "id": payment, "kind": "REFUNDED", "requestId": request });
            if worker_first {
                stripe.shop.done("reportPayment", report, "applied").await;
                assert_eq!(stripe.tells("refund.created", 0, event.clone()).await, "Processed");
            } else {
                assert_eq!(stripe.tells("refund.created", 0, event.clone()).await, "Processed");
                assert_eq!(stripe.shop.done("reportPayment", report, "applied").await["applied"], false);
            }
            assert_eq!(stripe.tells("charge.refund.updated", 1, event).await, "Processed");
            assert_eq!(stripe.standing().await, "CONFIRMED PARTIALLY_REFUNDED 100.00 40.00");
            assert_eq!(stripe.refunds().await, ["40.00 SUCCEEDED api"]);
            // Another refund of the same amount is other money.
            let other = stripe.refund("2", 4_000, "succeeded", json!({}));
            assert_eq!(stripe.tells("refund.created", 2, other).await, "Processed");
            assert_eq!(stripe.refunds().await, ["40.00 SUCCEEDED api", "40.00 SUCCEEDED stripe"]);
            stripe = stripe.another().await;
        }
        stripe.shop.check().await;
    }

    async fn a_refund_that_fails_later_is_taken_back(db: &TestDatabase) {
        let mut stripe = Stripe::open(db).await;
        let story = [("refund.created", 1, "pending"), ("refund.updated", 2, "succeeded"), ("refund.failed", 3, "failed")];
        for arrival in permutations(&story) {
            stripe.captured().await;
            for (topic, seconds, status) in &arrival {
                let became = stripe.tells(topic, *seconds, stripe.refund("1", 2_500, status, json!({}))).await;
                assert!(became == "Processed" || became.starts_with("Ignored"), "{became}");
            }
            assert_eq!(stripe.standing().await, "CONFIRMED PAID 100.00 0.00", "{arrival:?}");
            assert_eq!(stripe.refunds().await, ["25.00 FAILED stripe"], "{arrival:?}");
            stripe = stripe.another().await;
        }
        // One that is on its way cannot be given back twice.
        stripe.captured().await;
        stripe.tells("refund.created", 1, stripe.refund("1", 6_000, "pending", json!({}))).await;
        let input = json!({ "orderId": stripe.order, "adjustment": "50" });
        assert_eq!(stripe.shop.code("refundOrder", input).await, "AMOUNT_EXCEEDED");
        stripe.shop.check().await;
    }

    async fn a_refund_that_is_on_its_way_is_not_made_again(db: &TestDatabase) {
        let stripe = Stripe::open(db).await;
        stripe.captured().await;
        let query = "query($id: ID!) { order(id: $id) { refunds { nodes { id } } } }";
        // One that was made at Stripe, and one that was asked for here.
        stripe.tells("refund.created", 1, stripe.refund("1", 1_000, "pending", json!({}))).await;
        let found = stripe.shop.query(query, json!({ "id": stripe.order })).await;
        let made = found["order"]["refunds"]["nodes"][0]["id"].clone();
        let (asked, _) = stripe.asks_for("40").await;
        let more = json!({ "metadata": { "refund_id": asked } });
        stripe.tells("refund.created", 2, stripe.refund("2", 4_000, "pending", more.clone())).await;
        for refund in [&made, &asked] {
            let refused = stripe.shop.refused("retryRefund", json!({ "id": refund })).await;
            assert_eq!(refused["code"], "INVALID_TRANSITION");
            assert!(text(&refused["message"]).contains("on its way at its provider"), "{refused}");
        }
        // Once Stripe says that it failed, it can be asked for again.
        stripe.tells("refund.failed", 3, stripe.refund("2", 4_000, "failed", more)).await;
        assert_eq!(stripe.refunds().await, ["10.00 PENDING stripe", "40.00 FAILED api"]);
        stripe.shop.done("retryRefund", json!({ "id": asked }), "refund { id }").await;
        assert_eq!(stripe.refunds().await, ["10.00 PENDING stripe", "40.00 PENDING api"]);
        stripe.shop.check().await;
    }

    async fn the_release_of_an_authorization_is_no_refund(db: &TestDatabase) {
        let stripe = Stripe::open(db).await;
        let capturable = stripe.intent(json!({ "amount_capturable": 10_000 }));
        stripe.tells("payment_intent.amount_capturable_updated", 0, capturable).await;
        let release = stripe.refund("1", 10_000, "succeeded", json!({ "balance_transaction": null }));
        let early = stripe.stores("refund.created", 1, release.clone()).await;
        stripe.shop.pass(0).await;
        assert!(stripe.became(early).await.starts_with("Waiting"));
        assert_eq!(stripe.tells("payment_intent.canceled", 1, stripe.intent(json!({}))).await, "Processed");
        assert_eq!(stripe.payment().await["status"], "VOIDED");
        assert!(stripe.tells("refund.created", 1, release).await.starts_with("Ignored"));
        let charge = stripe.charge(json!({ "captured": false, "amount_refunded": 10_000 }));
        assert!(stripe.tells("charge.refunded", 1, charge).await.starts_with("Ignored"));
        assert_eq!(stripe.refunds().await, [""; 0]);
        stripe.shop.check().await;
    }

    async fn refunds_that_nobody_told_of_are_noticed_after_an_hour(db: &TestDatabase) {
        let stripe = Stripe::open(db).await;
        stripe.captured().await;
        let charge = stripe.charge(json!({ "amount_refunded": 3_000 }));
        let compared = stripe.stores("charge.refunded", 0, charge.clone()).await;
        stripe.shop.pass(0).await;
        assert!(stripe.became(compared).await.starts_with("Waiting"));
        for _ in 0..7 {
            stripe.shop.pass(601).await;
        }
        assert_eq!(stripe.became(compared).await, "Processed");
        let warnings = system_events::Entity::find().all(db.connection()).await.expect("read");
        let warnings: Vec<_> = warnings.iter().filter(|event| event.event_type == "payment.refunds_differ").collect();
        assert_eq!(warnings.len(), 1);
        assert_eq!(warnings[0].details["paymentId"], stripe.payment().await["id"]);
        // With the refund's own event the sums agree at once.
        let stripe = stripe.another().await;
        stripe.captured().await;
        stripe.tells("refund.created", 0, stripe.refund("1", 3_000, "succeeded", json!({}))).await;
        let charge = stripe.charge(json!({ "amount_refunded": 3_000 }));
        assert_eq!(stripe.tells("charge.refunded", 0, charge).await, "Processed");
        stripe.shop.check().await;
    }
}
