//! What was removed: events that were removed from the log, endpoints that were deleted.

use entity::{events, sea_orm_active_enums::DeliveryStatus, system_events};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use service::{
    events::Cursor,
    retention::{Kind, Retention},
};
use tests::on_both_engines;

use super::{Outbox, until};
use crate::connections::receiver::{Receiver, Reply};

on_both_engines! {
    async fn events_that_are_skipped_are_told_of(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.created", "webhook.events_skipped"], None).await;
        let activate = async |is_active: bool| {
            let input = json!({ "id": endpoint, "isActive": is_active });
            outbox.client.done("updateWebhookEndpoint", input, "webhookEndpoint { skippedAt }").await
        };
        activate(false).await;
        let row = outbox.row(&endpoint).await;
        assert_eq!(row.skipped_at, None);
        let at = format!("{:016x}{:016x}", row.cursor_transaction, row.cursor_position);
        let at: Cursor = at.parse().expect("a cursor");
        for name in ["One", "Two"] {
            outbox.goal(name).await;
        }
        outbox.pass(3600);
        let (log, now) = (outbox.client.service.log(), outbox.client.clock().now());
        // Transactions elsewhere may hold it back for a moment.
        until(async || {
            log.prune(now).await.expect("pruned");
            (log.earliest().await.expect("a cursor") > at).then_some(())
        })
        .await;
        activate(true).await;
        let told = receiver.received(1).await.remove(0);
        assert_eq!((&told.body()["type"], told.about()), (&json!("webhook.events_skipped"), endpoint.clone()));
        assert!(outbox.row(&endpoint).await.skipped_at.is_some());
        let last = outbox.goal("Three").await;
        assert_eq!(receiver.received(2).await[1].about(), last);
        let told = system_events::Entity::find().all(db.connection()).await.expect("read");
        assert_eq!(told.iter().filter(|event| event.event_type == "webhook_events_skipped").count(), 1);
    }

    async fn deliveries_of_a_deleted_endpoint_are_removed_later(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let (good, bad) = (Receiver::open().await, Receiver::answering(|_| Reply::Status(500)).await);
        let (calm, _) = outbox.endpoint(&good, &["goal.created"], None).await;
        let (failing, _) = outbox.endpoint(&bad, &["goal.created"], None).await;
        for name in ["One", "Two", "Three"] {
            outbox.goal(name).await;
        }
        outbox.settled(&calm, &[DeliveryStatus::Delivered; 3]).await;
        until(async || (outbox.deliveries(&failing).await.len() == 3).then_some(())).await;
        let service = &outbox.client.service;
        let (kind, retention) = (Kind::OrphanedDeliveries, Retention::default());
        let remove = async || service.remove_old(kind, retention).await.expect("removed");
        assert_eq!(remove().await, 0);
        outbox.client.done("deleteWebhookEndpoint", json!({ "id": failing }), "deletedId").await;
        let query = "query($id: ID!) { webhookEndpoint(id: $id) { id } }";
        let found = outbox.client.query(query, json!({ "id": failing })).await;
        assert_eq!(found["webhookEndpoint"], Value::Null);
        assert_eq!(outbox.client.code("testWebhookEndpoint", json!({ "id": failing })).await, "NOT_FOUND");
        assert_eq!(outbox.deliveries(&failing).await.len(), 3);
        let old = service.count_old(kind, retention).await.expect("counted");
        assert_eq!((old, remove().await, remove().await), (3, 3, 0));
        assert_eq!(outbox.deliveries(&calm).await.len(), 3);
        let told = events::Entity::find().all(db.connection()).await.expect("read");
        assert!(told.iter().any(|event| event.kind == "webhook.endpoint_deleted"));
    }
}
