//! Executions: started once, paused, and ended by themselves.

use serde_json::json;
use tests::on_both_engines;

use super::house::{House, at_once};

on_both_engines! {
    async fn a_definition_becomes_tasks(db: &TestDatabase) {
        let house = House::open(db).await;
        let input = json!({ "workflowId": house.workflow, "inputData": { "week": 47 } });
        let started = house.done("startExecution", input, "workflowExecution { status } tasks { taskType assignedAgentId openDependencies inputData }").await;
        assert_eq!(started["workflowExecution"]["status"], json!("RUNNING"));
        assert_eq!(started["tasks"], json!([
            { "taskType": "write", "assignedAgentId": house.specialist, "openDependencies": 0, "inputData": { "input": { "week": 47 } } },
            { "taskType": "send", "assignedAgentId": house.director, "openDependencies": 1, "inputData": { "input": { "week": 47 } } },
        ]));
        house.check().await;
    }

    async fn the_same_key_starts_one_execution(db: &TestDatabase) {
        let house = House::open(db).await;
        let start = |week: i32| json!({ "workflowId": house.workflow, "idempotencyKey": "k", "inputData": { "week": week } });
        let payloads = at_once(50, |_| {
            let (house, input) = (house.clone(), start(1));
            async move { house.mutate("startExecution", input, "workflowExecution { id } replayed").await }
        })
        .await;
        let first = payloads.iter().filter(|payload| payload["replayed"] == json!(false)).count();
        assert_eq!(first, 1);
        assert!(payloads.iter().all(|payload| payload["workflowExecution"] == payloads[0]["workflowExecution"]));
        assert_eq!(house.code("startExecution", start(2)).await, "IDEMPOTENCY_CONFLICT");
        let count = house.query("{ workflowExecutions { totalCount } tasks { totalCount } }", json!({})).await;
        assert_eq!(count, json!({ "workflowExecutions": { "totalCount": 1 }, "tasks": { "totalCount": 2 } }));
        house.check().await;
    }

    async fn the_callers_id_starts_one_execution(db: &TestDatabase) {
        let house = House::open(db).await;
        let start = json!({ "workflowId": house.workflow, "executionId": "n8n-7" });
        let payloads = at_once(10, |_| {
            let (house, input) = (house.clone(), start.clone());
            async move { house.done("startExecution", input, "workflowExecution { id } existing tasks { id }").await }
        })
        .await;
        assert_eq!(payloads.iter().filter(|payload| payload["existing"] == json!(false)).count(), 1);
        assert!(payloads.iter().all(|payload| payload["tasks"] == payloads[0]["tasks"]));
        house.check().await;
    }

    async fn a_paused_execution_gives_no_tasks(db: &TestDatabase) {
        let house = House::open(db).await;
        let started = house.done("startExecution", json!({ "workflowId": house.workflow }), "workflowExecution { id }").await;
        let id = json!({ "workflowExecutionId": started["workflowExecution"]["id"] });
        house.done("pauseExecution", id.clone(), "workflowExecution { status }").await;
        assert_eq!(house.code("pauseExecution", id.clone()).await, "INVALID_TRANSITION");
        assert_eq!(house.claim(9).await.len(), 0);
        house.done("resumeExecution", id, "workflowExecution { status }").await;
        assert_eq!(house.claim(9).await.len(), 1);
    }

    async fn a_retried_task_opens_its_execution_again(db: &TestDatabase) {
        let house = House::open(db).await;
        let task = json!({ "assignedAgentId": house.specialist, "taskType": "write" });
        let started = house.done("startExecution", json!({ "workflowId": house.workflow, "tasks": [task] }), "workflowExecution { id } tasks { id }").await;
        let status = async || {
            let id = json!({ "id": started["workflowExecution"]["id"] });
            house.query("query($id: ID!) { workflowExecution(id: $id) { status } }", id).await["workflowExecution"]["status"].clone()
        };
        let lease = house.claim(1).await.remove(0);
        house.fail(&lease, "PERMANENT").await;
        assert_eq!(status().await, json!("FAILED"));
        house.done("retryTask", json!({ "taskId": started["tasks"][0]["id"] }), "task { status }").await;
        assert_eq!(status().await, json!("RUNNING"));
        let lease = house.claim(1).await.remove(0);
        house.complete(&lease).await;
        assert_eq!(status().await, json!("COMPLETED"));
        house.check().await;
    }
}
