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
            assert_eq!(house.code("delegateTask", input).await, "INVALID_TRANSITION");
        }
        let mut request = held(&lease);
        request["subject"] = json!("May I?");
        assert_eq!(house.code("requestApproval", request).await, "INVALID_TRANSITION");
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
            cancel_requested_at: Set(Some(house.clock().now().into())),
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
        assert_eq!(house.code("delegateTask", to(&house.other)).await, "NOT_PERMITTED");
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

    async fn a_part_that_was_there_is_another_task(db: &TestDatabase) {
        let house = House::open(db).await;
        let keyed = json!({ "assignedAgentId": house.specialist, "taskType": "write", "unique": { "key": "part", "windowSeconds": 900 } });
        house.done("createTasks", json!({ "tasks": [keyed] }), "tasks { id }").await;
        let parent = directors_task(&house).await;
        let lease = claim(&house, &house.director).await;
        let wait = json!({ "parentTaskId": parent, "token": lease["token"], "wait": true, "task": keyed });
        let payload = house.mutate("delegateTask", wait, "task { id }").await;
        assert_eq!(payload["userErrors"][0]["code"], json!("ALREADY_EXISTS"));
        assert_eq!(payload["userErrors"][0]["path"], json!(["task", "unique"]));
        assert_eq!(house.status(&parent).await, "IN_PROGRESS");
        house.check().await;
    }

    async fn a_parent_waits_for_its_own_part_that_was_there(db: &TestDatabase) {
        let house = House::open(db).await;
        let parent = directors_task(&house).await;
        let lease = claim(&house, &house.director).await;
        let part = json!({ "assignedAgentId": house.specialist, "taskType": "write", "unique": { "key": "part", "windowSeconds": 900 } });
        let call = |wait: bool| json!({ "parentTaskId": parent, "token": lease["token"], "wait": wait, "task": part });
        house.done("delegateTask", call(false), "task { id }").await;
        let child = house.claim(1).await.remove(0);
        house.complete(&child).await;
        let payload = house.done("delegateTask", call(true), "task { id } parent { status }").await;
        assert_eq!(payload["task"]["id"], child["taskId"]);
        assert_eq!(payload["parent"]["status"], json!("PENDING"), "there is nothing to wait for");
        house.check().await;
    }

    async fn the_parts_of_a_task_that_failed_are_called_off(db: &TestDatabase) {
        let house = House::open(db).await;
        let parent = directors_task(&house).await;
        let lease = claim(&house, &house.director).await;
        let part = json!({ "parentTaskId": parent, "task": { "assignedAgentId": house.specialist, "taskType": "write" } });
        let mut parts = Vec::new();
        for _ in 0..3 {
            let made = house.done("delegateTask", part.clone(), "task { id }").await;
            parts.push(made["task"]["id"].as_str().expect("an id").to_owned());
        }
        let done = house.claim(1).await.remove(0);
        house.complete(&done).await;
        let running = house.claim(1).await.remove(0);
        house.fail(&lease, "PERMANENT").await;
        house.check().await;
        let mut states = Vec::new();
        for part in &parts {
            states.push(house.task_with(part, "status cancelRequestedAt").await);
        }
        assert_eq!(states[0]["status"], json!("COMPLETED"));
        assert_eq!(states[1]["status"], json!("IN_PROGRESS"));
        assert!(states[1]["cancelRequestedAt"].is_string(), "asked to stop");
        assert_eq!(states[2]["status"], json!("CANCELLED"));
        house.fail(&running, "RETRYABLE").await;
        assert_eq!(house.status(&parts[1]).await, "CANCELLED");
        house.done("retryTask", json!({ "taskId": parent }), "task { status }").await;
        assert_eq!(house.status(&parts[2]).await, "CANCELLED", "the next attempt makes its own parts");
        house.check().await;
    }

    async fn a_part_does_not_wait_for_the_whole(db: &TestDatabase) {
        let house = House::open(db).await;
        let whole = json!({ "ref": "whole", "assignedAgentId": house.director, "taskType": "plan" });
        let after = json!({ "ref": "after", "assignedAgentId": house.director, "taskType": "plan", "dependsOn": [{ "ref": "whole" }] });
        let start = json!({ "workflowId": house.workflow, "tasks": [whole, after] });
        house.done("startExecution", start, "tasks { id }").await;
        let lease = claim(&house, &house.director).await;
        for on in ["whole", "after"] {
            let part = json!({ "assignedAgentId": house.specialist, "taskType": "write", "dependsOn": [{ "ref": on }] });
            let wait = json!({ "parentTaskId": lease["taskId"], "token": lease["token"], "wait": true, "task": part });
            let payload = house.mutate("delegateTask", wait, "task { id }").await;
            assert_eq!(payload["userErrors"][0]["code"], json!("CYCLE"), "{on}");
            assert_eq!(payload["userErrors"][0]["path"], json!(["task", "dependsOn"]));
        }
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
