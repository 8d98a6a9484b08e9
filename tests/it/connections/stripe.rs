//! Stripe's webhooks about payments, refunds and disputes count once each, in whatever order they arrive.

use std::sync::atomic::{AtomicUsize, Ordering::Relaxed};

use chrono::Duration;
use entity::{inbound_webhooks, sea_orm_active_enums::InboundStatus, system_events};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};
use uuid::Uuid;

use crate::shop::fixture::{ShopFixture, start, text, with};

/// A shop with an order of 100 USD.
struct Stripe<'a> {
    db: &'a TestDatabase,
    shop: ShopFixture,
    order: Value,
    events: AtomicUsize,
}

impl<'a> Stripe<'a> {
    async fn open(db: &'a TestDatabase) -> Self {
        let shop = ShopFixture::open(db).await;
        shop.variant(db, "PRINT").await;
        shop.stock("PRINT", "main", 100).await;
        let order = order(&shop).await;
        Self { db, shop, order, events: AtomicUsize::new(0) }
    }

    /// Another order of the same shop.
    async fn another(&self) -> Self {
        let (db, shop) = (self.db, self.shop.clone());
        let order = order(&shop).await;
        Self { db, shop, order, events: AtomicUsize::new(0) }
    }

    /// An event as it was stored, some seconds after the start, and what has become of it at once: its status and why.
    async fn tells(&self, topic: &str, seconds: i64, object: Value) -> String {
        let id = self.stores(topic, seconds, object).await;
        self.shop.pass(0).await;
        self.became(id).await
    }

    async fn stores(&self, topic: &str, seconds: i64, object: Value) -> Uuid {
        let number = self.events.fetch_add(1, Relaxed);
        let (id, happened) = (Uuid::now_v7(), start() + Duration::seconds(seconds));
        let external = format!("evt_{}_{number}", text(&self.order));
        let key = object["payment_intent"].as_str().or(object["id"].as_str()).map(str::to_owned);
        let now = self.shop.clock().now();
        let row = inbound_webhooks::ActiveModel {
            id: Set(id),
            source: Set("stripe".to_owned()),
            external_id: Set(external.clone()),
            topic: Set(topic.to_owned()),
            object_key: Set(key),
            triggered_at: Set(Some(happened.into())),
            payload: Set(json!({
                "id": external, "type": topic, "created": happened.timestamp(), "data": { "object": object },
            })),
            status: Set(InboundStatus::Received),
            next_attempt_at: Set(Some(now.into())),
            created_at: Set(now.into()),
            updated_at: Set(now.into()),
            ..Default::default()
        };
        row.insert(self.db.connection()).await.expect("stored");
        id
    }

    async fn became(&self, id: Uuid) -> String {
        let row = inbound_webhooks::Entity::find_by_id(id).one(self.db.connection()).await.expect("read");
        let row = row.expect("the event");
        format!("{:?} {}", row.status, row.error.unwrap_or_default()).trim_end().to_owned()
    }

    /// The payment intent of the order's payment.
    fn intent(&self, more: Value) -> Value {
        let object = json!({
            "id": self.name("pi"), "object": "payment_intent", "amount": 10_000, "currency": "usd",
            "metadata": { "order_id": self.order },
        });
        with(object, more)
    }

    /// Its charge.
    fn charge(&self, more: Value) -> Value {
        let object = json!({
            "id": self.name("ch"), "object": "charge", "payment_intent": self.name("pi"), "amount": 10_000,
            "amount_captured": 10_000, "amount_refunded": 0, "captured": true, "currency": "usd",
            "metadata": { "order_id": self.order }, "payment_method_details": { "type": "card" },
        });
        with(object, more)
    }

    /// A refund of it.
    fn refund(&self, id: &str, amount: i64, status: &str, more: Value) -> Value {
        let object = json!({
            "id": format!("re_{id}_{}", text(&self.order)), "object": "refund", "payment_intent": self.name("pi"),
            "charge": self.name("ch"), "amount": amount, "currency": "usd", "status": status, "metadata": {},
            "balance_transaction": "txn_1", "created": start().timestamp(),
        });
        with(object, more)
    }

    /// A dispute about it.
    fn dispute(&self, status: &str) -> Value {
        json!({
            "id": self.name("dp"), "object": "dispute", "payment_intent": self.name("pi"), "charge": self.name("ch"),
            "amount": 4_000, "currency": "usd", "status": status,
        })
    }

    fn name(&self, prefix: &str) -> String {
        format!("{prefix}_{}", text(&self.order))
    }

    /// Has the whole payment come in.
    async fn captured(&self) {
        let told = self.tells("payment_intent.succeeded", 0, self.intent(json!({ "amount_received": 10_000 }))).await;
        assert_eq!(told, "Processed");
    }

    /// The order's status and sums: `CONFIRMED PAID 100.00 0.00`.
    async fn standing(&self) -> String {
        let query = "query($id: ID!) { order(id: $id) { status financialStatus capturedAmount refundedAmount } }";
        let seen = self.shop.query(query, json!({ "id": self.order })).await["order"].take();
        ["status", "financialStatus", "capturedAmount", "refundedAmount"].map(|field| text(&seen[field])).join(" ")
    }

    /// The order's payments: `CAPTURED 100.00 pi_…`.
    async fn payments(&self) -> Vec<Value> {
        let query = "query($id: ID!) { order(id: $id) { payments { nodes {
            id status authorizedAmount capturedAmount chargedBackAmount isDisputed providerReference errorCode } } } }";
        let mut answer = self.shop.query(query, json!({ "id": self.order })).await;
        answer["order"]["payments"]["nodes"].as_array_mut().expect("a list").drain(..).collect()
    }

    /// The only one of them.
    async fn payment(&self) -> Value {
        let mut payments = self.payments().await;
        assert_eq!(payments.len(), 1, "{payments:?}");
        payments.remove(0)
    }

    /// The order's refunds, in alphabetical order: `40.00 SUCCEEDED stripe`.
    async fn refunds(&self) -> Vec<String> {
        let query = "query($id: ID!) { order(id: $id) { refunds { nodes { amount status source } } } }";
        let answer = self.shop.query(query, json!({ "id": self.order })).await;
        let refunds = answer["order"]["refunds"]["nodes"].as_array().expect("a list");
        let show = |row: &Value| ["amount", "status", "source"].map(|field| text(&row[field])).join(" ");
        let mut shown: Vec<String> = refunds.iter().map(show).collect();
        shown.sort();
        shown
    }

    /// Asks for a refund as the shop does: its id, and the request of its task.
    async fn asks_for(&self, amount: &str) -> (Value, Value) {
        let input = json!({ "orderId": self.order, "adjustment": amount, "reason": "goodwill" });
        let refund = self.shop.done("refundOrder", input, "refund { id }").await["refund"]["id"].clone();
        let query = "{ tasks(first: 250, filter: { taskType: { eq: \"refund_payment\" } }) { nodes { inputData } } }";
        let answer = self.shop.query(query, json!({})).await;
        let tasks = answer["tasks"]["nodes"].as_array().expect("a list");
        let task = tasks.iter().find(|task| task["inputData"]["refundId"] == refund).expect("a task");
        (refund, task["inputData"]["requestId"].clone())
    }
}

async fn order(shop: &ShopFixture) -> Value {
    let input = json!({ "email": "buyer@example.com", "lines": [{ "sku": "PRINT", "quantity": 1 }] });
    shop.done("placeOrder", input, "order { id }").await["order"]["id"].clone()
}

/// All orders in which things can arrive.
fn permutations<T: Clone>(items: &[T]) -> Vec<Vec<T>> {
    let Some((first, rest)) = items.split_first() else { return vec![Vec::new()] };
    let mut all = Vec::new();
    for part in permutations(rest) {
        for place in 0..=part.len() {
            let mut order = part.clone();
            order.insert(place, first.clone());
            all.push(order);
        }
    }
    all
}

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
