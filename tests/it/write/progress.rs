//! How far goals are, noted and rolled up.

use serde_json::{Value, json};
use tests::on_both_engines;

use super::fixture::{DemoFixture, with};

on_both_engines! {
    async fn progress_is_noted(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let id = goal(&fixture, json!({ "targetValue": "30" })).await;
        let fields = "goal { currentValue version progress { own rolledUp } }";
        for (said, current, own) in [
            (json!({ "currentValue": "10" }), "10.00", "0.3333"),
            (json!({ "increment": "5.5" }), "15.50", "0.5167"),
            (json!({ "increment": "-0.5" }), "15.00", "0.5000"),
            (json!({ "currentValue": "45" }), "45.00", "1.5000"),
        ] {
            let goal = fixture.done("recordGoalProgress", with(json!({ "id": id }), said), fields).await["goal"].clone();
            assert_eq!(goal["currentValue"], current);
            assert_eq!(goal["progress"], json!({ "own": own, "rolledUp": own }));
        }
        for (said, code) in [
            (json!({ "currentValue": "0.001" }), "INVALID currentValue"),
            (json!({ "increment": "0.001" }), "INVALID increment"),
            (json!({ "increment": "9999999999.99" }), "INVALID increment"),
            (json!({ "increment": "1", "expectedVersion": 1 }), "VERSION_CONFLICT expectedVersion"),
        ] {
            assert_eq!(fixture.code_and_path("recordGoalProgress", with(json!({ "id": id }), said.clone())).await, code, "{said}");
        }
        for said in [json!({}), json!({ "currentValue": "1", "increment": "1" })] {
            assert_eq!(fixture.code_and_path("recordGoalProgress", with(json!({ "id": id }), said)).await, "INVALID currentValue");
        }
        fixture.check().await;
    }

    async fn nothing_is_lost_of_many_at_once(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let id = goal(&fixture, json!({ "targetValue": "100" })).await;
        let notes = (0..20).map(|_| {
            let (fixture, input) = (fixture.clone(), json!({ "id": id, "increment": "0.25" }));
            tokio::spawn(async move { fixture.done("recordGoalProgress", input, "goal { id }").await })
        });
        for done in futures::future::join_all(notes).await {
            done.expect("no panic");
        }
        let query = "query($id: ID!) { goal(id: $id) { currentValue version } }";
        assert_eq!(fixture.query(query, json!({ "id": id })).await["goal"], json!({ "currentValue": "5.00", "version": 21 }));
    }

    async fn progress_is_rolled_up(db: &TestDatabase) {
        let fixture = DemoFixture::open(db).await;
        let part = async |of: &Value, target: Value, current: &str| {
            goal(&fixture, json!({ "parentGoalId": of, "targetValue": target, "currentValue": current })).await
        };
        let top = goal(&fixture, json!({ "targetValue": "10", "currentValue": "1" })).await;
        let left = part(&top, Value::Null, "0").await;
        let right = part(&top, json!("4"), "1").await;
        let passed = part(&left, json!("2"), "9").await;
        let half = part(&left, json!("2"), "1").await;
        let unmeasured = part(&left, Value::Null, "7").await;
        let nothing = part(&left, json!("0"), "7").await;
        let given_up = part(&right, json!("2"), "2").await;
        fixture.done("closeGoal", json!({ "id": given_up, "status": "ABANDONED" }), "goal { id }").await;
        let reached = part(&top, json!("-3"), "-3").await;
        let expected = [
            (&top, json!("0.1"), json!("0.5")),
            (&left, Value::Null, json!("0.75")),
            (&right, json!("0.25"), json!("0.25")),
            (&passed, json!("4.5"), json!("4.5")),
            (&half, json!("0.5"), json!("0.5")),
            (&unmeasured, Value::Null, Value::Null),
            (&nothing, Value::Null, Value::Null),
            (&given_up, json!("1"), json!("1")),
            (&reached, Value::Null, Value::Null),
        ];
        let query = "query($ids: [ID!]!) { nodes(ids: $ids) { ... on Goal { progress { own rolledUp } } } }";
        let ids: Vec<_> = expected.iter().map(|(id, ..)| id).collect();
        let answer = fixture.query(query, json!({ "ids": ids })).await;
        for (row, (id, own, rolled_up)) in answer["nodes"].as_array().expect("rows").iter().zip(&expected) {
            let (found_own, found) = (&row["progress"]["own"], &row["progress"]["rolledUp"]);
            assert_eq!((number(found_own), number(found)), (number(own), number(rolled_up)), "{id}");
        }
        // One statement for any number of goals.
        for first in [1, 5, 20] {
            let query = "query($first: Int) { goals(first: $first) { nodes { name progress { own rolledUp } } } }";
            assert_eq!(fixture.counted(query, json!({ "first": first })).await.1, 2);
        }
    }
}

async fn goal(fixture: &DemoFixture, more: Value) -> Value {
    let input = with(json!({ "name": "Measured", "type": "GROWTH" }), more);
    fixture.done("createGoal", input, "goal { id }").await["goal"]["id"].clone()
}

fn number(value: &Value) -> Option<f64> {
    value.as_str().map(|text| text.parse().expect("a number"))
}
