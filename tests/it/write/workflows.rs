//! Workflows: registered, updated and archived.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{DemoFixture, NOBODY, with};

const WORKFLOW: &str = "workflow { id name ownerAgentId n8nWorkflowId description goalId triggerType triggerConfig definition isActive nextRunAt version }";

on_both_engines! {
    async fn a_workflow_is_registered_once(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let owner = fixture.agent("Sales Specialist").await;
        let fields = format!("created {WORKFLOW}");
        let input = json!({ "name": "Greet", "ownerAgentId": owner });
        let first = fixture.done("registerWorkflow", with(input.clone(), json!({ "expectedVersion": 0 })), &fields).await;
        let workflow = &first["workflow"];
        assert_eq!(first["created"], true);
        assert_eq!(*workflow, json!({
            "id": workflow["id"], "name": "Greet", "ownerAgentId": owner, "n8nWorkflowId": null, "description": null, "goalId": null,
            "triggerType": "MANUAL", "triggerConfig": {}, "definition": null, "isActive": true, "nextRunAt": null, "version": 1,
        }));
        // Its owner and name find it again; what is left out stays.
        let goal = fixture.query("{ goals(first: 1) { nodes { id } } }", json!({})).await["goals"]["nodes"][0]["id"].clone();
        let more = json!({ "description": "Say hello.", "goalId": goal, "n8nWorkflowId": "greet-1" });
        let second = fixture.done("registerWorkflow", with(input.clone(), more), &fields).await;
        assert_eq!((&second["created"], &second["workflow"]["id"], &second["workflow"]["version"]), (&json!(false), &workflow["id"], &json!(2)));
        let third = fixture.done("registerWorkflow", with(input.clone(), json!({ "description": null })), &fields).await;
        assert_eq!((&third["workflow"]["description"], &third["workflow"]["goalId"]), (&Value::Null, &goal));
        // Its id in n8n finds it under any name and owner.
        let other = fixture.agent("Revenue Director").await;
        let renamed = json!({ "name": "Welcome", "ownerAgentId": other, "n8nWorkflowId": "greet-1", "expectedVersion": 3 });
        let fourth = fixture.done("registerWorkflow", renamed, &fields).await;
        assert_eq!((&fourth["created"], &fourth["workflow"]["id"]), (&json!(false), &workflow["id"]));
        assert_eq!((&fourth["workflow"]["name"], &fourth["workflow"]["ownerAgentId"]), (&json!("Welcome"), &json!(other)));
        // Another id in n8n is another workflow.
        let fifth = fixture.done("registerWorkflow", with(input, json!({ "n8nWorkflowId": "greet-2" })), &fields).await;
        assert_eq!(fifth["created"], true);
        fixture.check().await;
    }

    async fn no_workflow_is_what_it_cannot_be(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (owner, other) = (fixture.agent("Sales Specialist").await, fixture.agent("Revenue Director").await);
        let good = json!({ "name": "Greet", "ownerAgentId": owner, "n8nWorkflowId": "greet-1" });
        let id = fixture.done("registerWorkflow", good.clone(), WORKFLOW).await["workflow"]["id"].clone();
        fixture.done("registerWorkflow", json!({ "name": "Part", "ownerAgentId": owner }), WORKFLOW).await;
        let schedule = |config: Value| json!({ "triggerType": "SCHEDULE", "triggerConfig": config });
        for (changes, code) in [
            (json!({ "name": " " }), "INVALID name"),
            (json!({ "n8nWorkflowId": "" }), "INVALID n8nWorkflowId"),
            (json!({ "n8nWorkflowId": "greet-2" }), "ALREADY_EXISTS name"),
            (json!({ "name": "Part" }), "ALREADY_EXISTS name"),
            (json!({ "triggerConfig": { "custom": [] } }), "INVALID triggerConfig.custom"),
            (json!({ "triggerConfig": { "custom": { "cron": "0 7 * * *" } } }), "INVALID triggerConfig.custom"),
            (json!({ "triggerConfig": { "custom": { "a_b": "\0" } } }), "INVALID triggerConfig.custom.a_b"),
            (schedule(json!({})), "INVALID triggerConfig.cron"),
            (schedule(json!({ "cron": "0 7 * * * *" })), "INVALID triggerConfig.cron"),
            (schedule(json!({ "cron": "0 7 * * *", "timeZone": "Atlantis" })), "INVALID triggerConfig.timeZone"),
            (schedule(json!({ "cron": "0 9 30 2 *" })), "INVALID triggerConfig.cron"),
            (schedule(json!({ "cron": "0 7 * * *" })), "INVALID definition"),
            (json!({ "expectedVersion": 0 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            assert_eq!(fixture.code_and_path("registerWorkflow", with(good.clone(), changes.clone())).await, code, "{changes}");
        }
        for (input, code) in [
            (json!({ "id": id, "name": "Part" }), "ALREADY_EXISTS name"),
            (json!({ "id": id, "name": "" }), "INVALID name"),
            (json!({ "id": id, "n8nWorkflowId": "demo-quote" }), "ALREADY_EXISTS n8nWorkflowId"),
            (json!({ "id": id, "name": "x", "expectedVersion": 2 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            assert_eq!(fixture.code_and_path("updateWorkflow", input.clone()).await, code, "{input}");
        }
        for field in ["ownerAgentId", "goalId"] {
            for (name, input) in [("registerWorkflow", good.clone()), ("updateWorkflow", json!({ "id": id }))] {
                assert_eq!(fixture.code_and_path(name, with(input, json!({ field: NOBODY }))).await, format!("NOT_FOUND {field}"));
            }
        }
        let version = fixture.done("updateWorkflow", json!({ "id": id }), "workflow { version }").await;
        for field in ["triggerType", "triggerConfig", "isActive", "name", "ownerAgentId"] {
            let same = fixture.done("updateWorkflow", json!({ "id": id, field: null }), "workflow { version }").await;
            assert_eq!(same["workflow"], version["workflow"], "null is no value of {field}");
        }
        let payload = fixture.done("updateWorkflow", json!({ "id": id, "n8nWorkflowId": null, "ownerAgentId": other }), WORKFLOW).await;
        assert_eq!((&payload["workflow"]["n8nWorkflowId"], &payload["workflow"]["ownerAgentId"]), (&Value::Null, &json!(other)));
        fixture.check().await;
    }

    async fn a_schedule_says_when_it_starts_next(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let owner = fixture.agent("Sales Specialist").await;
        let config = json!({ "cron": "0 7 * * *", "timeZone": "America/New_York" });
        let input = json!({ "name": "Greet", "ownerAgentId": owner, "triggerType": "SCHEDULE", "triggerConfig": config,
            "definition": { "tasks": [{ "taskType": "greet" }] } });
        let made = fixture.done("registerWorkflow", input, WORKFLOW).await["workflow"].clone();
        assert_eq!(made["nextRunAt"], "2026-03-15T11:00:00+00:00");
        let id = &made["id"];
        // Time alone moves nothing: the slot is still to be started.
        fixture.clock().advance(chrono::Duration::days(2));
        let same = fixture.done("updateWorkflow", json!({ "id": id, "description": "x" }), WORKFLOW).await;
        assert_eq!(same["workflow"]["nextRunAt"], "2026-03-15T11:00:00+00:00");
        let moved = fixture.done("updateWorkflow", json!({ "id": id, "triggerConfig": { "cron": "30 8 * * *" } }), WORKFLOW).await;
        assert_eq!(moved["workflow"]["nextRunAt"], "2026-03-17T08:30:00+00:00");
        assert_eq!(fixture.code_and_path("archiveWorkflow", json!({ "id": id, "expectedVersion": 1 })).await, "VERSION_CONFLICT expectedVersion");
        assert_eq!(fixture.code_and_path("updateWorkflow", json!({ "id": id, "definition": null })).await, "INVALID definition");
        let never = json!({ "id": id, "triggerConfig": { "cron": "0 0 31 4 *" } });
        assert_eq!(fixture.code_and_path("updateWorkflow", never).await, "INVALID triggerConfig.cron");
        let archived = fixture.done("archiveWorkflow", json!({ "id": id, "expectedVersion": 3 }), WORKFLOW).await;
        assert_eq!((&archived["workflow"]["isActive"], &archived["workflow"]["nextRunAt"]), (&json!(false), &Value::Null));
        let again = fixture.done("archiveWorkflow", json!({ "id": id }), WORKFLOW).await;
        assert_eq!(again["workflow"]["version"], 4);
        assert_eq!(fixture.code_and_path("startExecution", json!({ "workflowId": id })).await, "INVALID_TRANSITION workflowId");
        let back = fixture.done("updateWorkflow", json!({ "id": id, "isActive": true }), WORKFLOW).await;
        assert_eq!(back["workflow"]["nextRunAt"], "2026-03-17T08:30:00+00:00");
        let custom = json!({ "id": id, "triggerConfig": { "cron": "30 8 * * *", "overlap": "QUEUE", "custom": { "path": "/new-order" } } });
        let custom = fixture.done("updateWorkflow", custom, WORKFLOW).await;
        assert_eq!(custom["workflow"]["triggerConfig"], json!({ "cron": "30 8 * * *", "overlap": "QUEUE", "path": "/new-order" }));
        let by_hand = fixture.done("updateWorkflow", json!({ "id": id, "triggerType": "MANUAL" }), WORKFLOW).await;
        assert_eq!(by_hand["workflow"]["nextRunAt"], Value::Null);
        fixture.check().await;
    }

    async fn the_same_is_registered_once_by_many_at_once(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let owner = fixture.agent("Sales Specialist").await;
        let calls = (0..8).map(|_| {
            let (fixture, input) = (fixture.clone(), json!({ "name": "Greet", "ownerAgentId": owner, "n8nWorkflowId": "greet-1" }));
            tokio::spawn(async move { fixture.done("registerWorkflow", input, "created workflow { id }").await })
        });
        let mut created = 0;
        for payload in futures::future::join_all(calls).await {
            created += usize::from(payload.expect("no panic")["created"] == true);
        }
        assert_eq!(created, 1);
    }
}
