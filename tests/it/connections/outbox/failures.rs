//! Receivers that fail, hang, redirect and lie.

use chrono::Duration;
use entity::{sea_orm_active_enums::DeliveryStatus, system_events};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::{Outbox, until};
use crate::connections::receiver::{Receiver, Reply};

on_both_engines! {
    async fn a_failing_endpoint_gets_its_events_later_and_nobody_else_again(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let (good, bad) = (Receiver::open().await, Receiver::answering(|_| Reply::Status(500)).await);
        let (calm, _) = outbox.endpoint(&good, &["goal.created"], None).await;
        let (failing, _) = outbox.endpoint(&bad, &["goal.created"], None).await;
        outbox.goal("Grow").await;
        let first = bad.received(1).await[0].id();
        outbox.settled(&calm, &[DeliveryStatus::Delivered]).await;
        let row = until(async || outbox.deliveries(&failing).await.pop().filter(|row| row.attempts == 1)).await;
        assert_eq!((row.response_status, row.error.as_deref()), (Some(500), Some("the receiver answered 500")));
        assert!(outbox.row(&failing).await.failing_since.is_some());
        bad.answer(|_| Reply::Status(204));
        outbox.pass(7);
        let again = bad.received(2).await;
        assert_eq!(again[1].id(), first);
        let row = outbox.settled(&failing, &[DeliveryStatus::Delivered]).await.remove(0);
        assert_eq!((row.attempts, row.response_status), (1, Some(204)));
        assert_eq!(outbox.row(&failing).await.failing_since, None);
        assert_eq!(good.so_far().len(), 1);
    }

    async fn one_that_hangs_keeps_nobody_waiting(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let (good, bad) = (Receiver::open().await, Receiver::answering(|_| Reply::Hang).await);
        outbox.endpoint(&bad, &["goal.created"], None).await;
        let (calm, _) = outbox.endpoint(&good, &["goal.created"], None).await;
        for number in 0..20 {
            outbox.goal(&number.to_string()).await;
        }
        bad.received(4).await;
        outbox.settled(&calm, &[DeliveryStatus::Delivered; 20]).await;
        assert_eq!(bad.so_far().len(), 4);
    }

    async fn a_redirect_is_a_failure_and_a_long_answer_is_none(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let (secret_place, bad) = (Receiver::open().await, Receiver::open().await);
        let place = secret_place.url.clone();
        bad.answer(move |_| Reply::To(place.clone()));
        let (endpoint, _) = outbox.endpoint(&bad, &["goal.created"], None).await;
        outbox.goal("One").await;
        let row = until(async || outbox.deliveries(&endpoint).await.pop().filter(|row| row.attempts == 1)).await;
        assert_eq!(row.error.as_deref(), Some("the receiver answered 302: redirects are not followed"));
        assert!(secret_place.so_far().is_empty());
        bad.answer(|_| Reply::Endless);
        outbox.pass(7);
        outbox.settled(&endpoint, &[DeliveryStatus::Delivered]).await;
    }

    async fn a_receiver_is_left_alone_as_long_as_it_says(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::answering(|_| Reply::Rest(3600)).await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        let now = outbox.client.clock().now();
        outbox.goal("One").await;
        let row = until(async || outbox.deliveries(&endpoint).await.pop().filter(|row| row.attempts == 1)).await;
        assert_eq!(row.next_attempt_at.map(|next| next.to_utc()), Some(now + Duration::hours(1)));
    }

    async fn what_failed_goes_where_the_endpoint_leads_now(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let (bad, good) = (Receiver::answering(|_| Reply::Status(500)).await, Receiver::open().await);
        let (endpoint, _) = outbox.endpoint(&bad, &["goal.created"], None).await;
        outbox.goal("One").await;
        until(async || outbox.deliveries(&endpoint).await.pop().filter(|row| row.attempts == 1)).await;
        let moved = json!({ "id": endpoint, "url": good.url });
        outbox.client.done("updateWebhookEndpoint", moved, "webhookEndpoint { id }").await;
        outbox.pass(7);
        outbox.settled(&endpoint, &[DeliveryStatus::Delivered]).await;
        assert_eq!((bad.so_far().len(), good.so_far().len()), (1, 1));
    }

    async fn one_that_is_gone_is_disabled(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::answering(|_| Reply::Status(410)).await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        outbox.goal("One").await;
        let row = until(async || Some(outbox.row(&endpoint).await).filter(|row| !row.is_active)).await;
        assert_eq!(row.disabled_reason.as_deref(), Some("the receiver answered that it is gone (410)"));
        outbox.settled(&endpoint, &[DeliveryStatus::Dead]).await;
        let told = system_events::Entity::find().all(db.connection()).await.expect("read");
        assert!(told.iter().any(|event| event.event_type == "webhook_endpoint_disabled"), "{told:?}");
        // It gets what happened meanwhile when it is active again.
        outbox.goal("Two").await;
        receiver.answer(|_| Reply::Status(200));
        let input = json!({ "id": endpoint, "isActive": true });
        let active = outbox.client.done("updateWebhookEndpoint", input, "webhookEndpoint { disabledReason }").await;
        assert_eq!(active["webhookEndpoint"]["disabledReason"], Value::Null);
        outbox.settled(&endpoint, &[DeliveryStatus::Dead, DeliveryStatus::Delivered]).await;
    }

    async fn one_that_fails_for_five_days_is_disabled(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::answering(|_| Reply::Status(500)).await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        outbox.goal("One").await;
        until(async || outbox.row(&endpoint).await.failing_since).await;
        outbox.pass(5 * 24 * 3600);
        let row = until(async || Some(outbox.row(&endpoint).await).filter(|row| !row.is_active)).await;
        assert_eq!(row.disabled_reason.as_deref(), Some("every attempt failed for five days"));
        let left = outbox.deliveries(&endpoint).await.remove(0);
        assert_eq!((left.status, left.attempts), (DeliveryStatus::Pending, 2));
    }
}
