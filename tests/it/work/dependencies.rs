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
        let left = house.query("{ workflowExecutions { totalCount } tasks { totalCount } }", json!({})).await;
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
        assert_eq!(house.code("createTasks", more).await, "ALREADY_EXISTS");
        let unknown = json!({ "workflowExecutionId": id, "tasks": [task(&house, "d", &[("nobody", "FAIL")])] });
        assert_eq!(house.code("createTasks", unknown).await, "UNKNOWN_REFERENCE");
        assert_eq!(house.claim(9).await.len(), 0);
        house.complete(&leases[1]).await;
        let last = house.claim(9).await;
        assert_eq!(last.len(), 1);
        house.complete(&last[0]).await;
        assert_eq!(status_of(&house, &execution).await, "COMPLETED");
        house.check().await;
    }

    async fn what_was_there_is_waited_for(db: &TestDatabase) {
        let house = House::open(db).await;
        let unique = |mut task: Value| {
            task["unique"] = json!({ "key": "once" });
            task
        };
        let alone = json!({ "assignedAgentId": house.specialist, "taskType": "write", "unique": { "key": "once" } });
        let made = house.done("createTasks", json!({ "tasks": [alone] }), "tasks { id }").await;
        let call = json!({ "tasks": [unique(task(&house, "a", &[])), task(&house, "b", &[("a", "FAIL")])] });
        let again = house.done("createTasks", call.clone(), "tasks { id openDependencies }").await;
        assert_eq!(again["tasks"][0]["id"], made["tasks"][0]["id"]);
        assert_eq!(again["tasks"][1]["openDependencies"], json!(1));
        house.check().await;
        let lease = house.claim(9).await;
        assert_eq!(lease.len(), 1);
        house.complete(&lease[0]).await;
        assert_eq!(house.claim(9).await.len(), 1, "the end of the task that was there lets it go on");
        house.check().await;
        // A task that was there does not begin to wait for anything.
        house.done("createTasks", json!({ "tasks": [unique(task(&house, "x", &[]))] }), "tasks { id }").await;
        let waits = json!({ "tasks": [task(&house, "y", &[]), unique(task(&house, "x", &[("y", "FAIL")]))] });
        assert_eq!(house.code("createTasks", waits).await, "ALREADY_EXISTS");
        // An execution is not made of tasks that are elsewhere.
        let start = json!({ "workflowId": house.workflow, "tasks": [unique(task(&house, "a", &[]))] });
        let payload = house.mutate("startExecution", start, "tasks { id }").await;
        assert_eq!(payload["userErrors"][0]["path"], json!(["tasks", "0", "unique"]));
        house.check().await;
    }

    async fn a_reference_of_the_execution_is_there_once(db: &TestDatabase) {
        let house = House::open(db).await;
        let start = json!({ "workflowId": house.workflow, "tasks": [task(&house, "a", &[])] });
        let execution = house.done("startExecution", start, "workflowExecution { id }").await;
        let id = &execution["workflowExecution"]["id"];
        let again = json!({ "workflowExecutionId": id, "tasks": [task(&house, "b", &[]), task(&house, "a", &[])] });
        let payload = house.mutate("createTasks", again, "tasks { id }").await;
        assert_eq!(payload["userErrors"][0]["code"], json!("ALREADY_EXISTS"));
        assert_eq!(payload["userErrors"][0]["path"], json!(["tasks", "1", "ref"]));
    }

    async fn only_who_takes_part_adds_to_an_execution(db: &TestDatabase) {
        let house = House::open(db).await;
        let start = json!({ "workflowId": house.workflow, "tasks": [task(&house, "a", &[])] });
        let execution = house.done("startExecution", start, "workflowExecution { id }").await;
        let add = |agent| {
            let task = json!({ "assignedAgentId": agent, "taskType": "write" });
            json!({ "input": { "workflowExecutionId": execution["workflowExecution"]["id"], "tasks": [task] } })
        };
        let query = "mutation($input: CreateTasksInput!) { createTasks(input: $input) { tasks { id } userErrors { code } } }";
        let stranger = house.acting(house.agent_key(house.other));
        let (data, errors) = stranger.try_query(query, add(house.other)).await;
        assert!(!errors.is_empty() || data["createTasks"]["userErrors"] != json!([]), "{data}");
        for agent in [house.director, house.specialist] {
            let part = house.acting(house.agent_key(agent));
            let (data, errors) = part.try_query(query, add(agent)).await;
            assert!(errors.is_empty() && data["createTasks"]["userErrors"] == json!([]), "{data} {errors:?}");
        }
        let count = house.query("{ tasks { totalCount } }", json!({})).await;
        assert_eq!(count, json!({ "tasks": { "totalCount": 3 } }));
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
    let found = house.query(query, json!({ "id": payload["workflowExecution"]["id"] })).await;
    found["workflowExecution"]["status"].as_str().expect("a status").to_owned()
}
