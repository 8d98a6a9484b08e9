//! Tasks that wait for others.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::house::{House, ids};

on_both_engines! {
    async fn an_execution_goes_through_its_graph(db: &TestDatabase) {
        let house = House::open(db).await;
        let execution = house.done("startExecution", json!({ "workflowId": house.workflow, "tasks": [
            task(&house, "a", &[]), task(&house, "b", &[("a", "FAIL")]), task(&house, "c", &[("a", "FAIL")]),
            task(&house, "d", &[("b", "FAIL"), ("c", "FAIL")]),
        ] }), "workflowExecution { id } tasks { id }").await;
        let mut order = Vec::new();
        loop {
            let leases = house.claim(9).await;
            if leases.is_empty() {
                break;
            }
            order.push(leases.len());
            for lease in &leases {
                assert_eq!(house.complete(lease).await, None);
            }
        }
        assert_eq!(order, [1, 2, 1]);
        assert_eq!(status_of(&house, &execution).await, "COMPLETED");
        house.check().await;
    }

    async fn failures_fail_skip_or_run_what_waits(db: &TestDatabase) {
        let house = House::open(db).await;
        let execution = house.done("startExecution", json!({ "workflowId": house.workflow, "tasks": [
            task(&house, "a", &[]), task(&house, "fails", &[("a", "FAIL")]), task(&house, "skips", &[("a", "SKIP")]),
            task(&house, "runs", &[("a", "RUN")]), task(&house, "then", &[("skips", "FAIL")]),
        ] }), "workflowExecution { id } tasks { id }").await;
        let tasks = ids(&execution["tasks"]);
        let lease = house.claim(9).await.remove(0);
        house.fail(&lease, "PERMANENT").await;
        let mut states = Vec::new();
        for task in &tasks {
            states.push(house.status(task).await);
        }
        assert_eq!(states, ["FAILED", "FAILED", "SKIPPED", "PENDING", "PENDING"]);
        for lease in house.claim(9).await {
            house.complete(&lease).await;
        }
        assert_eq!(status_of(&house, &execution).await, "FAILED");
        house.check().await;
    }

    async fn a_circle_is_refused_with_its_path(db: &TestDatabase) {
        let house = House::open(db).await;
        let payload = house.mutate("startExecution", json!({ "workflowId": house.workflow, "tasks": [
            task(&house, "a", &[("c", "FAIL")]), task(&house, "b", &[("a", "FAIL")]), task(&house, "c", &[("b", "FAIL")]),
        ] }), "tasks { id }").await;
        assert_eq!(payload["userErrors"][0]["code"], json!("CYCLE"));
        assert_eq!(payload["userErrors"][0]["cycle"], json!(["a", "c", "b", "a"]));
        let left = house.ask("{ workflowExecutions { totalCount } tasks { totalCount } }", json!({})).await;
        assert_eq!(left, json!({ "workflowExecutions": { "totalCount": 0 }, "tasks": { "totalCount": 0 } }));
    }

    async fn later_tasks_wait_for_earlier_ones(db: &TestDatabase) {
        let house = House::open(db).await;
        let execution = house.done("startExecution", json!({ "workflowId": house.workflow, "tasks": [
            task(&house, "a", &[]), task(&house, "b", &[]),
        ] }), "workflowExecution { id } tasks { id }").await;
        let id = &execution["workflowExecution"]["id"];
        let leases = house.claim(9).await;
        house.complete(&leases[0]).await;
        let more = json!({ "workflowExecutionId": id, "tasks": [task(&house, "c", &[("a", "FAIL"), ("b", "FAIL")])] });
        house.done("createTasks", more.clone(), "tasks { id }").await;
        assert_eq!(house.refused("createTasks", more).await, "ALREADY_EXISTS");
        let unknown = json!({ "workflowExecutionId": id, "tasks": [task(&house, "d", &[("nobody", "FAIL")])] });
        assert_eq!(house.refused("createTasks", unknown).await, "UNKNOWN_REFERENCE");
        assert_eq!(house.claim(9).await.len(), 0);
        house.complete(&leases[1]).await;
        let last = house.claim(9).await;
        assert_eq!(last.len(), 1);
        house.complete(&last[0]).await;
        assert_eq!(status_of(&house, &execution).await, "COMPLETED");
        house.check().await;
    }
}

/// A task for the specialist with its dependencies.
fn task(house: &House, name: &str, on: &[(&str, &str)]) -> Value {
    let on: Vec<Value> = on.iter().map(|(name, rule)| json!({ "ref": name, "onFailure": rule })).collect();
    json!({ "ref": name, "assignedAgentId": house.specialist, "taskType": "write", "dependsOn": on })
}

async fn status_of(house: &House, payload: &Value) -> String {
    let query = "query($id: ID!) { workflowExecution(id: $id) { status completedAt } }";
    let found = house.ask(query, json!({ "id": payload["workflowExecution"]["id"] })).await;
    found["workflowExecution"]["status"].as_str().expect("a status").to_owned()
}
