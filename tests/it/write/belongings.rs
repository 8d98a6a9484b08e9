//! What agents can do, and whom they may ask.

use serde_json::json;
use tests::on_both_engines;

use super::fixture::{DemoFixture, NOBODY, with};

on_both_engines! {
    async fn a_capability_is_set_and_removed(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let agent = fixture.agent("Sales Specialist").await;
        let fields = "agentCapability { id configuration isActive version }";
        let set = json!({ "agentId": agent, "capabilityType": "mcp_tool", "capabilityName": "abacus" });
        let made = fixture.done("setAgentCapability", with(set.clone(), json!({ "expectedVersion": 0 })), fields).await;
        let made = &made["agentCapability"];
        assert_eq!(*made, json!({ "id": made["id"], "configuration": {}, "isActive": true, "version": 1 }));
        let changed = fixture.done("setAgentCapability", with(set.clone(), json!({ "configuration": { "beads": 10 } })), fields).await;
        assert_eq!(changed["agentCapability"], json!({ "id": made["id"], "configuration": { "beads": 10 }, "isActive": true, "version": 2 }));
        let changed = fixture.done("setAgentCapability", with(set.clone(), json!({ "isActive": false, "expectedVersion": 2 })), fields).await;
        assert_eq!(changed["agentCapability"], json!({ "id": made["id"], "configuration": { "beads": 10 }, "isActive": false, "version": 3 }));

        for (changes, code) in [
            (json!({ "capabilityType": "" }), "INVALID capabilityType"),
            (json!({ "capabilityType": "x".repeat(101) }), "INVALID capabilityType"),
            (json!({ "capabilityName": " " }), "INVALID capabilityName"),
            (json!({ "configuration": [] }), "INVALID configuration"),
            (json!({ "expectedVersion": 0 }), "VERSION_CONFLICT expectedVersion"),
            (json!({ "capabilityName": "new", "expectedVersion": 1 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            assert_eq!(fixture.code_and_path("setAgentCapability", with(set.clone(), changes.clone())).await, code, "{changes}");
        }
        let unchanged = fixture.done("setAgentCapability", with(set.clone(), json!({ "configuration": null, "isActive": null })), fields).await;
        assert_eq!(unchanged["agentCapability"], changed["agentCapability"], "null is no value of it");
        assert_eq!(fixture.code_and_path("setAgentCapability", with(set, json!({ "agentId": NOBODY }))).await, "NOT_FOUND agentId");

        let remove = json!({ "id": made["id"] });
        assert_eq!(fixture.code_and_path("removeAgentCapability", with(remove.clone(), json!({ "expectedVersion": 1 }))).await, "VERSION_CONFLICT expectedVersion");
        let gone = fixture.done("removeAgentCapability", remove.clone(), "agent { name capabilities(filter: { capabilityName: { eq: \"abacus\" } }) { totalCount } }").await;
        assert_eq!(gone["agent"], json!({ "name": "Sales Specialist", "capabilities": { "totalCount": 0 } }));
        assert_eq!(fixture.code_and_path("removeAgentCapability", remove).await, "NOT_FOUND id");
        fixture.check().await;
    }

    async fn a_collaboration_is_set_and_removed(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (asks, answers) = (fixture.agent("Sales Specialist").await, fixture.agent("Product Director").await);
        let fields = "agentCollaboration { id priority slaMinutes version }";
        let set = json!({ "requestingAgentId": asks, "respondingAgentId": answers, "collaborationType": "task_delegation" });
        let made = fixture.done("setAgentCollaboration", set.clone(), fields).await;
        let made = &made["agentCollaboration"];
        assert_eq!(*made, json!({ "id": made["id"], "priority": 5, "slaMinutes": 60, "version": 1 }));
        let changed = fixture.done("setAgentCollaboration", with(set.clone(), json!({ "priority": 1 })), fields).await;
        assert_eq!(changed["agentCollaboration"], json!({ "id": made["id"], "priority": 1, "slaMinutes": 60, "version": 2 }));

        for (changes, code) in [
            (json!({ "collaborationType": "" }), "INVALID collaborationType"),
            (json!({ "respondingAgentId": asks }), "INVALID respondingAgentId"),
            (json!({ "priority": 0 }), "INVALID priority"),
            (json!({ "priority": 11 }), "INVALID priority"),
            (json!({ "slaMinutes": 0 }), "INVALID slaMinutes"),
            (json!({ "expectedVersion": 1 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            assert_eq!(fixture.code_and_path("setAgentCollaboration", with(set.clone(), changes.clone())).await, code, "{changes}");
        }
        for end in ["requestingAgentId", "respondingAgentId"] {
            let code = fixture.code_and_path("setAgentCollaboration", with(set.clone(), json!({ end: NOBODY }))).await;
            assert_eq!(code, format!("NOT_FOUND {end}"));
        }
        let gone = fixture.done("removeAgentCollaboration", json!({ "id": made["id"], "expectedVersion": 2 }), "agent { id }").await;
        assert_eq!(gone["agent"]["id"], json!(asks));
        assert_eq!(fixture.code_and_path("removeAgentCollaboration", json!({ "id": made["id"] })).await, "NOT_FOUND id");
        fixture.check().await;
    }

    async fn what_is_removed_meanwhile_is_set_anew(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (agent, other) = (fixture.agent("Sales Specialist").await, fixture.agent("Product Director").await);
        let capability = json!({ "agentId": agent, "capabilityType": "mcp_tool", "capabilityName": "abacus" });
        let asks = json!({ "requestingAgentId": agent, "respondingAgentId": other, "collaborationType": "advice" });
        for round in 0..20 {
            for (set, remove, object, input, changes) in [
                ("setAgentCapability", "removeAgentCapability", "agentCapability", &capability, json!({ "configuration": { "round": round } })),
                ("setAgentCollaboration", "removeAgentCollaboration", "agentCollaboration", &asks, json!({ "priority": 1 + round % 4 })),
            ] {
                let made = fixture.done(set, input.clone(), &format!("{object} {{ id }}")).await;
                let calls = [(set, with(input.clone(), changes)), (remove, json!({ "id": made[object]["id"] }))].map(|(name, input)| {
                    let fixture = fixture.clone();
                    tokio::spawn(async move { fixture.done(name, input, "replayed").await })
                });
                for payload in futures::future::join_all(calls).await {
                    payload.expect("neither fails");
                }
            }
        }
        fixture.check().await;
    }

    async fn the_same_is_set_once_by_many_at_once(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let agent = fixture.agent("Sales Specialist").await;
        let sets = (0..8).map(|number| {
            let input = json!({ "agentId": agent, "capabilityType": "mcp_tool", "capabilityName": "abacus",
                "configuration": { "number": number } });
            let fixture = fixture.clone();
            tokio::spawn(async move { fixture.done("setAgentCapability", input, "agentCapability { id version }").await })
        });
        let mut versions = Vec::new();
        for payload in futures::future::join_all(sets).await {
            versions.push(payload.expect("no panic")["agentCapability"]["version"].as_i64());
        }
        versions.sort_unstable();
        // A payload is read after its commit and may show what came after it.
        assert_eq!(versions.last(), Some(&Some(8)), "{versions:?}");
        fixture.check().await;
    }
}
