//! Payments and disputes.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::{Stripe, permutations};

on_both_engines! {
    async fn a_payment_belongs_to_the_order_that_it_names(db: &TestDatabase) {
        let stripe = Stripe::open(db).await;
        let capturable = stripe.intent(json!({ "amount_capturable": 10_000, "amount_received": 0 }));
        assert_eq!(stripe.tells("payment_intent.amount_capturable_updated", 0, capturable).await, "Processed");
        assert_eq!(stripe.payment().await["status"], "AUTHORIZED");
        assert_eq!(stripe.standing().await, "CONFIRMED AUTHORIZED 0.00 0.00");
        stripe.captured().await;
        assert_eq!(stripe.tells("charge.succeeded", 1, stripe.charge(json!({}))).await, "Processed");
        let payment = stripe.payment().await;
        assert_eq!((&payment["status"], &payment["providerReference"]), (&json!("CAPTURED"), &json!(stripe.name("pi"))));
        assert_eq!(stripe.standing().await, "CONFIRMED PAID 100.00 0.00");
        // A payment that was made here before Stripe had a name for it is the same one.
        let stripe = stripe.another().await;
        let input = json!({ "orderId": stripe.order, "provider": "stripe" });
        stripe.shop.done("createPayment", input, "payment { id }").await;
        stripe.captured().await;
        assert_eq!(stripe.payment().await["status"], "CAPTURED");
        stripe.shop.check().await;
    }

    async fn the_order_of_arrival_makes_no_difference(db: &TestDatabase) {
        let mut stripe = Stripe::open(db).await;
        let stories = [
            vec![
                ("payment_intent.amount_capturable_updated", 1, "intent", json!({ "amount_capturable": 10_000 })),
                ("charge.captured", 2, "charge", json!({})),
                ("payment_intent.succeeded", 2, "intent", json!({ "amount_received": 10_000 })),
            ],
            vec![
                ("charge.failed", 0, "charge", json!({ "failure_code": "card_declined", "captured": false })),
                ("payment_intent.amount_capturable_updated", 5, "intent", json!({ "amount_capturable": 10_000 })),
                ("payment_intent.succeeded", 9, "intent", json!({ "amount_received": 10_000 })),
            ],
        ];
        for story in stories {
            for arrival in permutations(&story) {
                for (topic, seconds, sort, more) in &arrival {
                    let object = if *sort == "intent" { stripe.intent(more.clone()) } else { stripe.charge(more.clone()) };
                    let became = stripe.tells(topic, *seconds, object).await;
                    assert!(became == "Processed" || became.starts_with("Ignored"), "{became}");
                }
                let payment = stripe.payment().await;
                assert_eq!((&payment["status"], &payment["capturedAmount"]), (&json!("CAPTURED"), &json!("100.00")), "{arrival:?}");
                assert_eq!(stripe.standing().await, "CONFIRMED PAID 100.00 0.00", "{arrival:?}");
                stripe = stripe.another().await;
            }
        }
        stripe.shop.check().await;
    }

    async fn a_capture_that_was_asked_for_and_came_in_part_counts_once(db: &TestDatabase) {
        let stripe = Stripe::open(db).await;
        let capturable = stripe.intent(json!({ "amount_capturable": 10_000 }));
        stripe.tells("payment_intent.amount_capturable_updated", 0, capturable).await;
        let payment = stripe.payment().await["id"].clone();
        stripe.shop.done("capturePayment", json!({ "id": payment }), "replayed").await;
        let query = "{ tasks(first: 9, filter: { taskType: { eq: \"capture_payment\" } }) { nodes { inputData } } }";
        let request = stripe.shop.query(query, json!({})).await["tasks"]["nodes"][0]["inputData"]["requestId"].take();
        stripe.tells("payment_intent.succeeded", 1, stripe.intent(json!({ "amount_received": 6_000 }))).await;
        let report = json!({ "id": payment, "kind": "CAPTURED", "amount": "60", "requestId": request });
        assert_eq!(stripe.shop.done("reportPayment", report, "applied").await["applied"], false);
        assert_eq!(stripe.standing().await, "CONFIRMED PARTIALLY_PAID 60.00 0.00");
        stripe.shop.check().await;
    }

    async fn a_dispute_takes_money_until_it_is_decided(db: &TestDatabase) {
        let mut stripe = Stripe::open(db).await;
        let story = [
            ("charge.dispute.created", 1, "needs_response"),
            ("charge.dispute.funds_withdrawn", 1, "needs_response"),
            ("charge.dispute.closed", 9, "won"),
        ];
        for arrival in permutations(&story) {
            stripe.captured().await;
            for (topic, seconds, status) in &arrival {
                stripe.tells(topic, *seconds, stripe.dispute(status)).await;
            }
            let payment = stripe.payment().await;
            assert_eq!((&payment["isDisputed"], &payment["chargedBackAmount"]), (&json!(false), &json!("40.00")), "{arrival:?}");
            assert_eq!(stripe.tells("charge.dispute.funds_reinstated", 9, stripe.dispute("won")).await, "Processed");
            assert_eq!(stripe.standing().await, "CONFIRMED PAID 100.00 0.00", "{arrival:?}");
            stripe = stripe.another().await;
        }
        stripe.captured().await;
        assert_eq!(stripe.tells("charge.dispute.created", 1, stripe.dispute("needs_response")).await, "Processed");
        assert_eq!(stripe.payment().await["isDisputed"], true);
        let early = stripe.tells("charge.dispute.funds_reinstated", 2, stripe.dispute("won")).await;
        assert!(early.starts_with("Waiting"), "{early}");
        stripe.shop.check().await;
    }

    async fn what_is_not_known_yet_waits(db: &TestDatabase) {
        let stripe = Stripe::open(db).await;
        let charge = stripe.charge(json!({ "metadata": {} }));
        let early = stripe.stores("charge.succeeded", 0, charge).await;
        let refund = stripe.stores("refund.created", 1, stripe.refund("1", 1_000, "succeeded", json!({}))).await;
        stripe.shop.pass(0).await;
        for id in [early, refund] {
            assert!(stripe.became(id).await.starts_with("Waiting"));
        }
        let input = json!({ "orderId": stripe.order, "provider": "stripe", "providerReference": stripe.name("pi") });
        stripe.shop.done("createPayment", input, "payment { id }").await;
        for _ in 0..2 {
            stripe.shop.pass(601).await;
        }
        for id in [early, refund] {
            assert_eq!(stripe.became(id).await, "Processed");
        }
        assert_eq!(stripe.standing().await, "CONFIRMED PARTIALLY_REFUNDED 100.00 10.00");
        stripe.shop.check().await;
    }

    async fn what_cannot_be_meant_is_dead_and_says_why(db: &TestDatabase) {
        let stripe = Stripe::open(db).await;
        for (topic, object, expected) in [
            ("payment_intent.succeeded", stripe.intent(json!({ "amount_received": "100" })), "`amount_received`"),
            ("payment_intent.succeeded", stripe.intent(json!({ "amount_received": -1 })), "`amount_received`"),
            ("payment_intent.succeeded", stripe.intent(json!({ "amount_received": i64::MAX })), "`amount_received`"),
            ("payment_intent.succeeded", stripe.intent(json!({ "amount_received": 1, "currency": "eur" })), "USD"),
            ("payment_intent.succeeded", stripe.intent(json!({ "amount_received": 1, "currency": "xxx" })), "`currency`"),
            ("charge.captured", stripe.charge(json!({ "amount": null })), "`amount`"),
            ("refund.created", stripe.refund("1", 0, "succeeded", json!({})), "`amount`"),
            ("refund.created", stripe.refund("1", 1, "lost", json!({})), "`status`"),
        ] {
            let became = stripe.tells(topic, 0, object.clone()).await;
            assert!(became.starts_with("Dead") && became.contains(expected), "{became}: {object}");
        }
        for topic in ["payment_intent.processing", "charge.updated", "customer.created"] {
            assert!(stripe.tells(topic, 0, stripe.intent(json!({}))).await.starts_with("Ignored"), "{topic}");
        }
        assert_eq!(stripe.payments().await, [] as [Value; 0]);
        assert_eq!(stripe.standing().await, "PENDING PENDING 0.00 0.00");
    }
}
