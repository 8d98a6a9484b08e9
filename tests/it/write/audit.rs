//! What is written down about edits: the audit log, and the events of the work domain.

use entity::{audit_entries, events};
use sea_orm::{EntityTrait, QueryOrder};
use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::DemoFixture;

on_both_engines! {
    async fn an_edit_is_written_down_with_what_it_changed(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let top = fixture.agent("Business Orchestrator").await;
        let input = json!({ "name": "Night Watch", "type": "SPECIALIST", "parentId": top, "mcpTools": ["n8n"] });
        let id = fixture.done("createAgent", input, "agent { id }").await["agent"]["id"].clone();
        fixture.done("updateAgent", json!({ "id": id, "name": "Day Watch", "systemPrompt": "Watch." }), "agent { id }").await;
        fixture.done("updateAgent", json!({ "id": id, "name": "Day Watch" }), "agent { id }").await;
        fixture.refused("updateAgent", json!({ "id": id, "name": "" })).await;
        let goal = json!({ "name": "Rest", "type": "EFFICIENCY", "targetValue": "1.50", "targetDate": "2026-12-31" });
        let goal = fixture.done("createGoal", goal, "goal { id }").await["goal"]["id"].clone();
        fixture.done("closeGoal", json!({ "id": goal, "status": "ABANDONED" }), "goal { id }").await;
        fixture.done("setConfiguration", json!({ "key": "x", "value": { "a": 1 } }), "configuration { id }").await;

        let entries = audit_entries::Entity::find().order_by_asc(audit_entries::Column::Id).all(fixture.service.database().reader()).await;
        let entries = entries.expect("read");
        assert!(entries.iter().all(|entry| entry.principal == "local" && entry.request_id.as_deref() == Some("the request")));
        let told: Vec<Value> = entries.iter().map(|entry| json!([entry.operation, entry.object_type, entry.before, entry.after])).collect();
        assert_eq!(told[1..], [
            json!(["UpdateAgent", "Agent", { "name": "Night Watch", "systemPrompt": null }, { "name": "Day Watch", "systemPrompt": "Watch." }]),
            told[2].clone(),
            json!(["CloseGoal", "Goal", { "status": "ACTIVE" }, { "status": "ABANDONED" }]),
            told[4].clone(),
        ]);
        assert_eq!(told[0][2], Value::Null);
        let made = &told[0][3];
        assert_eq!((&made["id"], &made["type"], &made["mcpTools"], &made["parentId"]), (&id, &json!("SPECIALIST"), &json!(["n8n"]), &json!(top)));
        let made = &told[2][3];
        assert_eq!((&made["targetValue"], &made["targetDate"], &made["type"]), (&json!("1.50"), &json!("2026-12-31"), &json!("EFFICIENCY")));
        assert_eq!(told[4][3]["value"], json!({ "a": 1 }));
    }

    async fn the_work_domain_hears_of_its_edits(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let (top, owner) = (fixture.agent("Business Orchestrator").await, fixture.agent("Sales Specialist").await);
        let input = json!({ "name": "Night Watch", "type": "SPECIALIST", "parentId": top });
        let id = fixture.done("createAgent", input, "agent { id }").await["agent"]["id"].clone();
        for (name, input) in [
            ("moveAgent", json!({ "id": id, "parentId": owner })),
            ("deactivateAgent", json!({ "id": id })),
            ("activateAgent", json!({ "id": id })),
            ("activateAgent", json!({ "id": id })),
            ("updateAgent", json!({ "id": id, "name": "Day Watch" })),
        ] {
            fixture.done(name, input, "agent { id }").await;
        }
        let goal = json!({ "name": "Rest", "type": "EFFICIENCY", "ownerAgentId": owner });
        let goal = fixture.done("createGoal", goal, "goal { id }").await["goal"]["id"].clone();
        fixture.done("recordGoalProgress", json!({ "id": goal, "currentValue": "3" }), "goal { id }").await;
        fixture.refused("recordGoalProgress", json!({ "id": goal, "currentValue": "0.001" })).await;
        fixture.done("closeGoal", json!({ "id": goal, "status": "MISSED" }), "goal { id }").await;
        let workflow = json!({ "name": "Watch", "ownerAgentId": owner });
        let workflow = fixture.done("registerWorkflow", workflow, "workflow { id }").await["workflow"]["id"].clone();
        fixture.done("archiveWorkflow", json!({ "id": workflow }), "workflow { id }").await;

        let told = events::Entity::find().order_by_asc(events::Column::Position).all(fixture.service.database().reader()).await.expect("read");
        let kinds: Vec<_> = told.iter().map(|event| format!("{} {}", event.kind, event.aggregate_version)).collect();
        assert_eq!(kinds, [
            "agent.created 1", "agent.moved 2", "agent.deactivated 3", "agent.activated 4", "agent.updated 5",
            "goal.created 1", "goal.progressed 2", "goal.closed 3", "workflow.registered 1", "workflow.archived 2",
        ]);
        assert_eq!(told[1].changes, json!({ "parentId": owner }));
        assert_eq!(told[6].changes, json!({ "currentValue": "3" }));
        assert!(told.iter().all(|event| event.principal == "local"));
        assert_eq!(told[5].agent_id.map(|id| id.to_string()), Some(owner));
    }
}
