//! The same call again: answered, not done.

use chrono::TimeDelta;
use serde_json::{Value, json};
use service::retention::{Kind, Retention};
use tests::on_both_engines;

use super::fixture::{DemoFixture, with};

on_both_engines! {
    async fn every_edit_is_done_once_under_its_key(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        for (number, (name, input, other, fields)) in calls(&fixture).await.into_iter().enumerate() {
            let key = json!({ "idempotencyKey": format!("call {number}") });
            let fields = format!("replayed {fields}");
            let first = fixture.done(name, with(input.clone(), key.clone()), &fields).await;
            assert_eq!(first["replayed"], false, "{name}");
            let again = fixture.done(name, with(input.clone(), key.clone()), &fields).await;
            assert_eq!(again, with(first.clone(), json!({ "replayed": true })), "{name}");
            let conflict = fixture.code_and_path(name, with(with(input.clone(), other.clone()), key.clone())).await;
            assert_eq!(conflict, "IDEMPOTENCY_CONFLICT idempotencyKey", "{name}");
            fixture.check().await;
        }
    }

    async fn a_refused_call_leaves_its_key_free(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let goal = json!({ "name": "", "type": "GROWTH", "idempotencyKey": "mine" });
        assert_eq!(fixture.code_and_path("createGoal", goal.clone()).await, "INVALID name");
        let payload = fixture.done("createGoal", with(goal, json!({ "name": "Better" })), "replayed goal { name }").await;
        assert_eq!((&payload["replayed"], &payload["goal"]["name"]), (&json!(false), &json!("Better")));
    }

    async fn a_key_is_kept_for_a_time(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let goal = json!({ "name": "Calm", "type": "GROWTH", "idempotencyKey": "once" });
        let day = TimeDelta::days(1);
        let repeat = async || fixture.done("createGoal", goal.clone(), "replayed").await["replayed"] == true;
        assert!(!repeat().await);
        fixture.clock().advance(day);
        let forget = async |age: TimeDelta| {
            let age = age.to_std().expect("a time");
            let retention = Retention { idempotency_keys: age, ..Retention::default() };
            fixture.service.remove_old(Kind::IdempotencyKeys, retention).await.expect("done")
        };
        assert_eq!(forget(day + TimeDelta::seconds(1)).await, 0);
        assert!(repeat().await);
        assert_eq!(forget(day).await, 1);
        assert!(!repeat().await, "it is a new call");
        assert_eq!(forget(day).await, 0);
        assert!(repeat().await);
    }

    async fn many_at_once_are_one(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let calls = (0..20).map(|_| {
            let (fixture, input) = (fixture.clone(), json!({ "name": "Once", "type": "GROWTH", "idempotencyKey": "once" }));
            tokio::spawn(async move { fixture.done("createGoal", input, "replayed goal { id }").await })
        });
        let mut goals = std::collections::BTreeSet::new();
        let mut replayed = 0;
        for payload in futures::future::join_all(calls).await {
            let payload = payload.expect("no panic");
            goals.insert(payload["goal"]["id"].to_string());
            replayed += usize::from(payload["replayed"] == true);
        }
        assert_eq!((goals.len(), replayed), (1, 19));
    }
}

type Call = (&'static str, Value, Value, &'static str);

/// Every edit: its input, what makes another input of it, and what it answers.
async fn calls(fixture: &DemoFixture) -> Vec<Call> {
    let (agent, other) = (fixture.agent("Sales Specialist").await, fixture.agent("Finance Director").await);
    let made = async |name: &str, input: Value, object: &str| {
        fixture.done(name, input, &format!("{object} {{ id }}")).await[object]["id"].clone()
    };
    let goal = made("createGoal", json!({ "name": "x", "type": "GROWTH" }), "goal").await;
    let workflow = made("registerWorkflow", json!({ "name": "x", "ownerAgentId": agent }), "workflow").await;
    let report = json!({ "name": "x", "type": "daily", "recipientAgentIds": [agent] });
    let report = made("createReport", report, "report").await;
    let idle = json!({ "name": "Idle", "type": "SPECIALIST", "parentId": agent });
    let idle = made("createAgent", idle, "agent").await;
    let capability = json!({ "agentId": agent, "capabilityType": "x", "capabilityName": "x" });
    let capability = made("setAgentCapability", capability, "agentCapability").await;
    let asks = json!({ "requestingAgentId": agent, "respondingAgentId": other, "collaborationType": "x" });
    let collaboration = made("setAgentCollaboration", asks.clone(), "agentCollaboration").await;
    let version = json!({ "expectedVersion": 77 });
    vec![
        (
            "createAgent",
            json!({ "name": "Twin", "type": "SPECIALIST", "parentId": agent }),
            json!({ "name": "Other" }),
            "agent { id version }",
        ),
        (
            "updateAgent",
            json!({ "id": agent, "mcpTools": ["a"] }),
            json!({ "mcpTools": ["b"] }),
            "agent { id version mcpTools }",
        ),
        ("moveAgent", json!({ "id": agent, "parentId": other }), version.clone(), "agent { id version parentId }"),
        ("deactivateAgent", json!({ "id": idle }), json!({ "openTasks": "CANCEL" }), "agent { id version isActive }"),
        ("activateAgent", json!({ "id": idle }), version.clone(), "agent { id version isActive }"),
        (
            "setAgentCapability",
            json!({ "agentId": agent, "capabilityType": "y", "capabilityName": "y" }),
            json!({ "isActive": false }),
            "agentCapability { id version }",
        ),
        ("removeAgentCapability", json!({ "id": capability }), version.clone(), "agent { id }"),
        (
            "setAgentCollaboration",
            with(asks, json!({ "priority": 2 })),
            json!({ "priority": 3 }),
            "agentCollaboration { id version priority }",
        ),
        ("removeAgentCollaboration", json!({ "id": collaboration }), version.clone(), "agent { id }"),
        ("createGoal", json!({ "name": "Twin", "type": "GROWTH" }), json!({ "name": "Other" }), "goal { id version }"),
        (
            "updateGoal",
            json!({ "id": goal, "description": "y" }),
            json!({ "description": null }),
            "goal { id version description }",
        ),
        (
            "splitGoal",
            json!({ "id": goal, "parts": [{ "name": "a" }] }),
            json!({ "parts": [{ "name": "b" }] }),
            "goal { id children { totalCount } } parts { id }",
        ),
        (
            "recordGoalProgress",
            json!({ "id": goal, "increment": "1" }),
            json!({ "increment": "2" }),
            "goal { id version currentValue }",
        ),
        (
            "closeGoal",
            json!({ "id": goal, "status": "MISSED" }),
            json!({ "status": "ACHIEVED" }),
            "goal { id version status }",
        ),
        (
            "registerWorkflow",
            json!({ "name": "Twin", "ownerAgentId": agent }),
            json!({ "name": "Other" }),
            "created workflow { id version }",
        ),
        (
            "updateWorkflow",
            json!({ "id": workflow, "description": "y" }),
            json!({ "description": null }),
            "workflow { id version }",
        ),
        ("archiveWorkflow", json!({ "id": workflow }), version.clone(), "workflow { id version isActive }"),
        (
            "setConfiguration",
            json!({ "key": "x", "value": 1 }),
            json!({ "value": 2 }),
            "configuration { id version value }",
        ),
        (
            "createReport",
            json!({ "name": "Twin", "type": "daily" }),
            json!({ "name": "Other" }),
            "report { id version }",
        ),
        ("sendReport", json!({ "id": report }), version, "report { id version sentAt }"),
    ]
}
