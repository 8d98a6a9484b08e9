//! Executions: started once, paused, and ended by themselves.

use serde_json::json;
use service::{Actor, Verb, workflows::update::Archive};
use tests::on_both_engines;

use super::fixture::{WorkFixture, at_once};

on_both_engines! {
    async fn a_definition_becomes_tasks(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let input = json!({ "workflowId": fixture.workflow, "inputData": { "week": 47 } });
        let started = fixture.done("startExecution", input, "workflowExecution { status } tasks { taskType assignedAgentId openDependencies inputData }").await;
        assert_eq!(started["workflowExecution"]["status"], json!("RUNNING"));
        assert_eq!(started["tasks"], json!([
            { "taskType": "write", "assignedAgentId": fixture.specialist, "openDependencies": 0, "inputData": { "input": { "week": 47 } } },
            { "taskType": "send", "assignedAgentId": fixture.director, "openDependencies": 1, "inputData": { "input": { "week": 47 } } },
        ]));
        fixture.check().await;
    }

    async fn the_same_key_starts_one_execution(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let start = |week: i32| json!({ "workflowId": fixture.workflow, "idempotencyKey": "k", "inputData": { "week": week } });
        let payloads = at_once(50, |_| {
            let (fixture, input) = (fixture.clone(), start(1));
            async move { fixture.mutate("startExecution", input, "workflowExecution { id } replayed").await }
        })
        .await;
        let first = payloads.iter().filter(|payload| payload["replayed"] == json!(false)).count();
        assert_eq!(first, 1);
        assert!(payloads.iter().all(|payload| payload["workflowExecution"] == payloads[0]["workflowExecution"]));
        assert_eq!(fixture.code("startExecution", start(2)).await, "IDEMPOTENCY_CONFLICT");
        let count = fixture.query("{ workflowExecutions { totalCount } tasks { totalCount } }", json!({})).await;
        assert_eq!(count, json!({ "workflowExecutions": { "totalCount": 1 }, "tasks": { "totalCount": 2 } }));
        fixture.check().await;
    }

    async fn the_callers_id_starts_one_execution(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let start = json!({ "workflowId": fixture.workflow, "executionId": "n8n-7" });
        let payloads = at_once(10, |_| {
            let (fixture, input) = (fixture.clone(), start.clone());
            async move { fixture.done("startExecution", input, "workflowExecution { id } existing tasks { id }").await }
        })
        .await;
        assert_eq!(payloads.iter().filter(|payload| payload["existing"] == json!(false)).count(), 1);
        assert!(payloads.iter().all(|payload| payload["tasks"] == payloads[0]["tasks"]));
        fixture.check().await;
    }

    async fn starting_again_answers_what_it_was_started_with(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let tasks: Vec<_> = (0..9).map(|_| fixture.task()).collect();
        let start = json!({ "workflowId": fixture.workflow, "executionId": "n8n-7", "tasks": tasks });
        let fields = "workflowExecution { id } existing tasks { id }";
        let first = fixture.done("startExecution", start.clone(), fields).await;
        fixture.clock().advance(chrono::Duration::milliseconds(1));
        let more = json!({ "workflowExecutionId": first["workflowExecution"]["id"], "tasks": [fixture.task()] });
        fixture.done("createTasks", more, "tasks { id }").await;
        let again = fixture.done("startExecution", start, fields).await;
        assert_eq!((&again["existing"], &again["tasks"]), (&json!(true), &first["tasks"]));
        fixture.check().await;
    }

    async fn what_was_started_is_answered_after_its_workflow_was_archived(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let start = |id: &str| json!({ "workflowId": fixture.workflow, "executionId": id });
        let fields = "workflowExecution { id } existing tasks { id }";
        let first = fixture.done("startExecution", start("n8n-7"), fields).await;
        fixture.done("archiveWorkflow", json!({ "id": fixture.workflow }), "workflow { id }").await;
        let again = fixture.done("startExecution", start("n8n-7"), fields).await;
        assert_eq!(again["existing"], json!(true));
        assert_eq!((&again["workflowExecution"], &again["tasks"]), (&first["workflowExecution"], &first["tasks"]));
        assert_eq!(fixture.code_and_path("startExecution", start("n8n-8")).await, "INVALID_TRANSITION workflowId");
        fixture.check().await;
    }

    async fn nothing_runs_of_a_workflow_that_is_archived_meanwhile(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let input = json!({ "workflowId": fixture.workflow, "tasks": [fixture.task()] });
        let ended = fixture.done("startExecution", input.clone(), "tasks { id }").await;
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.fail(&lease, "PERMANENT").await, None);
        let archive = Archive { id: fixture.workflow, expected_version: None };
        for (name, input, refusal) in [
            ("startExecution", input, "INVALID_TRANSITION workflowId"),
            ("retryTask", json!({ "taskId": ended["tasks"][0]["id"] }), "INVALID_TRANSITION taskId"),
        ] {
            let mut unit = fixture.service.begin(&Actor::server()).await.expect("begun");
            archive.perform(&mut unit).await.expect("archived");
            let call = {
                let fixture = fixture.clone();
                tokio::spawn(async move { fixture.code_and_path(name, input).await })
            };
            db.until_blocked(&call).await;
            unit.commit().await.expect("committed");
            assert_eq!(call.await.expect("refused"), refusal);
            let active = json!({ "id": fixture.workflow, "isActive": true });
            fixture.done("updateWorkflow", active, "workflow { isActive }").await;
        }
        fixture.check().await;
    }

    async fn a_paused_execution_gives_no_tasks(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let started = fixture.done("startExecution", json!({ "workflowId": fixture.workflow }), "workflowExecution { id }").await;
        let id = json!({ "workflowExecutionId": started["workflowExecution"]["id"] });
        fixture.done("pauseExecution", id.clone(), "workflowExecution { status }").await;
        assert_eq!(fixture.code("pauseExecution", id.clone()).await, "INVALID_TRANSITION");
        assert_eq!(fixture.claim(9).await.len(), 0);
        fixture.done("resumeExecution", id, "workflowExecution { status }").await;
        assert_eq!(fixture.claim(9).await.len(), 1);
    }

    async fn a_retried_task_opens_its_execution_again(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = json!({ "assignedAgentId": fixture.specialist, "taskType": "write" });
        let started = fixture.done("startExecution", json!({ "workflowId": fixture.workflow, "tasks": [task] }), "workflowExecution { id } tasks { id }").await;
        let status = async || {
            let id = json!({ "id": started["workflowExecution"]["id"] });
            fixture.query("query($id: ID!) { workflowExecution(id: $id) { status } }", id).await["workflowExecution"]["status"].clone()
        };
        let lease = fixture.claim(1).await.remove(0);
        fixture.fail(&lease, "PERMANENT").await;
        assert_eq!(status().await, json!("FAILED"));
        fixture.done("retryTask", json!({ "taskId": started["tasks"][0]["id"] }), "task { status }").await;
        assert_eq!(status().await, json!("RUNNING"));
        let lease = fixture.claim(1).await.remove(0);
        fixture.complete(&lease).await;
        assert_eq!(status().await, json!("COMPLETED"));
        fixture.check().await;
    }
}
