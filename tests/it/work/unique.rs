//! Tasks that there may be only once.

use chrono::Duration;
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::house::{House, at_once};

on_both_engines! {
    async fn a_key_is_held_until_the_task_ends(db: &TestDatabase) {
        let house = House::open(db).await;
        let first = create(&house, json!({ "key": "restock" })).await;
        assert_eq!(create(&house, json!({ "key": "restock" })).await, first);
        let reject = json!({ "tasks": [task(&house, json!({ "key": "restock", "onConflict": "REJECT" }), 1)] });
        assert_eq!(house.code("createTasks", reject).await, "ALREADY_EXISTS");
        let lease = house.claim(1).await.remove(0);
        house.complete(&lease).await;
        assert_ne!(create(&house, json!({ "key": "restock" })).await, first);
        house.check().await;
    }

    async fn a_window_ends_by_the_clock(db: &TestDatabase) {
        let house = House::open(db).await;
        let unique = json!({ "key": "digest", "windowSeconds": 60 });
        let first = create(&house, unique.clone()).await;
        let lease = house.claim(1).await.remove(0);
        house.complete(&lease).await;
        house.pass(59).await;
        assert_eq!(create(&house, unique.clone()).await, first, "although it has ended");
        house.pass(1).await;
        assert_ne!(create(&house, unique).await, first);
    }

    async fn keys_whose_window_is_over_are_removed(db: &TestDatabase) {
        let house = House::open(db).await;
        let forget = async || house.service.forget_unique_keys().await.expect("done");
        let (digest, restock) = (json!({ "key": "digest", "windowSeconds": 60 }), json!({ "key": "restock" }));
        let (first, lasting) = (create(&house, digest.clone()).await, create(&house, restock.clone()).await);
        house.clock().advance(Duration::seconds(59));
        assert_eq!(forget().await, 0);
        assert_eq!(create(&house, digest.clone()).await, first);
        house.clock().advance(Duration::seconds(1));
        assert_eq!((forget().await, forget().await), (1, 0));
        assert_ne!(create(&house, digest).await, first);
        assert_eq!(create(&house, restock).await, lasting, "it lasts until its task ends");
        house.check().await;
    }

    async fn the_input_of_a_waiting_task_can_be_replaced(db: &TestDatabase) {
        let house = House::open(db).await;
        let replace = json!({ "key": "price", "onConflict": "REPLACE_INPUT" });
        let made = house.done("createTasks", json!({ "tasks": [task(&house, replace.clone(), 1)] }), "tasks { id inputData }").await;
        let again = house.done("createTasks", json!({ "tasks": [task(&house, replace.clone(), 2)] }), "tasks { id inputData }").await;
        assert_eq!(again["tasks"][0]["id"], made["tasks"][0]["id"]);
        assert_eq!(again["tasks"][0]["inputData"], json!({ "n": 2 }));
        house.claim(1).await;
        let third = json!({ "tasks": [task(&house, replace, 3)] });
        assert_eq!(house.code("createTasks", third).await, "INVALID_TRANSITION");
    }

    async fn of_many_at_once_one_is_made(db: &TestDatabase) {
        let house = House::open(db).await;
        let made = at_once(12, |_| {
            let house = house.clone();
            async move { create(&house, json!({ "key": "once" })).await }
        })
        .await;
        assert!(made.iter().all(|id| *id == made[0]));
        let count = house.query("{ tasks { totalCount } }", json!({})).await;
        assert_eq!(count, json!({ "tasks": { "totalCount": 1 } }));
        house.check().await;
    }

    async fn an_input_is_replaced_by_who_acts_for_the_task_and_told(db: &TestDatabase) {
        let house = House::open(db).await;
        let replace = json!({ "key": "price", "onConflict": "REPLACE_INPUT" });
        let first = create(&house, replace.clone()).await;
        let stranger = house.acting(house.agent_key(house.other));
        let mut foreign = task(&house, replace.clone(), 2);
        foreign["assignedAgentId"] = json!(house.other);
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
        assert_eq!(house.task_with(id, "inputData version").await, json!({ "inputData": { "n": 1 }, "version": 1 }));
        let boss = house.acting(house.agent_key(house.director));
        boss.done("createTasks", json!({ "tasks": [task(&house, replace, 3)] }), "tasks { id }").await;
        assert_eq!(house.task_with(id, "inputData version").await, json!({ "inputData": { "n": 3 }, "version": 2 }));
        let told = entity::events::Entity::find().order_by_asc(entity::events::Column::Position).all(house.service.database().reader()).await.expect("events");
        let told: Vec<_> = told.iter().map(|event| (event.kind.as_str(), event.aggregate_version)).collect();
        assert_eq!(told, [("task.created", 1), ("task.input_replaced", 2)]);
        house.check().await;
    }

    async fn a_foreign_task_is_no_answer(db: &TestDatabase) {
        let house = House::open(db).await;
        let stranger = house.acting(house.agent_key(house.other));
        let mut own = task(&house, json!({ "key": "payout" }), 1);
        own["assignedAgentId"] = json!(house.other);
        stranger.done("createTasks", json!({ "tasks": [own] }), "tasks { id }").await;
        let wanted = json!({ "tasks": [task(&house, json!({ "key": "payout" }), 1)] });
        assert_eq!(house.code("createTasks", wanted).await, "ALREADY_EXISTS");
    }
}

fn task(house: &House, unique: Value, number: i32) -> Value {
    json!({ "assignedAgentId": house.specialist, "taskType": "write", "unique": unique, "inputData": { "n": number } })
}

async fn create(house: &House, unique: Value) -> Value {
    let payload = house.done("createTasks", json!({ "tasks": [task(house, unique, 1)] }), "tasks { id }").await;
    payload["tasks"][0]["id"].clone()
}
