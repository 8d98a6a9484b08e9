//! What happens is sent: signed, in order, and at least once.

use std::collections::HashSet;

use entity::sea_orm_active_enums::DeliveryStatus;
use serde_json::{Value, json};
use service::clock::Clock;
use standardwebhooks::Webhook;
use tests::on_both_engines;

use super::{Outbox, QUERY, until};
use crate::connections::receiver::{Receiver, Reply};

on_both_engines! {
    async fn what_happens_is_sent_with_a_signature(db: &TestDatabase) {
        let outbox = Outbox::open(db, Clock::system()).await;
        let receiver = Receiver::open().await;
        let (endpoint, secret) = outbox.endpoint(&receiver, &["goal.created"], Some(QUERY)).await;
        let goal = outbox.goal("Grow").await;
        outbox.rename(&goal, "Grow more").await;
        let other = outbox.goal("Other").await;
        let received = receiver.received(2).await;
        let webhook = Webhook::new(secret.as_str().expect("a secret")).expect("a secret of Standard Webhooks");
        for message in &received {
            webhook.verify(message.text.as_bytes(), &message.headers).expect("signed");
            assert_eq!(message.header("content-type"), "application/json");
        }
        let about: HashSet<String> = received.iter().map(|message| message.about().to_string()).collect();
        assert_eq!(about, HashSet::from([goal.to_string(), other.to_string()]));
        let body = received.iter().find(|message| message.about() == other).expect("the other goal").body();
        assert_eq!((&body["type"], &body["data"]["version"]), (&json!("goal.created"), &json!(1)));
        assert_eq!(body["data"]["principal"], "local");
        assert_eq!(body["data"]["changes"]["name"], "Other");
        assert_eq!(body["data"]["object"], json!({ "goal": { "name": "Other" } }));
        assert_eq!(body["data"]["cursor"].as_str().map(str::len), Some(32));
        let rows = outbox.settled(&endpoint, &[DeliveryStatus::Delivered, DeliveryStatus::Delivered]).await;
        let ids: HashSet<String> = received.iter().map(|message| message.id()).collect();
        assert_eq!(ids, rows.iter().map(|row| row.id.to_string()).collect::<HashSet<_>>());
        assert!(rows.iter().all(|row| row.response_status == Some(200) && row.next_attempt_at.is_none()));
    }

    async fn events_of_an_object_are_sent_in_the_order_of_the_log(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        let (goal, other) = (outbox.goal("Grow").await, outbox.goal("Other").await);
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.updated"], None).await;
        let blocked = goal.clone();
        receiver.answer(move |received| Reply::Status(if received.about() == blocked { 503 } else { 200 }));
        for name in ["One", "Two", "Three"] {
            outbox.rename(&goal, name).await;
        }
        outbox.rename(&other, "Free").await;
        // The other object does not wait.
        until(async || {
            let rows = outbox.deliveries(&endpoint).await;
            (rows.len() == 4 && rows[3].status == DeliveryStatus::Delivered && rows[0].attempts == 1).then_some(())
        })
        .await;
        let tried: Vec<_> = receiver.so_far().into_iter().filter(|received| received.about() == goal).collect();
        assert_eq!(tried.len(), 1, "{tried:?}");
        receiver.answer(|_| Reply::Status(200));
        outbox.pass(7);
        outbox.settled(&endpoint, &[DeliveryStatus::Delivered; 4]).await;
        let names = receiver.so_far().into_iter().filter(|received| received.about() == goal).map(|received| received.body());
        let names: Vec<_> = names.map(|body| body["data"]["changes"]["name"].clone()).collect();
        assert_eq!(names, ["One", "One", "Two", "Three"]);
    }

    async fn what_is_rolled_back_is_never_told(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        let (endpoint, _) = outbox.endpoint(&receiver, &[], None).await;
        let refused = json!({ "name": " ", "type": "GROWTH" });
        outbox.client.refused("createGoal", refused).await;
        let goal = outbox.goal("One").await;
        until(async || receiver.so_far().into_iter().find(|received| received.about() == goal)).await;
        let kinds: Vec<_> = receiver.so_far().iter().map(|received| received.body()["type"].clone()).collect();
        assert!(kinds.iter().all(|kind| kind == "goal.created" || kind == "webhook.endpoint_created"), "{kinds:?}");
        assert!(outbox.deliveries(&endpoint).await.len() <= 2);
    }

    async fn two_secrets_are_good_while_they_change(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        let (endpoint, old) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        let input = json!({ "id": endpoint, "overlapHours": 1 });
        let new = outbox.client.done("rotateWebhookSecret", input, "secret").await["secret"].clone();
        assert_ne!(new, old);
        outbox.goal("One").await;
        let received = receiver.received(1).await.remove(0);
        assert!(received.is_signed_by(&old) && received.is_signed_by(&new), "{received:?}");
        outbox.settled(&endpoint, &[DeliveryStatus::Delivered]).await;
        outbox.pass(3600);
        outbox.goal("Two").await;
        let received = receiver.received(2).await.remove(1);
        assert!(!received.is_signed_by(&old) && received.is_signed_by(&new), "{received:?}");
    }

    async fn a_stopped_server_lets_go_of_its_endpoints(db: &TestDatabase) {
        let mut outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        outbox.goal("One").await;
        outbox.settled(&endpoint, &[DeliveryStatus::Delivered]).await;
        outbox.client.service.signals().stop();
        outbox.senders.join_next().await.expect("a sender").expect("no panic");
        assert_eq!(outbox.row(&endpoint).await.leased_until, None);
    }

    async fn a_crash_loses_nothing(db: &TestDatabase) {
        let mut outbox = Outbox::standing(db).await;
        let receiver = Receiver::answering(|_| Reply::Hang).await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        let goals = [outbox.goal("One").await, outbox.goal("Two").await];
        let before: HashSet<String> = receiver.received(2).await.iter().map(|received| received.id()).collect();
        receiver.answer(|_| Reply::Status(200));
        outbox.crash().await;
        let last = outbox.goal("Three").await;
        outbox.settled(&endpoint, &[DeliveryStatus::Delivered; 3]).await;
        let after = receiver.so_far().split_off(2);
        let about: HashSet<String> = after.iter().map(|received| received.about().to_string()).collect();
        assert_eq!(about, goals.iter().chain([&last]).map(Value::to_string).collect::<HashSet<_>>());
        assert!(before.iter().all(|id| after.iter().any(|received| received.id() == *id)), "the ids stay");
    }
}
