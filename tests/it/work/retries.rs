//! Failed attempts, and what follows.

use serde_json::json;
use tests::on_both_engines;

use super::house::House;

on_both_engines! {
    async fn attempts_end_in_the_dead_letters(db: &TestDatabase) {
        let house = House::open(db).await;
        let task = &house.create(1).await[0];
        for attempt in 1..=3 {
            house.pass(3600).await;
            let lease = house.claim(1).await.remove(0);
            assert_eq!(lease["attempt"], json!(attempt));
            assert_eq!(house.fail(&lease, "RETRYABLE").await, None);
        }
        let seen = house.task_with(task, "status errorCode attempts(first: 9) { nodes { number outcome errorCode } }").await;
        assert_eq!(seen["status"], json!("FAILED"));
        assert_eq!(seen["attempts"]["nodes"].as_array().expect("attempts").len(), 3);
        assert_eq!(house.claim(1).await.len(), 0);
        house.check().await;
    }

    async fn the_next_attempt_waits(db: &TestDatabase) {
        let house = House::open(db).await;
        house.create(1).await;
        let lease = house.claim(1).await.remove(0);
        assert_eq!(house.fail(&lease, "RETRYABLE").await, None);
        house.pass(4).await;
        assert_eq!(house.claim(1).await.len(), 0, "at least half of ten seconds");
        house.pass(6).await;
        assert_eq!(house.claim(1).await.len(), 1, "at most ten");
        house.check().await;
    }

    async fn a_permanent_error_is_final_until_somebody_tries_again(db: &TestDatabase) {
        let house = House::open(db).await;
        let task = house.create(1).await.remove(0);
        let lease = house.claim(1).await.remove(0);
        assert_eq!(house.fail(&lease, "PERMANENT").await, None);
        assert_eq!(house.status(&task).await, "FAILED");
        house.done("retryTask", json!({ "taskId": task }), "task { status }").await;
        assert_eq!(house.refused("retryTask", json!({ "taskId": task })).await, "INVALID_TRANSITION");
        let lease = house.claim(1).await.remove(0);
        assert_eq!(house.complete(&lease).await, None);
        assert_eq!(house.refused("retryTask", json!({ "taskId": task })).await, "INVALID_TRANSITION");
        house.check().await;
    }

    async fn redriving_takes_what_fits(db: &TestDatabase) {
        let house = House::open(db).await;
        house.create(5).await;
        for lease in house.claim(5).await {
            house.fail(&lease, "PERMANENT").await;
        }
        let redrive = async |input: serde_json::Value| {
            let payload = house.done("redriveTasks", input, "tasks { status }").await;
            payload["tasks"].as_array().expect("tasks").clone()
        };
        assert_eq!(redrive(json!({ "filter": { "errorCodes": ["OTHER"] } })).await.len(), 0);
        let dry = redrive(json!({ "filter": { "errorCodes": ["BROKEN"] }, "dryRun": true })).await;
        assert_eq!(dry, vec![json!({ "status": "FAILED" }); 5]);
        let done = redrive(json!({ "filter": { "taskTypes": ["write"] }, "limit": 2 })).await;
        assert_eq!(done, vec![json!({ "status": "PENDING" }); 2]);
        assert_eq!(redrive(json!({})).await.len(), 3);
        house.check().await;
    }
}
