//! Goals: set, changed, divided and ended.

use serde_json::{Value, json};
use service::{
    Actor, Verb,
    goals::close::{Close, End},
};
use tests::on_both_engines;

use super::fixture::{DemoFixture, NOBODY, text, with};

const GOAL: &str =
    "goal { id name description type targetValue currentValue targetDate ownerAgentId parentGoalId status version }";

on_both_engines! {
    async fn a_goal_is_set_as_it_is_said(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let made = fixture.done("createGoal", json!({ "name": "Calm", "type": "EFFICIENCY" }), GOAL).await;
        let calm = &made["goal"];
        assert_eq!(*calm, json!({
            "id": calm["id"], "name": "Calm", "description": null, "type": "EFFICIENCY", "targetValue": null,
            "currentValue": "0.00", "targetDate": null, "ownerAgentId": null, "parentGoalId": null, "status": "ACTIVE", "version": 1,
        }));
        let whole = json!({
            "name": "Sell", "description": "More.", "type": "REVENUE", "targetValue": "100.50", "currentValue": "0.10",
            "targetDate": "2026-12-31", "ownerAgentId": fixture.agent("Revenue Director").await, "parentGoalId": calm["id"],
        });
        let made = fixture.done("createGoal", whole.clone(), GOAL).await;
        for (name, value) in whole.as_object().expect("an object") {
            assert_eq!(&made["goal"][name], value, "{name}");
        }
        for (changes, code) in [
            (json!({ "name": "" }), "INVALID name"),
            (json!({ "targetValue": "0.001" }), "INVALID targetValue"),
            (json!({ "targetValue": "10000000000" }), "INVALID targetValue"),
            (json!({ "currentValue": "-10000000000" }), "INVALID currentValue"),
        ] {
            assert_eq!(fixture.code_and_path("createGoal", with(whole.clone(), changes.clone())).await, code, "{changes}");
        }
        for field in ["ownerAgentId", "parentGoalId"] {
            let code = fixture.code_and_path("createGoal", with(whole.clone(), json!({ field: NOBODY }))).await;
            assert_eq!(code, format!("NOT_FOUND {field}"));
        }
        fixture.done("createGoal", with(whole, json!({ "targetValue": "9999999999.990" })), GOAL).await;
        fixture.check().await;
    }

    async fn an_update_changes_what_is_said(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let id = goal(&fixture, "Sell", json!({ "targetValue": "10", "description": "More.", "targetDate": "2026-12-31" })).await;
        let payload = fixture.done("updateGoal", json!({ "id": id, "targetValue": null, "name": "Sell on" }), GOAL).await;
        let after = &payload["goal"];
        assert_eq!((&after["targetValue"], &after["name"], &after["version"]), (&Value::Null, &json!("Sell on"), &json!(2)));
        assert_eq!((&after["description"], &after["targetDate"]), (&json!("More."), &json!("2026-12-31")));
        let cleared = json!({ "id": id, "description": null, "targetDate": null, "suspended": true, "expectedVersion": 2 });
        let payload = fixture.done("updateGoal", cleared, GOAL).await;
        assert_eq!(payload["goal"]["status"], "SUSPENDED");
        assert_eq!((&payload["goal"]["description"], &payload["goal"]["targetDate"]), (&Value::Null, &Value::Null));
        let payload = fixture.done("updateGoal", json!({ "id": id, "suspended": false }), GOAL).await;
        assert_eq!(payload["goal"]["status"], "ACTIVE");
        let error = fixture.refused("updateGoal", json!({ "id": id, "name": "x", "expectedVersion": 2 })).await;
        assert_eq!((&error["code"], &error["current"]), (&json!("VERSION_CONFLICT"), &json!(4)));
        assert_eq!(fixture.code_and_path("updateGoal", json!({ "id": id, "name": " " })).await, "INVALID name");
        let nulls = json!({ "id": id, "name": null, "type": null, "suspended": null });
        assert_eq!(fixture.done("updateGoal", nulls, GOAL).await["goal"], payload["goal"], "null is no value of them");
        for field in ["ownerAgentId", "parentGoalId"] {
            let code = fixture.code_and_path("updateGoal", json!({ "id": id, field: NOBODY })).await;
            assert_eq!(code, format!("NOT_FOUND {field}"));
        }
        fixture.check().await;
    }

    async fn no_goal_is_a_part_of_itself(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let top = goal(&fixture, "Top", json!({})).await;
        let middle = goal(&fixture, "Middle", json!({ "parentGoalId": top })).await;
        let low = goal(&fixture, "Low", json!({ "parentGoalId": middle })).await;
        let error = fixture.refused("updateGoal", json!({ "id": top, "parentGoalId": low })).await;
        assert_eq!((&error["code"], &error["cycle"]), (&json!("CYCLE"), &json!(["Top", "Low", "Middle", "Top"])));
        assert_eq!(fixture.code_and_path("updateGoal", json!({ "id": top, "parentGoalId": top })).await, "CYCLE parentGoalId");
        let payload = fixture.done("updateGoal", json!({ "id": low, "parentGoalId": null }), GOAL).await;
        assert_eq!(payload["goal"]["parentGoalId"], Value::Null);
        for _ in 0..10 {
            let below = |id: &Value, parent: &Value| {
                let (fixture, input) = (fixture.clone(), json!({ "id": id, "parentGoalId": parent }));
                tokio::spawn(async move { fixture.mutate("updateGoal", input, "goal { id }").await })
            };
            let (first, second) = (below(&top, &low), below(&low, &top));
            let codes = [first.await.expect("no panic"), second.await.expect("no panic")]
                .map(|payload| payload["userErrors"][0]["code"].clone());
            assert!(codes.contains(&Value::Null) && codes.contains(&json!("CYCLE")), "{codes:?}");
            fixture.check().await;
            for id in [&top, &low] {
                fixture.done("updateGoal", json!({ "id": id, "parentGoalId": null }), "goal { id }").await;
            }
        }
    }

    async fn a_goal_is_divided_wholly_or_not(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let id = goal(&fixture, "Whole", json!({ "targetDate": "2026-12-31", "targetValue": "100" })).await;
        let owner = fixture.agent("Sales Specialist").await;
        let parts = json!([
            { "name": "First", "targetValue": "60" },
            { "name": "Second", "type": "GROWTH", "targetDate": "2026-06-30", "ownerAgentId": owner },
        ]);
        let fields = "goal { id children { totalCount } } parts { name type targetValue targetDate ownerAgentId parentGoalId }";
        let payload = fixture.done("splitGoal", json!({ "id": id, "parts": parts }), fields).await;
        assert_eq!(payload["goal"], json!({ "id": id, "children": { "totalCount": 2 } }));
        assert_eq!(payload["parts"], json!([
            { "name": "First", "type": "REVENUE", "targetValue": "60.00", "targetDate": "2026-12-31", "ownerAgentId": null, "parentGoalId": id },
            { "name": "Second", "type": "GROWTH", "targetValue": null, "targetDate": "2026-06-30", "ownerAgentId": owner, "parentGoalId": id },
        ]));
        let many: Vec<Value> = (0..51).map(|number| json!({ "name": format!("Part {number}") })).collect();
        for (parts, code) in [
            (json!([]), "INVALID parts"),
            (json!(many), "LIMIT_REACHED parts"),
            (json!([{ "name": "Good" }, { "name": "" }]), "INVALID parts.1.name"),
            (json!([{ "name": "Good" }, { "name": "Bad", "targetValue": "0.005" }]), "INVALID parts.1.targetValue"),
        ] {
            assert_eq!(fixture.code_and_path("splitGoal", json!({ "id": id, "parts": parts })).await, code);
        }
        assert_eq!(fixture.code_and_path("splitGoal", json!({ "id": id, "parts": [{ "name": "x" }], "expectedVersion": 9 })).await, "VERSION_CONFLICT expectedVersion");
        let lost = json!({ "id": id, "parts": [{ "name": "Good" }, { "name": "Lost", "ownerAgentId": NOBODY }] });
        assert_eq!(fixture.code_and_path("splitGoal", lost).await, "NOT_FOUND parts.1.ownerAgentId");
        let query = "query($id: ID!) { goal(id: $id) { children { totalCount } } }";
        assert_eq!(fixture.query(query, json!({ "id": id })).await["goal"]["children"]["totalCount"], 2);
        fixture.check().await;
    }

    async fn what_has_ended_stays_so(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        for end in ["ACHIEVED", "MISSED", "ABANDONED"] {
            let id = goal(&fixture, end, json!({})).await;
            assert_eq!(fixture.code_and_path("closeGoal", json!({ "id": id, "status": end, "expectedVersion": 3 })).await, "VERSION_CONFLICT expectedVersion");
            let payload = fixture.done("closeGoal", json!({ "id": id, "status": end }), GOAL).await;
            assert_eq!((&payload["goal"]["status"], &payload["goal"]["version"]), (&json!(end), &json!(2)));
            for (name, input, field) in [
                ("closeGoal", json!({ "id": id, "status": "ACHIEVED" }), "id"),
                ("closeGoal", json!({ "id": id, "status": end }), "id"),
                ("updateGoal", json!({ "id": id, "suspended": false }), "suspended"),
                ("updateGoal", json!({ "id": id, "suspended": true }), "suspended"),
                ("splitGoal", json!({ "id": id, "parts": [{ "name": "x" }] }), "id"),
                ("recordGoalProgress", json!({ "id": id, "currentValue": "1" }), "id"),
                ("createGoal", json!({ "name": "x", "type": "GROWTH", "parentGoalId": id }), "parentGoalId"),
            ] {
                let error = fixture.refused(name, input).await;
                assert_eq!((&error["code"], &error["from"], &error["allowed"]), (&json!("INVALID_TRANSITION"), &json!(end), &json!([])), "{name}");
                assert_eq!(error["path"], json!([field]), "{name}");
            }
            // A mistake in its text can still be put right.
            fixture.done("updateGoal", json!({ "id": id, "description": "It was so." }), GOAL).await;
        }
        let set_aside = goal(&fixture, "Set aside", json!({})).await;
        fixture.done("updateGoal", json!({ "id": set_aside, "suspended": true }), GOAL).await;
        fixture.done("closeGoal", json!({ "id": set_aside, "status": "ABANDONED" }), GOAL).await;
        fixture.check().await;
    }

    async fn nothing_becomes_a_part_of_what_is_closed_meanwhile(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let part = goal(&fixture, "Part", json!({})).await;
        for (name, input) in [
            ("createGoal", json!({ "name": "New", "type": "REVENUE" })),
            ("updateGoal", json!({ "id": part })),
        ] {
            let whole = goal(&fixture, "Whole", json!({})).await;
            let id = text(&whole).parse().expect("an id");
            let mut unit = fixture.service.begin(&Actor::server()).await.expect("begun");
            Close { id, expected_version: None, status: End::Achieved }.perform(&mut unit).await.expect("closed");
            let call = {
                let (fixture, input) = (fixture.clone(), with(input, json!({ "parentGoalId": whole })));
                tokio::spawn(async move { fixture.code_and_path(name, input).await })
            };
            db.until_blocked(&call).await;
            unit.commit().await.expect("committed");
            assert_eq!(call.await.expect("refused"), "INVALID_TRANSITION parentGoalId", "{name}");
        }
        fixture.check().await;
    }

    async fn no_goal_stands_deeper_than_is_read(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let goal = |name: String, parent: &Value| json!({ "name": name, "type": "REVENUE", "parentGoalId": parent });
        let mut below = json!(null);
        for level in 0..=64 {
            below = fixture.done("createGoal", goal(format!("level {level}"), &below), "goal { id }").await["goal"]["id"].clone();
        }
        assert_eq!(fixture.code_and_path("createGoal", goal("too deep".to_owned(), &below)).await, "LIMIT_REACHED parentGoalId");
        let split = json!({ "id": below, "parts": [{ "name": "part" }] });
        assert_eq!(fixture.code_and_path("splitGoal", split).await, "LIMIT_REACHED id");
        let root = fixture.done("createGoal", goal("root".to_owned(), &json!(null)), "goal { id }").await["goal"]["id"].clone();
        assert_eq!(fixture.code_and_path("updateGoal", json!({ "id": root, "parentGoalId": below })).await, "LIMIT_REACHED parentGoalId");
        fixture.check().await;
    }
}

/// Sets a goal; its id.
async fn goal(fixture: &DemoFixture, name: &str, more: Value) -> Value {
    let input = with(json!({ "name": name, "type": "REVENUE" }), more);
    fixture.done("createGoal", input, "goal { id }").await["goal"]["id"].clone()
}
