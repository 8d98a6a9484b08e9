//! Calling work off.

use serde_json::{Value, json};
use service::{
    Actor, Verb,
    work::{
        assign::{Delegate, Reassign},
        create::NewTask,
    },
};
use tests::on_both_engines;
use uuid::Uuid;

use super::fixture::{WorkFixture, held};

on_both_engines! {
    async fn one_tree_is_cancelled_and_the_other_is_not(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (first, second) = (tree(&fixture).await, tree(&fixture).await);
        let running = fixture.claim(1).await.remove(0);
        assert_eq!(running["taskId"], json!(first[1]), "the oldest part is in hand");
        let payload = fixture.done("cancelTask", json!({ "taskId": first[0], "reason": "no budget" }), "cancelled { id } cancelRequested { id }").await;
        assert_eq!(payload["cancelled"].as_array().expect("tasks").len(), 2);
        assert_eq!(payload["cancelRequested"], json!([{ "id": first[1] }]));

        let beat = fixture.done("heartbeatTasks", json!({ "items": [held(&running)] }), "leases { cancelRequested }").await;
        assert_eq!(beat["leases"], json!([{ "cancelRequested": true }]));
        assert_eq!(fixture.pass(29).await.stopped, 0);
        fixture.done("heartbeatTasks", json!({ "items": [held(&running)] }), "leases { cancelRequested }").await;
        assert_eq!(fixture.pass(1).await.stopped, 1, "the grace time is over");
        for task in &first {
            assert_eq!(fixture.status(task).await, "CANCELLED");
        }
        for task in &second {
            assert_eq!(fixture.status(task).await, "PENDING");
        }
        assert_eq!(fixture.end("completeTasks", &running, json!({})).await.as_deref(), Some("STALE_LEASE"));
        assert_eq!(fixture.code("cancelTask", json!({ "taskId": first[0] })).await, "INVALID_TRANSITION");
        fixture.check().await;
    }

    async fn a_part_that_is_delegated_meanwhile_is_cancelled_too(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let parent = fixture.create(1).await.remove(0);
        fixture.claim(1).await;
        let delegate = Delegate {
            parent_task_id: parent.parse().expect("an id"),
            token: None,
            wait: false,
            task: part(fixture.director),
        };
        let mut unit = fixture.service.begin(&Actor::server()).await.expect("begun");
        let part = delegate.perform(&mut unit).await.expect("delegated").task;
        let cancel = {
            let (fixture, input) = (fixture.clone(), json!({ "taskId": parent }));
            let fields = "cancelled { id } cancelRequested { id }";
            tokio::spawn(async move { fixture.done("cancelTask", input, fields).await })
        };
        db.until_blocked(&cancel).await;
        unit.commit().await.expect("committed");
        let payload = cancel.await.expect("no panic");
        assert_eq!(payload["cancelRequested"], json!([{ "id": parent }]));
        assert_eq!(payload["cancelled"], json!([{ "id": part }]));
        fixture.check().await;
    }

    async fn a_task_that_is_given_away_meanwhile_is_not_cancelled_with_its_agents_work(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (kept, given) = (fixture.create(1).await.remove(0), fixture.create(1).await.remove(0));
        let reassign =
            Reassign { task_id: given.parse().expect("an id"), agent_id: fixture.other, expected_version: None };
        let mut unit = fixture.service.begin(&Actor::server()).await.expect("begun");
        reassign.perform(&mut unit).await.expect("reassigned");
        let deactivate = {
            let (fixture, input) = (fixture.clone(), json!({ "id": fixture.specialist, "openTasks": "CANCEL" }));
            tokio::spawn(async move { fixture.done("deactivateAgent", input, "agent { isActive }").await })
        };
        db.until_blocked(&deactivate).await;
        unit.commit().await.expect("committed");
        assert_eq!(deactivate.await.expect("no panic")["agent"]["isActive"], json!(false));
        assert_eq!(fixture.status(&kept).await, "CANCELLED");
        assert_eq!(fixture.status(&given).await, "PENDING");
        fixture.check().await;
    }

    async fn a_refused_move_says_where_it_stands(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = fixture.create(1).await.remove(0);
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.complete(&lease).await, None);
        let start = json!({ "workflowId": fixture.workflow });
        let started = fixture.done("startExecution", start, "workflowExecution { id }").await;
        let execution = json!({ "workflowExecutionId": started["workflowExecution"]["id"] });
        fixture.done("cancelExecution", execution.clone(), "cancelled { id }").await;
        let mut more = execution.clone();
        more["tasks"] = json!([fixture.task()]);
        for (name, input, field, from) in [
            ("reassignTask", json!({ "taskId": task, "agentId": fixture.other }), "taskId", "COMPLETED"),
            ("cancelTask", json!({ "taskId": task }), "taskId", "COMPLETED"),
            ("retryTask", json!({ "taskId": task }), "taskId", "COMPLETED"),
            ("delegateTask", json!({ "parentTaskId": task, "task": fixture.task() }), "parentTaskId", "COMPLETED"),
            ("pauseExecution", execution.clone(), "workflowExecutionId", "CANCELLED"),
            ("cancelExecution", execution, "workflowExecutionId", "CANCELLED"),
            ("createTasks", more, "workflowExecutionId", "CANCELLED"),
        ] {
            let error = fixture.refused(name, input).await;
            assert_eq!((&error["code"], &error["path"]), (&json!("INVALID_TRANSITION"), &json!([field])), "{name}");
            assert_eq!((&error["from"], &error["allowed"]), (&json!(from), &json!([])), "{name}");
        }
        fixture.check().await;
    }

    async fn whoever_ends_in_time_has_ended(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(2).await;
        let leases = fixture.claim(2).await;
        for lease in &leases {
            fixture.done("cancelTask", json!({ "taskId": lease["taskId"] }), "cancelled { id }").await;
        }
        assert_eq!(fixture.complete(&leases[0]).await, None);
        assert_eq!(fixture.fail(&leases[1], "RETRYABLE").await, None);
        assert_eq!(fixture.status(leases[0]["taskId"].as_str().expect("an id")).await, "COMPLETED");
        assert_eq!(fixture.status(leases[1]["taskId"].as_str().expect("an id")).await, "CANCELLED", "no next attempt");
        fixture.check().await;
    }

    async fn an_execution_is_cancelled_whole(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let started = fixture.done("startExecution", json!({ "workflowId": fixture.workflow }), "workflowExecution { id } tasks { id }").await;
        let running = fixture.claim(1).await.remove(0);
        let id = &started["workflowExecution"]["id"];
        fixture.done("cancelExecution", json!({ "workflowExecutionId": id }), "cancelled { id } cancelRequested { id }").await;
        let status = fixture.query("query($id: ID!) { workflowExecution(id: $id) { status } }", json!({ "id": id })).await;
        assert_eq!(status["workflowExecution"]["status"], json!("CANCELLED"));
        assert_eq!(fixture.end("releaseTasks", &running, json!({})).await, None);
        assert_eq!(fixture.status(running["taskId"].as_str().expect("an id")).await, "CANCELLED");
        assert_eq!(fixture.code("cancelExecution", json!({ "workflowExecutionId": id })).await, "INVALID_TRANSITION");
        fixture.check().await;
    }
}

/// A part for an agent, as it is delegated.
fn part(agent: Uuid) -> NewTask {
    NewTask {
        r#ref: None,
        assigned_agent_id: agent,
        task_type: "write".to_owned(),
        priority: None,
        sla_minutes: None,
        input_data: json!({}),
        run_after: None,
        depends_on: Vec::new(),
        max_attempts: 1,
        backoff_seconds: 1,
        backoff_cap_seconds: 1,
        max_run_seconds: None,
        max_wait_seconds: None,
        unique: None,
    }
}

/// A director's task with two parts for the specialist; all ids, the whole first.
async fn tree(fixture: &WorkFixture) -> Vec<String> {
    let task = json!({ "assignedAgentId": fixture.director, "taskType": "plan" });
    let made = fixture.done("createTasks", json!({ "tasks": [task] }), "tasks { id }").await;
    let id = |node: &Value| node["id"].as_str().expect("an id").to_owned();
    let mut ids = vec![id(&made["tasks"][0])];
    for _ in 0..2 {
        let part =
            json!({ "parentTaskId": ids[0], "task": { "assignedAgentId": fixture.specialist, "taskType": "write" } });
        let payload = fixture.done("delegateTask", part, "task { id }").await;
        ids.push(id(&payload["task"]));
    }
    ids
}
