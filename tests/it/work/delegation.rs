//! Work handed on along the hierarchy.

use entity::tasks;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::house::{House, held};

on_both_engines! {
    async fn a_parent_waits_for_its_children_without_a_lease(db: &TestDatabase) {
        let house = House::open(db).await;
        let parent = directors_task(&house).await;
        let lease = claim(&house, &house.director).await;
        let child = json!({ "assignedAgentId": house.specialist, "taskType": "write" });
        let input = json!({ "parentTaskId": parent, "token": lease["token"], "wait": true, "task": child });
        house.done("delegateTask", input, "task { id } parent { status waitingFor }").await;
        assert_eq!(house.end("completeTasks", &lease, json!({})).await.as_deref(), Some("STALE_LEASE"));
        assert_eq!(house.status(&parent).await, "WAITING");
        let part = house.claim(1).await.remove(0);
        house.complete(&part).await;
        assert_eq!(house.status(&parent).await, "PENDING");
        let again = claim(&house, &house.director).await;
        assert_eq!(again["attempt"], json!(1), "waiting is no attempt");
        assert_eq!(house.complete(&again).await, None);
        house.check().await;
    }

    async fn what_is_to_be_stopped_does_not_escape_by_waiting(db: &TestDatabase) {
        let house = House::open(db).await;
        let parent = directors_task(&house).await;
        let lease = claim(&house, &house.director).await;
        house.done("cancelTask", json!({ "taskId": parent }), "cancelRequested { id }").await;
        let child = json!({ "assignedAgentId": house.specialist, "taskType": "write" });
        for wait in [true, false] {
            let input = json!({ "parentTaskId": parent, "token": lease["token"], "wait": wait, "task": child });
            assert_eq!(house.refused("delegateTask", input).await, "INVALID_TRANSITION");
        }
        let mut request = held(&lease);
        request["subject"] = json!("May I?");
        assert_eq!(house.refused("requestApproval", request).await, "INVALID_TRANSITION");
        assert_eq!(house.pass(31).await.stopped, 1);
        assert_eq!(house.status(&parent).await, "CANCELLED");
        house.check().await;
    }

    async fn what_waits_and_is_to_be_stopped_is_ended_with_all_below_it(db: &TestDatabase) {
        let house = House::open(db).await;
        let parent = directors_task(&house).await;
        let lease = claim(&house, &house.director).await;
        let child = json!({ "assignedAgentId": house.specialist, "taskType": "write" });
        let input = json!({ "parentTaskId": parent, "token": lease["token"], "wait": true, "task": child });
        let made = house.done("delegateTask", input, "task { id }").await;
        let asked = tasks::ActiveModel {
            id: Set(parent.parse().expect("an id")),
            cancel_requested_at: Set(Some(house.clock.now().into())),
            ..Default::default()
        };
        asked.update(db.connection()).await.expect("as an earlier version left it");
        assert_eq!(house.pass(31).await.stopped, 1);
        for task in [parent.as_str(), made["task"]["id"].as_str().expect("an id")] {
            assert_eq!(house.status(task).await, "CANCELLED");
        }
        house.check().await;
    }

    async fn only_along_permitted_edges(db: &TestDatabase) {
        let house = House::open(db).await;
        let parent = directors_task(&house).await;
        let to = |agent: &uuid::Uuid| json!({ "parentTaskId": parent, "task": { "assignedAgentId": agent, "taskType": "write" } });
        house.done("delegateTask", to(&house.specialist), "task { id }").await;
        house.done("delegateTask", to(&house.top), "task { id }").await;
        assert_eq!(house.refused("delegateTask", to(&house.other)).await, "NOT_PERMITTED");
        house.check().await;
    }

    async fn a_wait_has_an_end(db: &TestDatabase) {
        let house = House::open(db).await;
        let task = json!({ "assignedAgentId": house.director, "taskType": "plan", "maxWaitSeconds": 100 });
        let made = house.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
        let parent = made["tasks"][0]["id"].as_str().expect("an id").to_owned();
        let lease = claim(&house, &house.director).await;
        let child = json!({ "assignedAgentId": house.specialist, "taskType": "write" });
        let input = json!({ "parentTaskId": parent, "token": lease["token"], "wait": true, "task": child });
        house.done("delegateTask", input, "task { id }").await;
        assert_eq!(house.pass(99).await.waits, 0);
        assert_eq!(house.pass(1).await.waits, 1);
        assert_eq!(house.task_with(&parent, "status errorCode").await, json!({ "status": "FAILED", "errorCode": "WAIT_TIMED_OUT" }));
        house.check().await;
    }
}

async fn directors_task(house: &House) -> String {
    let task = json!({ "assignedAgentId": house.director, "taskType": "plan" });
    let made = house.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
    made["tasks"][0]["id"].as_str().expect("an id").to_owned()
}

async fn claim(house: &House, agent: &uuid::Uuid) -> Value {
    let payload = house.done("claimTasks", json!({ "agentIds": [agent] }), "leases { taskId token attempt }").await;
    let lease = payload["leases"][0].clone();
    assert!(held(&lease)["token"].is_string(), "a lease");
    lease
}
