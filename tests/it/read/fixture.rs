//! The demo data on both engines at once, with texts and documents that are hard to compare.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use entity::configurations;
use sea_orm::{ActiveModelTrait, Set};
use serde_json::{Value, json};
use service::seed;
use tests::{Engine, TestDatabase};
use uuid::Uuid;

use super::{api::Api, shape::text};

const NOW: &str = "2026-03-14T15:09:26.535897Z";

/// When the demo data is looked at.
pub(super) fn now() -> DateTime<Utc> {
    NOW.parse().expect("a time")
}

/// Runs a test with the same rows on SQLite and, where there is one, on PostgreSQL.
pub(super) async fn open(test: impl AsyncFn(&[Api])) {
    tests::run(Engine::Sqlite, async |sqlite| {
        let sqlite = seeded(sqlite).await;
        let Some(other) = TestDatabase::migrated(Engine::Postgres).await else { return test(&[sqlite]).await };
        other.remove().await;
        tests::run(Engine::Postgres, async |postgres| test(&[seeded(postgres).await, sqlite]).await).await;
    })
    .await;
}

async fn seeded(db: &TestDatabase) -> Api {
    let api = Api::open(db).await;
    let now = now();
    seed::demo(api.service.database(), now).await.expect("inserted").expect("it was empty");
    let odd = TEXTS.iter().map(|text| (*text, json!({ "text": text })));
    let odd = odd.chain(documents().into_iter().map(|document| ("a document", document)));
    for (number, (text, value)) in odd.enumerate() {
        let row = configurations::ActiveModel {
            id: Set(Uuid::from_u128(number as u128 + 1)),
            key: Set(format!("{text} {number}")),
            value: Set(value),
            description: Set((number % 5 > 0).then(|| text.to_owned())),
            updated_by_agent_id: Set(None),
            version: Set(1),
            created_at: Set(now.into()),
            updated_at: Set(now.into()),
        };
        row.insert(api.service.database().writer()).await.expect("inserted");
    }
    api
}

/// All rows of each type, as far as a page reaches.
pub(super) async fn rows(api: &Api) -> HashMap<String, Vec<Value>> {
    let mut rows = HashMap::new();
    for node in api.shape.nodes() {
        let (root, columns) = (api.shape.root(&node), api.shape.columns(&node));
        let mut answer = api.query(&format!("{{ {root}(first: 250) {{ nodes {{ {columns} }} }} }}"), Value::Null).await;
        let Value::Array(all) = answer[&root]["nodes"].take() else { panic!("no rows: {answer}") };
        rows.insert(node, all);
    }
    rows
}

/// What tells rows apart.
pub(super) fn identity(row: &Value) -> String {
    if row["id"].is_string() { text(row, "id").to_owned() } else { row.to_string() }
}

pub(super) const TEXTS: &[&str] = &[
    "100%",
    "100 %",
    "a_b",
    "aXb",
    r"a\b",
    r"a\\b",
    "it's",
    "\"quoted\"",
    "naïve Öl",
    "NAÏVE ÖL",
    "straße",
    "STRASSE",
    "日本語",
    "🎨 art",
    "e\u{301}",
    "é",
    "line\nbreak",
    "tab\there",
    "",
    " ",
    "  both  ",
    "A",
    "a",
    "Z",
    "z",
    "$1",
    "?1",
    "%",
    "_",
    "--",
    "; DROP TABLE agents",
];

pub(super) fn documents() -> Vec<Value> {
    vec![
        json!({}),
        json!([]),
        json!([[]]),
        json!(null),
        json!(true),
        json!(1),
        json!(1.0),
        json!(1.5),
        json!(-0.1),
        json!(12_345_678_901_i64),
        json!("1"),
        json!(""),
        json!("text"),
        json!([1, 2, 3]),
        json!([1, [2, 3], { "a": [4] }]),
        json!([[1, 2], [3]]),
        json!([{ "a": 1, "b": 2 }, { "a": 3 }]),
        json!(["1", "true", "null", "[1]", "{}"]),
        json!([null, false]),
        json!({ "a": null }),
        json!({ "a": { "b": { "c": [1, { "d": "deep" }] } } }),
        json!({ "a.b": 1, "a": { "b": 2 } }),
        json!({ "a\"b": 1, "a[0]": 2, "$": 3, "": 4, "a\\b": 5, "it's": 6, "ä": 7, "#": 8 }),
        json!({ "list": [1.0, 2.50, 1e3], "text": "a\"b\\c'd%_" }),
        json!({ "a": [], "b": {} }),
        json!({ "tags": ["red", "blue"], "sizes": [{ "w": 10, "h": 20.5 }] }),
    ]
}
