//! How tasks stand to their deadlines: shown and filtered alike.

use std::collections::BTreeMap;

use chrono::{Duration, SecondsFormat};
use serde_json::{Value, json};
use tests::{TestDatabase, on_both_engines};

use super::{api::Api, fixture};
use crate::schema::rows::{self, Row};

/// A task of an hour: its status, when its deadline is and when it ended in seconds from now, and its state.
const TASKS: &[(&str, i64, Option<i64>, &str)] = &[
    ("pending", 721, None, "ON_TRACK"),
    ("pending", 720, None, "ON_TRACK"),
    ("in_progress", 719, None, "AT_RISK"),
    ("waiting", 0, None, "AT_RISK"),
    ("pending", -1, None, "BREACHED"),
    ("completed", -10, Some(-10), "MET"),
    ("completed", -10, Some(-9), "BREACHED"),
    ("skipped", 10, Some(-9), "MET"),
    ("cancelled", -10, None, "MET"),
];

on_both_engines! {
    async fn tasks_stand_to_their_deadlines(db: &TestDatabase) {
        let api = Api::open(db).await;
        insert_all(db).await;
        let answer = api.query("{ tasks(filter: { taskType: { eq: \"timed\" } }) { nodes { id slaState } } }", Value::Null).await;
        let shown: BTreeMap<_, _> = answer["tasks"]["nodes"].as_array().expect("rows").iter()
            .map(|row| (row["id"].to_string(), row["slaState"].clone())).collect();
        // Each with a deadline of its own, and each with one that follows from its start.
        let expected: Vec<_> = TASKS.iter().chain(TASKS).map(|(.., state)| json!(state)).collect();
        assert_eq!(shown.values().cloned().collect::<Vec<_>>(), expected);
        for state in ["ON_TRACK", "AT_RISK", "BREACHED", "MET"] {
            for (operator, wanted) in [(format!("eq: {state}"), true), (format!("ne: {state}"), false),
                (format!("in: [{state}]"), true), (format!("notIn: [{state}]"), false)] {
                let filter = format!("{{ taskType: {{ eq: \"timed\" }} slaState: {{ {operator} }} }}");
                let answer = api.query(&format!("{{ tasks(filter: {filter}) {{ totalCount }} }}"), Value::Null).await;
                let count = expected.iter().filter(|shown| (**shown == state) == wanted).count();
                assert_eq!(answer["tasks"]["totalCount"], count, "{operator}");
            }
        }
    }

    async fn an_empty_list_is_no_state(db: &TestDatabase) {
        let api = Api::open(db).await;
        insert_all(db).await;
        let query = "{ all: tasks { totalCount } among: tasks(filter: { slaState: { in: [] } }) { totalCount }
                     others: tasks(filter: { slaState: { notIn: [] } }) { totalCount } }";
        let answer = api.query(query, Value::Null).await;
        assert_eq!((&answer["among"]["totalCount"], &answer["others"]), (&json!(0), &answer["all"]));
        assert_ne!(answer["all"]["totalCount"], 0);
    }

    async fn a_task_says_where_it_can_go(db: &TestDatabase) {
        let api = Api::open(db).await;
        insert_all(db).await;
        let answer = api.query("{ tasks { nodes { status allowedTransitions } } }", Value::Null).await;
        for row in answer["tasks"]["nodes"].as_array().expect("rows") {
            let expected = match row["status"].as_str().expect("a status") {
                "PENDING" => json!(["IN_PROGRESS", "FAILED", "CANCELLED", "SKIPPED"]),
                "IN_PROGRESS" => json!(["PENDING", "WAITING", "COMPLETED", "FAILED", "CANCELLED"]),
                "WAITING" => json!(["PENDING", "FAILED", "CANCELLED"]),
                _ => json!([]),
            };
            assert_eq!(row["allowedTransitions"], expected);
        }
    }
}

async fn insert_all(db: &TestDatabase) {
    rows::insert_all(db).await;
    let at = |seconds: i64| {
        let time = fixture::now() + Duration::seconds(seconds);
        format!("'{}'", time.to_rfc3339_opts(SecondsFormat::Micros, false))
    };
    for (number, (status, due, ended, _)) in (20..).zip(TASKS.iter().chain(TASKS)) {
        let own = number < 20 + TASKS.len();
        Row::new("tasks", number)
            .set("task_type", "'timed'")
            .set("status", &format!("'{status}'"))
            .set("started_at", &at(if own { -4000 } else { due - 3600 }))
            .set("deadline_at", &if own { at(*due) } else { "NULL".to_owned() })
            .set("completed_at", &ended.map_or("NULL".to_owned(), at))
            .insert_only(db)
            .await
            .expect("a task");
    }
}
