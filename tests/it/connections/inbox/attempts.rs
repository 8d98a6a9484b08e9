//! Webhooks are tried until they have an outcome.

use entity::sea_orm_active_enums::InboundStatus;
use tests::on_both_engines;

use super::Inbox;

on_both_engines! {
    async fn what_fails_is_tried_again(db: &TestDatabase) {
        let inbox = Inbox::open(db).await;
        let id = inbox.pays_order("pi_1").await;
        inbox.execute("ALTER TABLE payments RENAME TO aside").await;
        let mut passed = 0;
        for (failures, pause) in [(1, 10), (2, 20), (3, 40), (4, 80)] {
            assert_eq!(inbox.shop.pass(passed).await.webhooks, 1);
            assert_eq!(inbox.became(id).await, (InboundStatus::Received, Some(pause)));
            let row = inbox.row(id).await;
            assert_eq!((row.attempts, row.error.as_deref()), (failures, Some("internal error")));
            passed = pause;
        }
        inbox.execute("ALTER TABLE aside RENAME TO payments").await;
        assert_eq!(inbox.shop.pass(79).await.webhooks, 0);
        assert_eq!(inbox.shop.pass(1).await.webhooks, 1);
        assert_eq!(inbox.became(id).await, (InboundStatus::Processed, None));
        let row = inbox.row(id).await;
        assert_eq!((row.error, row.processed_at.map(|at| at.to_utc())), (None, Some(inbox.shop.clock().now())));
        assert_eq!(inbox.standing().await, "PAID");
        inbox.shop.check().await;
    }

    async fn the_twelfth_failure_is_the_last(db: &TestDatabase) {
        let inbox = Inbox::open(db).await;
        let id = inbox.pays_order("pi_1").await;
        inbox.execute("UPDATE inbound_webhooks SET attempts = 11").await;
        inbox.execute("ALTER TABLE payments RENAME TO aside").await;
        assert_eq!(inbox.shop.pass(0).await.webhooks, 1);
        inbox.execute("ALTER TABLE aside RENAME TO payments").await;
        assert_eq!(inbox.became(id).await, (InboundStatus::Dead, None));
        assert_eq!((inbox.row(id).await.attempts, inbox.told(id, "webhook.dead").await), (12, 1));
        inbox.shop.check().await;
    }

    async fn what_waits_is_tried_for_a_day_and_when_its_object_is_heard_of(db: &TestDatabase) {
        let inbox = Inbox::open(db).await;
        let (one, other) = (inbox.pays("pi_1").await, inbox.pays("pi_2").await);
        inbox.shop.pass(0).await;
        for id in [one, other] {
            assert_eq!(inbox.became(id).await, (InboundStatus::Waiting, Some(600)));
        }
        assert_eq!(inbox.shop.pass(599).await.webhooks, 0);
        let named = inbox.pays_order("pi_1").await;
        assert_eq!(inbox.shop.pass(0).await.webhooks, 2);
        for id in [named, one] {
            assert_eq!(inbox.became(id).await, (InboundStatus::Processed, None));
        }
        assert_eq!(inbox.standing().await, "PAID");
        assert_eq!(inbox.became(other).await, (InboundStatus::Waiting, Some(1)));
        // A webhook is looked at when its time comes, at the latest after a day.
        inbox.shop.pass(86_400 - 599 - 1).await;
        assert_eq!(inbox.became(other).await, (InboundStatus::Waiting, Some(600)));
        inbox.shop.pass(600).await;
        assert_eq!(inbox.became(other).await, (InboundStatus::Dead, None));
        let error = inbox.row(other).await.error.unwrap_or_default();
        assert!(error.starts_with("it waited for 24 hours: the payment pi_2"), "{error}");
        inbox.shop.check().await;
    }
}
