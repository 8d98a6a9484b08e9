//! What is sent because somebody asks for it.

use chrono::Duration;
use entity::sea_orm_active_enums::DeliveryStatus;
use serde_json::{Value, json};
use tests::on_both_engines;

use super::Outbox;
use crate::connections::receiver::{Receiver, Reply};

on_both_engines! {
    async fn events_are_delivered_again_on_request(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        let early = outbox.goal("Early").await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        outbox.goal("One").await;
        let first = receiver.received(1).await.remove(0);
        let row = outbox.settled(&endpoint, &[DeliveryStatus::Delivered]).await.remove(0);
        let again = async |more: Value| {
            let mut input = json!({ "endpointId": endpoint });
            input.as_object_mut().expect("an object").extend(more.as_object().expect("an object").clone());
            outbox.client.done("redeliverWebhooks", input, "count cursor").await
        };
        let beginning = "0".repeat(32);
        assert_eq!(again(json!({ "after": beginning, "onlyFailed": true })).await["count"], 0);
        assert_eq!(again(json!({ "after": beginning, "kinds": ["goal.updated"] })).await["count"], 0);
        assert_eq!(again(json!({ "after": first.body()["data"]["cursor"] })).await["count"], 0);
        // What happened before there was an endpoint, too.
        let all = again(json!({ "since": "2020-01-01T00:00:00Z" })).await;
        assert_eq!((&all["count"], &all["cursor"]), (&json!(2), &Value::Null));
        let received = receiver.received(3).await.split_off(1);
        let rows = outbox.settled(&endpoint, &[DeliveryStatus::Delivered; 2]).await;
        assert!(received.iter().any(|received| received.id() == first.id()), "the same event has the same id");
        assert!(received.iter().any(|received| received.about() == early));
        assert_eq!(rows[1].id, row.id);
        let input = json!({ "endpointId": endpoint });
        assert_eq!(outbox.client.refused("redeliverWebhooks", input).await["code"], "INVALID");
    }

    async fn events_since_a_time_are_found(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        for number in 0..5 {
            outbox.goal(&number.to_string()).await;
            outbox.pass(3600);
        }
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        let now = outbox.client.clock().now() - Duration::minutes(30);
        for (hours, count) in [(0, 0), (1, 1), (3, 3), (9, 5)] {
            let input = json!({ "endpointId": endpoint, "since": now - Duration::hours(hours) });
            let sent = outbox.client.done("redeliverWebhooks", input, "count cursor").await;
            assert_eq!((&sent["count"], &sent["cursor"]), (&json!(count), &Value::Null), "{hours}");
            outbox.settled(&endpoint, &vec![DeliveryStatus::Delivered; count]).await;
        }
    }

    async fn an_endpoint_can_be_tried(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        let (endpoint, secret) = outbox.endpoint(&receiver, &["goal.created"], None).await;
        let fields = "delivered responseStatus error";
        let tried = async || outbox.client.done("testWebhookEndpoint", json!({ "id": endpoint }), fields).await;
        let good = tried().await;
        assert_eq!((&good["delivered"], &good["responseStatus"]), (&json!(true), &json!(200)));
        assert_eq!(good["error"], Value::Null);
        let received = receiver.received(1).await.remove(0);
        assert!(received.is_signed_by(&secret));
        assert_eq!((&received.body()["type"], received.about()), (&json!("webhook.test"), endpoint.clone()));
        receiver.answer(|_| Reply::Status(404));
        let bad = tried().await;
        assert_eq!((&bad["delivered"], &bad["responseStatus"]), (&json!(false), &json!(404)));
        assert_eq!(bad["error"], "the receiver answered 404");
    }
}
