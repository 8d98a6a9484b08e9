//! Agents that take no more work, and what becomes of what they had.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{DemoFixture, text};

/// The tasks of an agent, by their status.
const TASKS: &str = "query($agent: ID!, $status: [TaskStatus!]) { tasks(first: 250, filter: {
    assignedAgentId: { eq: $agent }, status: { in: $status } }) { nodes { id status leaseExpiresAt cancelRequestedAt attempt
    attempts { nodes { outcome } } } } }";

on_both_engines! {
    async fn work_that_is_open_stands_in_the_way(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let id = fixture.agent("Support Specialist").await;
        let open = tasks(&fixture, &id, &OPEN).await;
        assert!(!open.is_empty());
        for input in [json!({ "id": id }), json!({ "id": id, "openTasks": "REFUSE" })] {
            assert_eq!(fixture.code_and_path("deactivateAgent", input).await, "OPEN_TASKS openTasks");
        }
        assert_eq!(tasks(&fixture, &id, &OPEN).await, open);
        let input = json!({ "name": "Idle", "type": "SPECIALIST", "parentId": id });
        let idle = fixture.done("createAgent", input, "agent { id version }").await["agent"].clone();
        let payload = fixture.done("deactivateAgent", json!({ "id": idle["id"] }), "agent { isActive version }").await;
        assert_eq!(payload["agent"], json!({ "isActive": false, "version": 2 }));
        // Once more changes nothing.
        let payload = fixture.done("deactivateAgent", json!({ "id": idle["id"] }), "agent { isActive version }").await;
        assert_eq!(payload["agent"], json!({ "isActive": false, "version": 2 }));
        let payload = fixture.done("activateAgent", json!({ "id": idle["id"], "expectedVersion": 2 }), "agent { isActive version }").await;
        assert_eq!(payload["agent"], json!({ "isActive": true, "version": 3 }));
        assert_eq!(fixture.code_and_path("activateAgent", json!({ "id": idle["id"], "expectedVersion": 2 })).await, "VERSION_CONFLICT expectedVersion");
        assert_eq!(fixture.code_and_path("deactivateAgent", json!({ "id": idle["id"], "expectedVersion": 2 })).await, "VERSION_CONFLICT expectedVersion");
        fixture.check().await;
    }

    async fn work_goes_to_the_agent_above(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        // Who has tasks of every open kind.
        for name in ["Support Specialist", "Fulfillment Specialist", "Customer Director"] {
            let id = fixture.agent(name).await;
            let open = tasks(&fixture, &id, &OPEN).await;
            let payload = fixture.done("deactivateAgent", json!({ "id": id, "openTasks": "REASSIGN_TO_PARENT" }),
                "agent { isActive parentId }").await;
            assert_eq!(payload["agent"]["isActive"], false);
            let theirs = tasks(&fixture, &text(&payload["agent"]["parentId"]), &OPEN).await;
            for before in &open {
                let after = theirs.iter().find(|task| task["id"] == before["id"]).expect("it went there");
                match text(&before["status"]).as_str() {
                    "IN_PROGRESS" => {
                        assert_eq!((&after["status"], &after["leaseExpiresAt"]), (&json!("PENDING"), &Value::Null));
                        assert_eq!(after["attempts"]["nodes"][0]["outcome"], "RELEASED");
                    }
                    status => assert_eq!(after["status"], status),
                }
            }
            fixture.check().await;
        }
        let top = fixture.agent("Business Orchestrator").await;
        assert_eq!(fixture.code_and_path("deactivateAgent", json!({ "id": top, "openTasks": "REASSIGN_TO_PARENT" })).await, "OPEN_TASKS openTasks");
        // The one above the specialist takes no work any more.
        fixture.done("activateAgent", json!({ "id": fixture.agent("Support Specialist").await }), "agent { id }").await;
        let task = json!({ "tasks": [{ "assignedAgentId": fixture.agent("Support Specialist").await, "taskType": "write" }] });
        fixture.done("createTasks", task, "tasks { id }").await;
        let input = json!({ "id": fixture.agent("Support Specialist").await, "openTasks": "REASSIGN_TO_PARENT" });
        assert_eq!(fixture.code_and_path("deactivateAgent", input).await, "AGENT_INACTIVE openTasks");
        fixture.check().await;
    }

    async fn work_is_called_off(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        for name in ["Support Specialist", "Fulfillment Specialist", "Finance Director"] {
            let id = fixture.agent(name).await;
            let open = tasks(&fixture, &id, &OPEN).await;
            fixture.done("deactivateAgent", json!({ "id": id, "openTasks": "CANCEL" }), "agent { isActive }").await;
            let after = tasks(&fixture, &id, &[]).await;
            for before in &open {
                let after = after.iter().find(|task| task["id"] == before["id"]).expect("it stays there");
                match text(&before["status"]).as_str() {
                    "IN_PROGRESS" => {
                        assert_eq!(after["status"], "IN_PROGRESS");
                        assert!(after["cancelRequestedAt"].is_string(), "{after}");
                    }
                    _ => assert!(["CANCELLED", "SKIPPED"].contains(&text(&after["status"]).as_str()), "{after}"),
                }
            }
            fixture.check().await;
        }
    }

    async fn no_work_comes_after_the_last_look(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let parent = fixture.agent("Business Orchestrator").await;
        for round in 0..15 {
            let input = json!({ "name": format!("Short-lived {round}"), "type": "SPECIALIST", "parentId": parent });
            let id = fixture.done("createAgent", input, "agent { id }").await["agent"]["id"].clone();
            let task = json!({ "tasks": [{ "assignedAgentId": id, "taskType": "write" }] });
            let (giver, leaver) = (fixture.clone(), fixture.clone());
            let given = tokio::spawn(async move { giver.mutate("createTasks", task, "tasks { id }").await });
            let left = tokio::spawn(async move { leaver.mutate("deactivateAgent", json!({ "id": id }), "agent { id }").await });
            let codes = [given.await.expect("no panic"), left.await.expect("no panic")]
                .map(|payload| payload["userErrors"][0]["code"].as_str().map(str::to_owned));
            let expected = [[None, Some("OPEN_TASKS")], [Some("AGENT_INACTIVE"), None]];
            assert!(expected.iter().any(|pair| codes.iter().map(Option::as_deref).eq(pair.iter().copied())), "{codes:?}");
            fixture.check().await;
        }
    }
}

const OPEN: [&str; 3] = ["PENDING", "IN_PROGRESS", "WAITING"];

async fn tasks(fixture: &DemoFixture, agent: &str, status: &[&str]) -> Vec<Value> {
    let mut variables = json!({ "agent": agent });
    if !status.is_empty() {
        variables["status"] = json!(status);
    }
    fixture.query(TASKS, variables).await["tasks"]["nodes"].as_array().expect("rows").clone()
}
