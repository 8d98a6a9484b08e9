//! Events of one object: the next one is looked for, not those that wait behind it.

use entity::sea_orm_active_enums::DeliveryStatus;
use serde_json::json;
use tests::on_both_engines;

use super::{Outbox, until};
use crate::connections::receiver::{Receiver, Reply};

on_both_engines! {
    async fn only_the_first_one_has_a_time(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::answering(|_| Reply::Status(503)).await;
        let goal = outbox.goal("Grow").await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.updated"], None).await;
        let times = async |count: usize| {
            until(async || {
                let rows = outbox.deliveries(&endpoint).await;
                let times: Vec<bool> = rows.iter().map(|row| row.next_attempt_at.is_some()).collect();
                (times.len() == count && rows[0].attempts > 0).then_some(times)
            })
            .await
        };
        outbox.rename(&goal, "1").await;
        assert_eq!(times(1).await, [true]);
        for number in 2..=20 {
            outbox.rename(&goal, &number.to_string()).await;
        }
        let times = times(20).await;
        assert!(times[0] && !times[1..].contains(&true), "{times:?}");
        receiver.answer(|_| Reply::Status(200));
        outbox.pass(7);
        let rows = outbox.settled(&endpoint, &[DeliveryStatus::Delivered; 20]).await;
        assert!(rows.iter().all(|row| row.next_attempt_at.is_none()));
        let expected: Vec<String> = [1].into_iter().chain(1..=20).map(|number: i32| number.to_string()).collect();
        assert_eq!(names(&receiver), expected);
    }

    async fn what_is_sent_again_comes_before_what_waits(db: &TestDatabase) {
        let outbox = Outbox::standing(db).await;
        let receiver = Receiver::open().await;
        let goal = outbox.goal("Grow").await;
        let (endpoint, _) = outbox.endpoint(&receiver, &["goal.updated"], None).await;
        outbox.rename(&goal, "One").await;
        outbox.settled(&endpoint, &[DeliveryStatus::Delivered]).await;
        receiver.answer(|_| Reply::Status(503));
        outbox.rename(&goal, "Two").await;
        outbox.rename(&goal, "Three").await;
        until(async || {
            let rows = outbox.deliveries(&endpoint).await;
            (rows.len() == 3 && rows[1].attempts == 1).then_some(())
        })
        .await;
        receiver.answer(|_| Reply::Status(200));
        let input = json!({ "endpointId": endpoint, "since": "2020-01-01T00:00:00Z" });
        assert_eq!(outbox.client.done("redeliverWebhooks", input, "count").await["count"], 1);
        outbox.settled(&endpoint, &[DeliveryStatus::Delivered; 3]).await;
        assert_eq!(names(&receiver), ["One", "Two", "One", "Two", "Three"]);
    }
}

/// The new names of the goal, as they came.
fn names(receiver: &Receiver) -> Vec<String> {
    let bodies = receiver.so_far().into_iter().map(|received| received.body());
    bodies.map(|body| body["data"]["changes"]["name"].as_str().expect("a name").to_owned()).collect()
}
