//! Agents that take no more work, and what becomes of what they had.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::desk::{Desk, text};

/// The tasks of an agent, by their status.
const TASKS: &str = "query($agent: ID!, $status: [TaskStatus!]) { tasks(first: 250, filter: {
    assignedAgentId: { eq: $agent }, status: { in: $status } }) { nodes { id status leaseExpiresAt cancelRequestedAt attempt
    attempts { nodes { outcome } } } } }";

on_both_engines! {
    async fn work_that_is_open_stands_in_the_way(db: &TestDatabase) {
        let desk = Desk::open(db).await;
        let id = desk.agent("Support Specialist").await;
        let open = tasks(&desk, &id, &OPEN).await;
        assert!(!open.is_empty());
        for input in [json!({ "id": id }), json!({ "id": id, "openTasks": "REFUSE" })] {
            assert_eq!(desk.code_and_path("deactivateAgent", input).await, "OPEN_TASKS openTasks");
        }
        assert_eq!(tasks(&desk, &id, &OPEN).await, open);
        let input = json!({ "name": "Idle", "type": "SPECIALIST", "parentId": id });
        let idle = desk.done("createAgent", input, "agent { id version }").await["agent"].clone();
        let payload = desk.done("deactivateAgent", json!({ "id": idle["id"] }), "agent { isActive version }").await;
        assert_eq!(payload["agent"], json!({ "isActive": false, "version": 2 }));
        // Once more changes nothing.
        let payload = desk.done("deactivateAgent", json!({ "id": idle["id"] }), "agent { isActive version }").await;
        assert_eq!(payload["agent"], json!({ "isActive": false, "version": 2 }));
        let payload = desk.done("activateAgent", json!({ "id": idle["id"], "expectedVersion": 2 }), "agent { isActive version }").await;
        assert_eq!(payload["agent"], json!({ "isActive": true, "version": 3 }));
        assert_eq!(desk.code_and_path("activateAgent", json!({ "id": idle["id"], "expectedVersion": 2 })).await, "VERSION_CONFLICT expectedVersion");
        assert_eq!(desk.code_and_path("deactivateAgent", json!({ "id": idle["id"], "expectedVersion": 2 })).await, "VERSION_CONFLICT expectedVersion");
        desk.check().await;
    }

    async fn work_goes_to_the_agent_above(db: &TestDatabase) {
        let desk = Desk::open(db).await;
        // Who has tasks of every open kind.
        for name in ["Support Specialist", "Fulfillment Specialist", "Customer Director"] {
            let id = desk.agent(name).await;
            let open = tasks(&desk, &id, &OPEN).await;
            let payload = desk.done("deactivateAgent", json!({ "id": id, "openTasks": "REASSIGN_TO_PARENT" }),
                "agent { isActive parentId }").await;
            assert_eq!(payload["agent"]["isActive"], false);
            let theirs = tasks(&desk, &text(&payload["agent"]["parentId"]), &OPEN).await;
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
            desk.check().await;
        }
        let top = desk.agent("Business Orchestrator").await;
        assert_eq!(desk.code_and_path("deactivateAgent", json!({ "id": top, "openTasks": "REASSIGN_TO_PARENT" })).await, "OPEN_TASKS openTasks");
        // The one above the specialist takes no work any more.
        desk.done("activateAgent", json!({ "id": desk.agent("Support Specialist").await }), "agent { id }").await;
        let task = json!({ "tasks": [{ "assignedAgentId": desk.agent("Support Specialist").await, "taskType": "write" }] });
        desk.done("createTasks", task, "tasks { id }").await;
        let input = json!({ "id": desk.agent("Support Specialist").await, "openTasks": "REASSIGN_TO_PARENT" });
        assert_eq!(desk.code_and_path("deactivateAgent", input).await, "AGENT_INACTIVE openTasks");
        desk.check().await;
    }

    async fn work_is_called_off(db: &TestDatabase) {
        let desk = Desk::open(db).await;
        for name in ["Support Specialist", "Fulfillment Specialist", "Finance Director"] {
            let id = desk.agent(name).await;
            let open = tasks(&desk, &id, &OPEN).await;
            desk.done("deactivateAgent", json!({ "id": id, "openTasks": "CANCEL" }), "agent { isActive }").await;
            let after = tasks(&desk, &id, &[]).await;
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
            desk.check().await;
        }
    }

    async fn no_work_comes_after_the_last_look(db: &TestDatabase) {
        let desk = Desk::open(db).await;
        let parent = desk.agent("Business Orchestrator").await;
        for round in 0..15 {
            let input = json!({ "name": format!("Short-lived {round}"), "type": "SPECIALIST", "parentId": parent });
            let id = desk.done("createAgent", input, "agent { id }").await["agent"]["id"].clone();
            let task = json!({ "tasks": [{ "assignedAgentId": id, "taskType": "write" }] });
            let (giver, leaver) = (desk.clone(), desk.clone());
            let given = tokio::spawn(async move { giver.mutate("createTasks", task, "tasks { id }").await });
            let left = tokio::spawn(async move { leaver.mutate("deactivateAgent", json!({ "id": id }), "agent { id }").await });
            let codes = [given.await.expect("no panic"), left.await.expect("no panic")]
                .map(|payload| payload["userErrors"][0]["code"].as_str().map(str::to_owned));
            let expected = [[None, Some("OPEN_TASKS")], [Some("AGENT_INACTIVE"), None]];
            assert!(expected.iter().any(|pair| codes.iter().map(Option::as_deref).eq(pair.iter().copied())), "{codes:?}");
            desk.check().await;
        }
    }
}

const OPEN: [&str; 3] = ["PENDING", "IN_PROGRESS", "WAITING"];

async fn tasks(desk: &Desk, agent: &str, status: &[&str]) -> Vec<Value> {
    let mut variables = json!({ "agent": agent });
    if !status.is_empty() {
        variables["status"] = json!(status);
    }
    desk.query(TASKS, variables).await["tasks"]["nodes"].as_array().expect("rows").clone()
}
