//! Tasks that wait for others.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{WorkFixture, ids};

on_both_engines! {
    async fn an_execution_goes_through_its_graph(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let execution = fixture.done("startExecution", json!({ "workflowId": fixture.workflow, "tasks": [
            task(&fixture, "a", &[]), task(&fixture, "b", &[("a", "FAIL")]), task(&fixture, "c", &[("a", "FAIL")]),
            task(&fixture, "d", &[("b", "FAIL"), ("c", "FAIL")]),
        ] }), "workflowExecution { id } tasks { id }").await;
        let mut order = Vec::new();
        loop {
            let leases = fixture.claim(9).await;
            if leases.is_empty() {
                break;
            }
            order.push(leases.len());
            for lease in &leases {
                assert_eq!(fixture.complete(lease).await, None);
            }
        }
        assert_eq!(order, [1, 2, 1]);
        assert_eq!(status_of(&fixture, &execution).await, "COMPLETED");
        fixture.check().await;
    }

    async fn failures_fail_skip_or_run_what_waits(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let execution = fixture.done("startExecution", json!({ "workflowId": fixture.workflow, "tasks": [
            task(&fixture, "a", &[]), task(&fixture, "fails", &[("a", "FAIL")]), task(&fixture, "skips", &[("a", "SKIP")]),
            task(&fixture, "runs", &[("a", "RUN")]), task(&fixture, "then", &[("skips", "FAIL")]),
        ] }), "workflowExecution { id } tasks { id }").await;
        let tasks = ids(&execution["tasks"]);
        let lease = fixture.claim(9).await.remove(0);
        fixture.fail(&lease, "PERMANENT").await;
        let mut states = Vec::new();
        for task in &tasks {
            states.push(fixture.status(task).await);
        }
        assert_eq!(states, ["FAILED", "FAILED", "SKIPPED", "PENDING", "PENDING"]);
        let late = json!({ "workflowExecutionId": execution["workflowExecution"]["id"], "tasks": [task(&fixture, "late", &[("a", "FAIL")])] });
        let error = fixture.refused("createTasks", late).await;
        assert_eq!((&error["code"], &error["from"]), (&json!("INVALID_TRANSITION"), &json!("FAILED")));
        assert_eq!(error["path"], json!(["tasks", "0", "dependsOn", "0", "ref"]));
        for lease in fixture.claim(9).await {
            fixture.complete(&lease).await;
        }
        assert_eq!(status_of(&fixture, &execution).await, "FAILED");
        fixture.check().await;
    }

    async fn a_circle_is_refused_with_its_path(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let payload = fixture.mutate("startExecution", json!({ "workflowId": fixture.workflow, "tasks": [
            task(&fixture, "a", &[("c", "FAIL")]), task(&fixture, "b", &[("a", "FAIL")]), task(&fixture, "c", &[("b", "FAIL")]),
        ] }), "tasks { id }").await;
        assert_eq!(payload["userErrors"][0]["code"], json!("CYCLE"));
        assert_eq!(payload["userErrors"][0]["cycle"], json!(["a", "c", "b", "a"]));
        let left = fixture.query("{ workflowExecutions { totalCount } tasks { totalCount } }", json!({})).await;
        assert_eq!(left, json!({ "workflowExecutions": { "totalCount": 0 }, "tasks": { "totalCount": 0 } }));
    }

    async fn later_tasks_wait_for_earlier_ones(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let execution = fixture.done("startExecution", json!({ "workflowId": fixture.workflow, "tasks": [
            task(&fixture, "a", &[]), task(&fixture, "b", &[]),
        ] }), "workflowExecution { id } tasks { id }").await;
        let id = &execution["workflowExecution"]["id"];
        let leases = fixture.claim(9).await;
        fixture.complete(&leases[0]).await;
        let more = json!({ "workflowExecutionId": id, "tasks": [task(&fixture, "c", &[("a", "FAIL"), ("b", "FAIL")])] });
        fixture.done("createTasks", more.clone(), "tasks { id }").await;
        assert_eq!(fixture.code("createTasks", more).await, "ALREADY_EXISTS");
        let unknown = json!({ "workflowExecutionId": id, "tasks": [task(&fixture, "d", &[("nobody", "FAIL")])] });
        assert_eq!(fixture.code("createTasks", unknown).await, "UNKNOWN_REFERENCE");
        assert_eq!(fixture.claim(9).await.len(), 0);
        fixture.complete(&leases[1]).await;
        let last = fixture.claim(9).await;
        assert_eq!(last.len(), 1);
        fixture.complete(&last[0]).await;
        assert_eq!(status_of(&fixture, &execution).await, "COMPLETED");
        fixture.check().await;
    }

    async fn what_was_there_is_waited_for(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let unique = |mut task: Value| {
            task["unique"] = json!({ "key": "once" });
            task
        };
        let alone = json!({ "assignedAgentId": fixture.specialist, "taskType": "write", "unique": { "key": "once" } });
        let made = fixture.done("createTasks", json!({ "tasks": [alone] }), "tasks { id }").await;
        let call = json!({ "tasks": [unique(task(&fixture, "a", &[])), task(&fixture, "b", &[("a", "FAIL")])] });
        let again = fixture.done("createTasks", call.clone(), "tasks { id openDependencies }").await;
        assert_eq!(again["tasks"][0]["id"], made["tasks"][0]["id"]);
        assert_eq!(again["tasks"][1]["openDependencies"], json!(1));
        fixture.check().await;
        let lease = fixture.claim(9).await;
        assert_eq!(lease.len(), 1);
        fixture.complete(&lease[0]).await;
        assert_eq!(fixture.claim(9).await.len(), 1, "the end of the task that was there lets it go on");
        fixture.check().await;
        // A task that was there does not begin to wait for anything.
        fixture.done("createTasks", json!({ "tasks": [unique(task(&fixture, "x", &[]))] }), "tasks { id }").await;
        let waits = json!({ "tasks": [task(&fixture, "y", &[]), unique(task(&fixture, "x", &[("y", "FAIL")]))] });
        assert_eq!(fixture.code("createTasks", waits).await, "ALREADY_EXISTS");
        // An execution is not made of tasks that are elsewhere.
        let start = json!({ "workflowId": fixture.workflow, "tasks": [unique(task(&fixture, "a", &[]))] });
        let payload = fixture.mutate("startExecution", start, "tasks { id }").await;
        assert_eq!(payload["userErrors"][0]["path"], json!(["tasks", "0", "unique"]));
        fixture.check().await;
    }

    async fn a_reference_of_the_execution_is_there_once(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let start = json!({ "workflowId": fixture.workflow, "tasks": [task(&fixture, "a", &[])] });
        let execution = fixture.done("startExecution", start, "workflowExecution { id }").await;
        let id = &execution["workflowExecution"]["id"];
        let again = json!({ "workflowExecutionId": id, "tasks": [task(&fixture, "b", &[]), task(&fixture, "a", &[])] });
        let payload = fixture.mutate("createTasks", again, "tasks { id }").await;
        assert_eq!(payload["userErrors"][0]["code"], json!("ALREADY_EXISTS"));
        assert_eq!(payload["userErrors"][0]["path"], json!(["tasks", "1", "ref"]));
    }

    async fn only_who_takes_part_adds_to_an_execution(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let start = json!({ "workflowId": fixture.workflow, "tasks": [task(&fixture, "a", &[])] });
        let execution = fixture.done("startExecution", start, "workflowExecution { id }").await;
        let add = |agent| {
            let task = json!({ "assignedAgentId": agent, "taskType": "write" });
            json!({ "input": { "workflowExecutionId": execution["workflowExecution"]["id"], "tasks": [task] } })
        };
        let query = "mutation($input: CreateTasksInput!) { createTasks(input: $input) { tasks { id } userErrors { code } } }";
        let stranger = fixture.acting(fixture.agent_key(fixture.other));
        let (data, errors) = stranger.try_query(query, add(fixture.other)).await;
        assert!(!errors.is_empty() || data["createTasks"]["userErrors"] != json!([]), "{data}");
        for agent in [fixture.director, fixture.specialist] {
            let part = fixture.acting(fixture.agent_key(agent));
            let (data, errors) = part.try_query(query, add(agent)).await;
            assert!(errors.is_empty() && data["createTasks"]["userErrors"] == json!([]), "{data} {errors:?}");
        }
        let count = fixture.query("{ tasks { totalCount } }", json!({})).await;
        assert_eq!(count, json!({ "tasks": { "totalCount": 3 } }));
        fixture.check().await;
    }
}

/// A task for the specialist with its dependencies.
fn task(fixture: &WorkFixture, name: &str, on: &[(&str, &str)]) -> Value {
    let on: Vec<Value> = on.iter().map(|(name, rule)| json!({ "ref": name, "onFailure": rule })).collect();
    json!({ "ref": name, "assignedAgentId": fixture.specialist, "taskType": "write", "dependsOn": on })
}

async fn status_of(fixture: &WorkFixture, payload: &Value) -> String {
    let query = "query($id: ID!) { workflowExecution(id: $id) { status completedAt } }";
    let found = fixture.query(query, json!({ "id": payload["workflowExecution"]["id"] })).await;
    found["workflowExecution"]["status"].as_str().expect("a status").to_owned()
}
