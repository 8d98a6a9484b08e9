//! What workflows are made of: checked when they are registered, so that no execution fails for it.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{DemoFixture, NOBODY, text, with};

on_both_engines! {
    async fn a_definition_becomes_tasks(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (owner, other) = (fixture.agent("Sales Specialist").await, fixture.agent("Finance Director").await);
        let definition = json!({ "tasks": [
            { "ref": "ask", "taskType": "read_request", "priority": 1, "slaMinutes": 15, "input": { "politely": true } },
            { "ref": "price", "taskType": "price", "agent": "Finance Director", "dependsOn": [{ "ref": "ask" }],
              "maxAttempts": 5, "backoffSeconds": 1, "backoffCapSeconds": 60, "maxRunSeconds": 600, "maxWaitSeconds": 3600 },
            { "taskType": "send", "agent": other.to_uppercase(), "dependsOn": [{ "ref": "price", "onFailure": "RUN" }, { "ref": "ask", "onFailure": "SKIP" }] },
        ] });
        let input = json!({ "name": "Offer", "ownerAgentId": owner, "definition": definition });
        let workflow = fixture.done("registerWorkflow", input, "workflow { id definition }").await["workflow"].clone();
        assert_eq!(workflow["definition"], definition);
        let started = fixture.done("startExecution", json!({ "workflowId": workflow["id"] }), "workflowExecution { tasks { nodes {
            taskType assignedAgent { name } openDependencies maxAttempts } } }").await;
        let tasks = started["workflowExecution"]["tasks"]["nodes"].as_array().expect("tasks").clone();
        let mut tasks: Vec<_> = tasks.iter().map(|task| format!("{} {} {} {}", text(&task["taskType"]),
            text(&task["assignedAgent"]["name"]), task["openDependencies"], task["maxAttempts"])).collect();
        tasks.sort_unstable();
        assert_eq!(tasks, ["price Finance Director 1 5", "read_request Sales Specialist 0 3", "send Finance Director 2 3"]);
        fixture.check().await;
    }

    async fn what_a_definition_is_refused_for_at_a_start_is_told_at_the_workflow(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (owner, other) = (fixture.agent("Sales Specialist").await, fixture.agent("Finance Director").await);
        let definition = json!({ "tasks": [{ "taskType": "x" }, { "taskType": "y", "agent": "Finance Director" }] });
        let input = json!({ "name": "Offer", "ownerAgentId": owner, "definition": definition });
        let id = fixture.done("registerWorkflow", input, "workflow { id }").await["workflow"]["id"].clone();
        let start = json!({ "workflowId": id });
        fixture.done("updateAgent", json!({ "id": other, "name": "Treasurer" }), "agent { id }").await;
        let code = fixture.code_and_path("startExecution", start.clone()).await;
        assert_eq!(code, "UNKNOWN_REFERENCE workflowId.definition.tasks.1.agent");
        // Without a definition the input itself is to have them.
        fixture.done("updateWorkflow", json!({ "id": id, "definition": null }), "workflow { id }").await;
        assert_eq!(fixture.code_and_path("startExecution", start).await, "INVALID tasks");
        fixture.check().await;
    }

    async fn a_definition_that_cannot_be_is_refused(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let owner = fixture.agent("Sales Specialist").await;
        let input = json!({ "name": "Offer", "ownerAgentId": owner });
        let task = json!({ "ref": "a", "taskType": "x" });
        let one = |changes: Value| json!({ "tasks": [with(task.clone(), changes)] });
        for (definition, code) in [
            (json!({ "tasks": [] }), "INVALID definition.tasks"),
            (one(json!({ "taskType": "" })), "INVALID definition.tasks.0.taskType"),
            (one(json!({ "priority": 11 })), "INVALID definition.tasks.0.priority"),
            (one(json!({ "slaMinutes": 0 })), "INVALID definition.tasks.0.slaMinutes"),
            (one(json!({ "maxAttempts": 0 })), "INVALID definition.tasks.0.maxAttempts"),
            (one(json!({ "backoffSeconds": -1 })), "INVALID definition.tasks.0.backoffSeconds"),
            (one(json!({ "input": 1 })), "INVALID definition.tasks.0.input"),
            (one(json!({ "agent": "Nobody" })), "UNKNOWN_REFERENCE definition.tasks.0.agent"),
            (one(json!({ "agent": NOBODY })), "UNKNOWN_REFERENCE definition.tasks.0.agent"),
            (one(json!({ "dependsOn": [{ "ref": "b" }] })), "UNKNOWN_REFERENCE definition.tasks.0.dependsOn.0.ref"),
            (json!({ "tasks": [task, task] }), "ALREADY_EXISTS definition.tasks.1.ref"),
        ] {
            let input = with(input.clone(), json!({ "definition": definition }));
            assert_eq!(fixture.code_and_path("registerWorkflow", input).await, code, "{definition}");
        }
        let waits = |name: &str, on: &[&str]| {
            let on: Vec<_> = on.iter().map(|on| json!({ "ref": on })).collect();
            json!({ "ref": name, "taskType": "x", "dependsOn": on })
        };
        for (tasks, circle) in [
            (vec![waits("a", &["a"])], json!(["a", "a"])),
            (vec![waits("a", &["b"]), waits("b", &["a"])], json!(["a", "b", "a"])),
            (vec![waits("start", &[]), waits("a", &["start", "c"]), waits("b", &["a"]), waits("c", &["b"])], json!(["a", "c", "b", "a"])),
        ] {
            let input = with(input.clone(), json!({ "definition": { "tasks": tasks } }));
            let error = fixture.refused("registerWorkflow", input).await;
            assert_eq!((&error["code"], &error["cycle"]), (&json!("CYCLE"), &circle));
        }
        // The same of a workflow that is there.
        let id = fixture.done("registerWorkflow", input, "workflow { id }").await["workflow"]["id"].clone();
        assert_eq!(fixture.code_and_path("updateWorkflow", json!({ "id": id, "definition": { "tasks": [] } })).await, "INVALID definition.tasks");
        let good = json!({ "tasks": [waits("a", &[]), waits("b", &["a", "a"])] });
        fixture.done("updateWorkflow", json!({ "id": id, "definition": good }), "workflow { id }").await;
        let gone = fixture.done("updateWorkflow", json!({ "id": id, "definition": null }), "workflow { definition }").await;
        assert_eq!(gone["workflow"]["definition"], Value::Null);
        fixture.check().await;
    }
}
