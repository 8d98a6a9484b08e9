//! Tasks that there may be only once.

use chrono::Duration;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use service::retention::{Kind, Retention};
use tests::on_both_engines;

use super::fixture::{WorkFixture, at_once};

on_both_engines! {
    async fn a_key_is_held_until_the_task_ends(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let first = create(&fixture, json!({ "key": "restock" })).await;
        assert_eq!(create(&fixture, json!({ "key": "restock" })).await, first);
        let reject = json!({ "tasks": [task(&fixture, json!({ "key": "restock", "onConflict": "REJECT" }), 1)] });
        assert_eq!(fixture.code("createTasks", reject).await, "ALREADY_EXISTS");
        let lease = fixture.claim(1).await.remove(0);
        fixture.complete(&lease).await;
        assert_ne!(create(&fixture, json!({ "key": "restock" })).await, first);
        fixture.check().await;
    }

    async fn a_window_ends_by_the_clock(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let unique = json!({ "key": "digest", "windowSeconds": 60 });
        let first = create(&fixture, unique.clone()).await;
        let lease = fixture.claim(1).await.remove(0);
        fixture.complete(&lease).await;
        fixture.pass(59).await;
        assert_eq!(create(&fixture, unique.clone()).await, first, "although it has ended");
        fixture.pass(1).await;
        assert_ne!(create(&fixture, unique).await, first);
    }

    async fn keys_whose_window_is_over_are_removed(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let forget = async || {
            fixture.service.remove_old(Kind::UniqueKeys, Retention::default()).await.expect("done")
        };
        let (digest, restock) = (json!({ "key": "digest", "windowSeconds": 60 }), json!({ "key": "restock" }));
        let (first, lasting) = (create(&fixture, digest.clone()).await, create(&fixture, restock.clone()).await);
        fixture.clock().advance(Duration::seconds(59));
        assert_eq!(forget().await, 0);
        assert_eq!(create(&fixture, digest.clone()).await, first);
        fixture.clock().advance(Duration::seconds(1));
        assert_eq!((forget().await, forget().await), (1, 0));
        assert_ne!(create(&fixture, digest).await, first);
        assert_eq!(create(&fixture, restock).await, lasting, "it lasts until its task ends");
        fixture.check().await;
    }

    async fn the_input_of_a_waiting_task_can_be_replaced(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let replace = json!({ "key": "price", "onConflict": "REPLACE_INPUT" });
        let made = fixture.done("createTasks", json!({ "tasks": [task(&fixture, replace.clone(), 1)] }), "tasks { id inputData }").await;
        let again = fixture.done("createTasks", json!({ "tasks": [task(&fixture, replace.clone(), 2)] }), "tasks { id inputData }").await;
        assert_eq!(again["tasks"][0]["id"], made["tasks"][0]["id"]);
        assert_eq!(again["tasks"][0]["inputData"], json!({ "n": 2 }));
        fixture.claim(1).await;
        let third = json!({ "tasks": [task(&fixture, replace, 3)] });
        let error = fixture.refused("createTasks", third).await;
        assert_eq!((&error["code"], &error["from"]), (&json!("INVALID_TRANSITION"), &json!("IN_PROGRESS")));
        assert_eq!(error["path"], json!(["tasks", "0", "unique"]));
    }

    async fn of_many_at_once_one_is_made(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let made = at_once(12, |_| {
            let fixture = fixture.clone();
            async move { create(&fixture, json!({ "key": "once" })).await }
        })
        .await;
        assert!(made.iter().all(|id| *id == made[0]));
        let count = fixture.query("{ tasks { totalCount } }", json!({})).await;
        assert_eq!(count, json!({ "tasks": { "totalCount": 1 } }));
        fixture.check().await;
    }

    async fn an_input_is_replaced_by_who_acts_for_the_task_and_told(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let replace = json!({ "key": "price", "onConflict": "REPLACE_INPUT" });
        let first = create(&fixture, replace.clone()).await;
        let stranger = fixture.acting(fixture.agent_key(fixture.other));
        let mut foreign = task(&fixture, replace.clone(), 2);
        foreign["assignedAgentId"] = json!(fixture.other);
        for conflict in ["REPLACE_INPUT", "RETURN_EXISTING", "REJECT"] {
            foreign["unique"]["onConflict"] = json!(conflict);
            let payload = stranger.mutate("createTasks", json!({ "tasks": [foreign] }), "tasks { id }").await;
            assert_eq!(payload["tasks"], json!(null));
            assert_eq!(payload["userErrors"][0]["code"], json!("ALREADY_EXISTS"));
            assert_eq!(payload["userErrors"][0]["path"], json!(["tasks", "0", "unique"]));
            let message = payload["userErrors"][0]["message"].as_str().expect("a message");
            assert!(!message.contains(first.as_str().expect("an id")), "{message}");
        }
        let id = first.as_str().expect("an id");
        assert_eq!(fixture.task_with(id, "inputData version").await, json!({ "inputData": { "n": 1 }, "version": 1 }));
        let boss = fixture.acting(fixture.agent_key(fixture.director));
        boss.done("createTasks", json!({ "tasks": [task(&fixture, replace, 3)] }), "tasks { id }").await;
        assert_eq!(fixture.task_with(id, "inputData version").await, json!({ "inputData": { "n": 3 }, "version": 2 }));
        let told = entity::events::Entity::find().order_by_asc(entity::events::Column::Position).all(fixture.service.database().reader()).await.expect("events");
        let told: Vec<_> = told.iter().map(|event| (event.kind.as_str(), event.aggregate_version)).collect();
        assert_eq!(told, [("task.created", 1), ("task.input_replaced", 2)]);
        fixture.check().await;
    }

    async fn a_foreign_task_is_no_answer(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let stranger = fixture.acting(fixture.agent_key(fixture.other));
        let mut own = task(&fixture, json!({ "key": "payout" }), 1);
        own["assignedAgentId"] = json!(fixture.other);
        stranger.done("createTasks", json!({ "tasks": [own] }), "tasks { id }").await;
        let wanted = json!({ "tasks": [task(&fixture, json!({ "key": "payout" }), 1)] });
        assert_eq!(fixture.code("createTasks", wanted).await, "ALREADY_EXISTS");
    }
}

fn task(fixture: &WorkFixture, unique: Value, number: i32) -> Value {
    json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "unique": unique, "inputData": { "n": number } })
}

async fn create(fixture: &WorkFixture, unique: Value) -> Value {
    let payload = fixture.done("createTasks", json!({ "tasks": [task(fixture, unique, 1)] }), "tasks { id }").await;
    payload["tasks"][0]["id"].clone()
}
