//! Failed attempts, and what follows.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{WorkFixture, ids};

on_both_engines! {
    async fn attempts_end_in_the_dead_letters(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = &fixture.create(1).await[0];
        for attempt in 1..=3 {
            fixture.pass(3600).await;
            let lease = fixture.claim(1).await.remove(0);
            assert_eq!(lease["attempt"], json!(attempt));
            assert_eq!(fixture.fail(&lease, "RETRYABLE").await, None);
        }
        let seen = fixture.task_with(task, "status errorCode attempts(first: 9) { nodes { number outcome errorCode } }").await;
        assert_eq!(seen["status"], json!("FAILED"));
        assert_eq!(seen["attempts"]["nodes"].as_array().expect("attempts").len(), 3);
        assert_eq!(fixture.claim(1).await.len(), 0);
        fixture.check().await;
    }

    async fn an_error_stands_beside_the_attempt_that_had_it(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = &fixture.create(1).await[0];
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.fail(&lease, "RETRYABLE").await, None);
        for end in ["releaseTasks", "completeTasks"] {
            fixture.pass(10).await;
            let lease = fixture.claim(1).await.remove(0);
            assert_eq!(fixture.end(end, &lease, json!({})).await, None);
        }
        let fields = "attempts(first: 9) { nodes { outcome errorCode } }";
        let mut attempts = fixture.task_with(task, fields).await["attempts"]["nodes"].take();
        let attempts = attempts.as_array_mut().expect("attempts");
        attempts.sort_by_key(|attempt| attempt["outcome"].to_string());
        assert_eq!(json!(attempts), json!([
            { "outcome": "COMPLETED", "errorCode": null },
            { "outcome": "FAILED", "errorCode": "BROKEN" },
            { "outcome": "RELEASED", "errorCode": null },
        ]));
        fixture.check().await;
    }

    async fn the_next_attempt_waits(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(1).await;
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.fail(&lease, "RETRYABLE").await, None);
        fixture.pass(4).await;
        assert_eq!(fixture.claim(1).await.len(), 0, "at least half of ten seconds");
        fixture.pass(6).await;
        assert_eq!(fixture.claim(1).await.len(), 1, "at most ten");
        fixture.check().await;
    }

    async fn a_permanent_error_is_final_until_somebody_tries_again(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = fixture.create(1).await.remove(0);
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.fail(&lease, "PERMANENT").await, None);
        assert_eq!(fixture.status(&task).await, "FAILED");
        fixture.done("retryTask", json!({ "taskId": task }), "task { status }").await;
        assert_eq!(fixture.code("retryTask", json!({ "taskId": task })).await, "INVALID_TRANSITION");
        let lease = fixture.claim(1).await.remove(0);
        assert_eq!(fixture.complete(&lease).await, None);
        assert_eq!(fixture.code("retryTask", json!({ "taskId": task })).await, "INVALID_TRANSITION");
        fixture.check().await;
    }

    async fn redriving_takes_what_fits(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        fixture.create(5).await;
        for lease in fixture.claim(5).await {
            fixture.fail(&lease, "PERMANENT").await;
        }
        let redrive = async |input: serde_json::Value| {
            let payload = fixture.done("redriveTasks", input, "tasks { status }").await;
            payload["tasks"].as_array().expect("tasks").clone()
        };
        assert_eq!(redrive(json!({ "filter": { "errorCodes": ["OTHER"] } })).await.len(), 0);
        let dry = redrive(json!({ "filter": { "errorCodes": ["BROKEN"] }, "dryRun": true })).await;
        assert_eq!(dry, vec![json!({ "status": "FAILED" }); 5]);
        let done = redrive(json!({ "filter": { "taskTypes": ["write"] }, "limit": 2 })).await;
        assert_eq!(done, vec![json!({ "status": "PENDING" }); 2]);
        assert_eq!(redrive(json!({})).await.len(), 3);
        fixture.check().await;
    }

    async fn a_chain_is_redriven_in_its_order(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (execution, tasks) = failed_chain(&fixture).await;
        assert_eq!(fixture.code("retryTask", json!({ "taskId": tasks[1] })).await, "INVALID_TRANSITION");
        let fields = "tasks { id } notReopened { taskId userErrors { code } }";
        let late = json!({ "filter": { "taskTypes": ["b", "c"] }, "dryRun": true });
        let payload = fixture.done("redriveTasks", late, fields).await;
        assert_eq!(payload["tasks"], json!([]));
        assert_eq!(payload["notReopened"], json!([
            { "taskId": tasks[1], "userErrors": [{ "code": "INVALID_TRANSITION" }] },
            { "taskId": tasks[2], "userErrors": [{ "code": "INVALID_TRANSITION" }] },
        ]));
        let all = json!({ "filter": { "workflowExecutionId": execution } });
        let payload = fixture.done("redriveTasks", all, fields).await;
        assert_eq!(payload["tasks"].as_array().map(Vec::len), Some(3));
        assert_eq!(payload["notReopened"], json!([]));
        fixture.check().await;
        for _ in 0..3 {
            let leases = fixture.claim(9).await;
            assert_eq!(leases.len(), 1);
            fixture.complete(&leases[0]).await;
        }
        fixture.check().await;
    }

    async fn what_failed_with_another_is_retried_after_it(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (_, tasks) = failed_chain(&fixture).await;
        for task in &tasks {
            fixture.done("retryTask", json!({ "taskId": task }), "task { status }").await;
            fixture.check().await;
        }
        assert_eq!(fixture.claim(9).await.len(), 1);
    }

    async fn what_went_on_after_a_failure_waits_for_the_task_that_is_opened_again(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let task = |name: &str, on: Value| json!({ "ref": name, "assignedAgentId": fixture.specialist, "taskType": name, "dependsOn": on });
        let on = json!([{ "ref": "a", "onFailure": "RUN" }, { "ref": "b", "onFailure": "FAIL" }]);
        let start = json!({ "workflowId": fixture.workflow, "tasks": [task("a", json!([])), task("b", json!([])), task("c", on)] });
        let started = fixture.done("startExecution", start, "tasks { id }").await;
        let tasks = ids(&started["tasks"]);
        let leases = fixture.claim(9).await;
        let lease_of = |id: &str| leases.iter().find(|lease| lease["taskId"] == *id).expect("claimed");
        fixture.fail(lease_of(&tasks[0]), "PERMANENT").await;
        fixture.done("retryTask", json!({ "taskId": tasks[0] }), "task { id }").await;
        fixture.check().await;
        let again = fixture.claim(9).await.remove(0);
        assert_eq!(fixture.complete(&again).await, None);
        fixture.check().await;
        assert_eq!(fixture.claim(9).await, Vec::<Value>::new(), "the other one is not done yet");
        assert_eq!(fixture.complete(lease_of(&tasks[1])).await, None);
        assert_eq!(fixture.claim(9).await.len(), 1);
        fixture.check().await;
    }

    async fn a_key_that_another_took_is_not_given_back(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let keyed = json!({ "tasks": [{ "assignedAgentId": fixture.specialist, "taskType": "write", "unique": { "key": "mail" } }] });
        let make = async || ids(&fixture.done("createTasks", keyed.clone(), "tasks { id }").await["tasks"]).remove(0);
        let first = make().await;
        let lease = fixture.claim(1).await.remove(0);
        fixture.fail(&lease, "PERMANENT").await;
        let second = make().await;
        assert_ne!(first, second);
        assert_eq!(fixture.code("retryTask", json!({ "taskId": first })).await, "ALREADY_EXISTS");
        let lease = fixture.claim(1).await.remove(0);
        fixture.fail(&lease, "PERMANENT").await;
        let payload = fixture.done("redriveTasks", json!({}), "tasks { id } notReopened { taskId userErrors { code } }").await;
        assert_eq!(ids(&payload["tasks"]), vec![first.clone()]);
        assert_eq!(payload["notReopened"], json!([{ "taskId": second, "userErrors": [{ "code": "ALREADY_EXISTS" }] }]));
        assert_eq!(make().await, first, "it holds the key again");
        fixture.check().await;
    }

    async fn reopening_asks_for_the_agent_and_the_execution(db: &TestDatabase) {
        let fixture = WorkFixture::open(db).await;
        let (execution, tasks) = failed_chain(&fixture).await;
        fixture.done("deactivateAgent", json!({ "id": fixture.specialist }), "agent { id }").await;
        assert_eq!(fixture.code("retryTask", json!({ "taskId": tasks[0] })).await, "AGENT_INACTIVE");
        fixture.done("activateAgent", json!({ "id": fixture.specialist }), "agent { id }").await;
        fixture.done("archiveWorkflow", json!({ "id": fixture.workflow }), "workflow { id }").await;
        assert_eq!(fixture.code("retryTask", json!({ "taskId": tasks[0] })).await, "INVALID_TRANSITION");
        let status = fixture.query("query($id: ID!) { workflowExecution(id: $id) { status } }", json!({ "id": execution })).await;
        assert_eq!(status["workflowExecution"]["status"], json!("FAILED"));
        for limit in [0, 1001] {
            assert_eq!(fixture.code("redriveTasks", json!({ "limit": limit })).await, "INVALID");
        }
        fixture.check().await;
    }
}

/// An execution of three tasks, each of which waits for the one before; the first has failed.
async fn failed_chain(fixture: &WorkFixture) -> (Value, Vec<String>) {
    let task = |name: &str, on: &[&str]| {
        let on: Vec<Value> = on.iter().map(|name| json!({ "ref": name })).collect();
        json!({ "ref": name, "assignedAgentId": fixture.specialist, "taskType": name, "dependsOn": on })
    };
    let tasks = [task("a", &[]), task("b", &["a"]), task("c", &["b"])];
    let start = json!({ "workflowId": fixture.workflow, "tasks": tasks });
    let started = fixture.done("startExecution", start, "workflowExecution { id } tasks { id }").await;
    let lease = fixture.claim(9).await.remove(0);
    fixture.fail(&lease, "PERMANENT").await;
    (started["workflowExecution"]["id"].clone(), ids(&started["tasks"]))
}
