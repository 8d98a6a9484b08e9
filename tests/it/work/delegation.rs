//! Work delegated along the hierarchy.

use entity::tasks;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{WorkFixture, held, ids};

on_both_engines! {
    async fn a_parent_waits_for_its_children_without_a_lease(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let parent = directors_task(&fixture).await;
        let lease = claim(&fixture, &fixture.director).await;
        let child = json!({ "assignedAgentId": fixture.specialist, "taskType": "write" });
        let input = json!({ "parentTaskId": parent, "token": lease["token"], "wait": true, "task": child });
        fixture.done("delegateTask", input, "task { id } parent { status waitingFor }").await;
        assert_eq!(fixture.end("completeTasks", &lease, json!({})).await.as_deref(), Some("STALE_LEASE"));
        assert_eq!(fixture.status(&parent).await, "WAITING");
        let part = fixture.claim(1).await.remove(0);
        fixture.complete(&part).await;
        assert_eq!(fixture.status(&parent).await, "PENDING");
        let again = claim(&fixture, &fixture.director).await;
        assert_eq!(again["attempt"], json!(1), "waiting is no attempt");
        assert_eq!(fixture.complete(&again).await, None);
        fixture.check().await;
    }

    async fn what_is_to_be_stopped_does_not_escape_by_waiting(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let parent = directors_task(&fixture).await;
        let lease = claim(&fixture, &fixture.director).await;
        fixture.done("cancelTask", json!({ "taskId": parent }), "cancelRequested { id }").await;
        let child = json!({ "assignedAgentId": fixture.specialist, "taskType": "write" });
        for wait in [true, false] {
            let input = json!({ "parentTaskId": parent, "token": lease["token"], "wait": wait, "task": child });
            assert_eq!(fixture.code("delegateTask", input).await, "INVALID_TRANSITION");
        }
        let mut request = held(&lease);
        request["subject"] = json!("May I?");
        assert_eq!(fixture.code("requestApproval", request).await, "INVALID_TRANSITION");
        assert_eq!(fixture.pass(31).await.stopped, 1);
        assert_eq!(fixture.status(&parent).await, "CANCELLED");
        fixture.check().await;
    }

    async fn what_waits_and_is_to_be_stopped_is_ended_with_all_below_it(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let parent = directors_task(&fixture).await;
        let lease = claim(&fixture, &fixture.director).await;
        let child = json!({ "assignedAgentId": fixture.specialist, "taskType": "write" });
        let input = json!({ "parentTaskId": parent, "token": lease["token"], "wait": true, "task": child });
        let made = fixture.done("delegateTask", input, "task { id }").await;
        let asked = tasks::ActiveModel {
            id: Set(parent.parse().expect("an id")),
            cancel_requested_at: Set(Some(fixture.clock().now().into())),
            ..Default::default()
        };
        asked.update(db.connection()).await.expect("as an earlier version left it");
        assert_eq!(fixture.pass(31).await.stopped, 1);
        for task in [parent.as_str(), made["task"]["id"].as_str().expect("an id")] {
            assert_eq!(fixture.status(task).await, "CANCELLED");
        }
        fixture.check().await;
    }

    async fn only_along_permitted_edges(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let parent = directors_task(&fixture).await;
        let to = |agent: &uuid::Uuid| json!({ "parentTaskId": parent, "task": { "assignedAgentId": agent, "taskType": "write" } });
        fixture.done("delegateTask", to(&fixture.specialist), "task { id }").await;
        fixture.done("delegateTask", to(&fixture.top), "task { id }").await;
        assert_eq!(fixture.code("delegateTask", to(&fixture.other)).await, "NOT_PERMITTED");
        fixture.check().await;
    }

    async fn a_wait_has_an_end(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = json!({ "assignedAgentId": fixture.director, "taskType": "plan", "maxWaitSeconds": 100 });
        let made = fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
        let parent = made["tasks"][0]["id"].as_str().expect("an id").to_owned();
        let lease = claim(&fixture, &fixture.director).await;
        let child = json!({ "assignedAgentId": fixture.specialist, "taskType": "write" });
        let input = json!({ "parentTaskId": parent, "token": lease["token"], "wait": true, "task": child });
        fixture.done("delegateTask", input, "task { id }").await;
        assert_eq!(fixture.pass(99).await.waits, 0);
        assert_eq!(fixture.pass(1).await.waits, 1);
        assert_eq!(fixture.task_with(&parent, "status errorCode").await, json!({ "status": "FAILED", "errorCode": "WAIT_TIMED_OUT" }));
        fixture.check().await;
    }

    async fn a_part_that_was_there_is_another_task(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let keyed = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "unique": { "key": "part", "windowSeconds": 900 } });
        fixture.done("createTasks", json!({ "tasks": [keyed] }), "tasks { id }").await;
        let parent = directors_task(&fixture).await;
        let lease = claim(&fixture, &fixture.director).await;
        let wait = json!({ "parentTaskId": parent, "token": lease["token"], "wait": true, "task": keyed });
        let payload = fixture.mutate("delegateTask", wait, "task { id }").await;
        assert_eq!(payload["userErrors"][0]["code"], json!("ALREADY_EXISTS"));
        assert_eq!(payload["userErrors"][0]["path"], json!(["task", "unique"]));
        assert_eq!(fixture.status(&parent).await, "IN_PROGRESS");
        fixture.check().await;
    }

    async fn a_parent_waits_for_its_own_part_that_was_there(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let parent = directors_task(&fixture).await;
        let lease = claim(&fixture, &fixture.director).await;
        let part = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "unique": { "key": "part", "windowSeconds": 900 } });
        let call = |wait: bool| json!({ "parentTaskId": parent, "token": lease["token"], "wait": wait, "task": part });
        fixture.done("delegateTask", call(false), "task { id }").await;
        let child = fixture.claim(1).await.remove(0);
        fixture.complete(&child).await;
        let payload = fixture.done("delegateTask", call(true), "task { id } parent { status }").await;
        assert_eq!(payload["task"]["id"], child["taskId"]);
        assert_eq!(payload["parent"]["status"], json!("PENDING"), "there is nothing to wait for");
        fixture.check().await;
    }

    async fn the_parts_of_a_task_that_failed_are_called_off(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let parent = directors_task(&fixture).await;
        let lease = claim(&fixture, &fixture.director).await;
        let part = json!({ "parentTaskId": parent, "task": { "assignedAgentId": fixture.specialist, "taskType": "write" } });
        let mut parts = Vec::new();
        for _ in 0..3 {
            let made = fixture.done("delegateTask", part.clone(), "task { id }").await;
            parts.push(made["task"]["id"].as_str().expect("an id").to_owned());
        }
        let done = fixture.claim(1).await.remove(0);
        fixture.complete(&done).await;
        let running = fixture.claim(1).await.remove(0);
        fixture.fail(&lease, "PERMANENT").await;
        fixture.check().await;
        let mut states = Vec::new();
        for part in &parts {
            states.push(fixture.task_with(part, "status cancelRequestedAt").await);
        }
        assert_eq!(states[0]["status"], json!("COMPLETED"));
        assert_eq!(states[1]["status"], json!("IN_PROGRESS"));
        assert!(states[1]["cancelRequestedAt"].is_string(), "asked to stop");
        assert_eq!(states[2]["status"], json!("CANCELLED"));
        fixture.fail(&running, "RETRYABLE").await;
        assert_eq!(fixture.status(&parts[1]).await, "CANCELLED");
        fixture.done("retryTask", json!({ "taskId": parent }), "task { status }").await;
        assert_eq!(fixture.status(&parts[2]).await, "CANCELLED", "the next attempt makes its own parts");
        fixture.check().await;
    }

    async fn a_part_does_not_wait_for_the_whole(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let whole = json!({ "ref": "whole", "assignedAgentId": fixture.director, "taskType": "plan" });
        let after = json!({ "ref": "after", "assignedAgentId": fixture.director, "taskType": "plan", "dependsOn": [{ "ref": "whole" }] });
        let start = json!({ "workflowId": fixture.workflow, "tasks": [whole, after] });
        let started = fixture.done("startExecution", start, "tasks { id }").await;
        let tasks = ids(&started["tasks"]);
        let lease = claim(&fixture, &fixture.director).await;
        for (on, cycle) in [("whole", vec![0, 0]), ("after", vec![0, 1, 0])] {
            let part = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "dependsOn": [{ "ref": on }] });
            let wait = json!({ "parentTaskId": lease["taskId"], "token": lease["token"], "wait": true, "task": part });
            let payload = fixture.mutate("delegateTask", wait, "task { id }").await;
            assert_eq!(payload["userErrors"][0]["code"], json!("CYCLE"), "{on}");
            assert_eq!(payload["userErrors"][0]["path"], json!(["task", "dependsOn"]));
            let cycle: Vec<&String> = cycle.into_iter().map(|index: usize| &tasks[index]).collect();
            assert_eq!(payload["userErrors"][0]["cycle"], json!(cycle));
        }
        fixture.check().await;
    }

    async fn the_parts_of_a_skipped_task_are_called_off_and_stay_so(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let first = json!({ "ref": "first", "assignedAgentId": fixture.specialist, "taskType": "first" });
        let whole = json!({ "ref": "whole", "assignedAgentId": fixture.director, "taskType": "plan",
            "dependsOn": [{ "ref": "first", "onFailure": "SKIP" }] });
        let start = json!({ "workflowId": fixture.workflow, "tasks": [first, whole] });
        let started = fixture.done("startExecution", start, "tasks { id }").await;
        let whole = ids(&started["tasks"]).remove(1);
        let part = json!({ "parentTaskId": whole, "task": { "assignedAgentId": fixture.specialist, "taskType": "write" } });
        let mut parts = Vec::new();
        for _ in 0..3 {
            let made = fixture.done("delegateTask", part.clone(), "task { id }").await;
            parts.push(made["task"]["id"].as_str().expect("an id").to_owned());
        }
        let leases = fixture.claim(3).await;
        assert_eq!(fixture.fail(&leases[1], "PERMANENT").await, None);
        assert_eq!(fixture.fail(&leases[0], "PERMANENT").await, None);
        assert_eq!(fixture.status(&whole).await, "SKIPPED");
        fixture.check().await;
        let mut states = Vec::new();
        for part in &parts {
            states.push(fixture.task_with(part, "status cancelRequestedAt").await);
        }
        assert_eq!(states[0]["status"], json!("FAILED"));
        assert_eq!(states[1]["status"], json!("IN_PROGRESS"));
        assert!(states[1]["cancelRequestedAt"].is_string(), "asked to stop");
        assert_eq!(states[2]["status"], json!("CANCELLED"));
        let error = fixture.refused("retryTask", json!({ "taskId": parts[0] })).await;
        assert_eq!((&error["code"], &error["path"]), (&json!("INVALID_TRANSITION"), &json!(["taskId"])));
        assert_eq!((&error["from"], &error["to"]), (&json!("FAILED"), &json!("PENDING")));
        fixture.check().await;
    }

    async fn a_part_of_what_is_to_be_stopped_is_not_retried(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let parent = directors_task(&fixture).await;
        let lease = claim(&fixture, &fixture.director).await;
        let part = json!({ "parentTaskId": parent, "task": { "assignedAgentId": fixture.specialist, "taskType": "write" } });
        fixture.done("delegateTask", part, "task { id }").await;
        let failed = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.fail(&failed, "PERMANENT").await, None);
        fixture.done("cancelTask", json!({ "taskId": parent }), "cancelRequested { id }").await;
        let retry = json!({ "taskId": failed["taskId"] });
        assert_eq!(fixture.code_and_path("retryTask", retry.clone()).await, "INVALID_TRANSITION taskId");
        assert_eq!(fixture.complete(&lease).await, None);
        fixture.done("retryTask", retry, "task { status }").await;
        fixture.check().await;
    }

    async fn a_task_that_is_given_to_the_agent_that_has_it_stays_as_it_is(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = fixture.create(1).await.remove(0);
        let same = json!({ "taskId": task, "agentId": fixture.specialist });
        let payload = fixture.done("reassignTask", same, "task { id version }").await;
        assert_eq!(payload["task"], json!({ "id": task, "version": 1 }));
        fixture.check().await;
    }
}

async fn directors_task(fixture: &WorkFixture) -> String {
    let task = json!({ "assignedAgentId": fixture.director, "taskType": "plan" });
    let made = fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
    made["tasks"][0]["id"].as_str().expect("an id").to_owned()
}

async fn claim(fixture: &WorkFixture, agent: &uuid::Uuid) -> Value {
    let payload = fixture.done("claimTasks", json!({ "agentIds": [agent] }), "leases { taskId token attempt }").await;
    let lease = payload["leases"][0].clone();
    assert!(held(&lease)["token"].is_string(), "a lease");
    lease
}
