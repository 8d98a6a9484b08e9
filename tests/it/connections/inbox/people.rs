//! What people do with webhooks that could not be processed.

use entity::{sea_orm_active_enums::InboundStatus, system_events};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use service::principal::Role;
use tests::on_both_engines;
use uuid::Uuid;

use super::Inbox;
use crate::shop::fixture::{NOBODY, ShopFixture, start, text};

on_both_engines! {
    async fn people_look_after_what_cannot_be_processed(db: &TestDatabase) {
        let inbox = Inbox::open(db).await;
        let id = inbox.stores_unreadable("pi_1").await;
        inbox.shop.pass(0).await;
        assert_eq!(inbox.became(id).await, (InboundStatus::Dead, None));
        assert_eq!(inbox.task(id).await, Some(json!("PENDING")));
        let recorded = system_events::Entity::find().all(db.connection()).await.expect("read");
        let recorded: Vec<_> = recorded.iter().filter(|event| event.event_type == "webhook.dead").collect();
        assert_eq!((recorded.len(), &recorded[0].details["inboundWebhookId"]), (1, &json!(id)));
        assert_eq!(inbox.told(id, "webhook.dead").await, 1);
        let operator = inbox.shop.acting(ShopFixture::somebody(Role::Operator, "operator"));
        // Once it is processed again nobody needs the task; it fails as before, and there is a new one.
        let replay = json!({ "ids": [id] });
        let fields = "inboundWebhooks { id status attempts } hasMore";
        let replayed = operator.done("replayInboundWebhooks", replay.clone(), fields).await;
        assert_eq!(replayed["inboundWebhooks"], json!([{ "id": id, "status": "RECEIVED", "attempts": 0 }]));
        assert_eq!(replayed["hasMore"], false);
        assert_eq!((inbox.task(id).await, inbox.told(id, "webhook.replayed").await), (Some(json!("CANCELLED")), 1));
        assert_eq!(inbox.shop.code_and_path("replayInboundWebhooks", replay).await, "INVALID_TRANSITION ids.0");
        inbox.shop.pass(0).await;
        assert_eq!(inbox.told(id, "webhook.dead").await, 2);
        inbox.shop.check().await;
    }

    async fn webhooks_are_replayed_by_what_they_are(db: &TestDatabase) {
        let inbox = Inbox::open(db).await;
        let (dead, waiting) = (inbox.stores_unreadable("pi_1").await, inbox.pays("pi_2").await);
        let ignored = inbox.stores("stripe", "payout.paid", "po_1", json!({ "data": {} })).await;
        let processed = inbox.pays_order("pi_3").await;
        inbox.shop.pass(1).await;
        assert_eq!(inbox.became(ignored).await, (InboundStatus::Ignored, None));
        let found = async |filter: Value| {
            let input = json!({ "filter": filter, "dryRun": true });
            let payload = inbox.shop.done("replayInboundWebhooks", input, "inboundWebhooks { id }").await;
            let nodes = payload["inboundWebhooks"].as_array().expect("a list");
            nodes.iter().map(|node| text(&node["id"]).parse().expect("an id")).collect::<Vec<Uuid>>()
        };
        for (filter, expected) in [
            (json!({}), vec![dead, waiting]),
            (json!({ "status": "DEAD" }), vec![dead]),
            (json!({ "status": "WAITING", "source": "stripe" }), vec![waiting]),
            (json!({ "source": "shopify" }), vec![]),
            (json!({ "topics": ["payout.paid"] }), vec![]),
            (json!({ "topics": ["payout.paid"], "status": "IGNORED" }), vec![ignored]),
            (json!({ "topics": ["x", "payment_intent.succeeded"], "since": start() }), vec![dead, waiting]),
            (json!({ "before": start() }), vec![]),
        ] {
            assert_eq!(found(filter.clone()).await, expected, "{filter}");
        }
        assert_eq!(inbox.became(dead).await, (InboundStatus::Dead, None));
        for (input, refusal) in [
            (json!({}), "INVALID ids"),
            (json!({ "ids": [dead], "filter": {} }), "INVALID filter"),
            (json!({ "filter": { "status": "PROCESSED" } }), "INVALID_TRANSITION filter.status"),
            (json!({ "ids": [dead, processed] }), "INVALID_TRANSITION ids.1"),
            (json!({ "ids": [NOBODY], "dryRun": true }), "NOT_FOUND ids.0"),
            (json!({ "ids": vec![dead; 1001] }), "LIMIT_REACHED ids"),
        ] {
            assert_eq!(inbox.shop.code_and_path("replayInboundWebhooks", input).await, refusal);
        }
        let input = json!({ "filter": { "status": "WAITING" } });
        inbox.shop.done("replayInboundWebhooks", input, "replayed").await;
        assert_eq!(inbox.became(waiting).await, (InboundStatus::Received, Some(0)));
        inbox.shop.check().await;
    }

    async fn a_payment_is_matched_to_its_order(db: &TestDatabase) {
        let inbox = Inbox::open(db).await;
        let id = inbox.pays("pi_1").await;
        let broken = inbox.stores_unreadable("pi_2").await;
        let other = inbox.stores("shopify", "carts/update", "cart:1", json!({ "id": 1 })).await;
        inbox.shop.pass(0).await;
        let input = |id: Uuid, order: &Value| json!({ "id": id, "orderId": order });
        for (input, refusal) in [
            (input(other, &inbox.order), "INVALID id"),
            (input(broken, &inbox.order), "INVALID id"),
            (input(id, &json!(NOBODY)), "NOT_FOUND orderId"),
        ] {
            assert_eq!(inbox.shop.code_and_path("matchInboundWebhook", input).await, refusal);
        }
        assert_eq!(inbox.standing().await, "PENDING");
        let matched = inbox.shop.done("matchInboundWebhook", input(id, &inbox.order), "inboundWebhook { status }").await;
        assert_eq!(matched["inboundWebhook"]["status"], "RECEIVED");
        inbox.shop.pass(0).await;
        assert_eq!(inbox.became(id).await, (InboundStatus::Processed, None));
        assert_eq!(inbox.standing().await, "PAID");
        let again = inbox.shop.code("matchInboundWebhook", input(id, &inbox.order)).await;
        assert_eq!(again, "INVALID_TRANSITION");
        inbox.shop.check().await;
    }
}
