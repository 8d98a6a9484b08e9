//! How many rows a query may stand for.

use std::time::Duration;

use ::api::http::Settings;
use sea_orm::{ConnectionTrait, TransactionTrait};
use serde_json::json;
use tests::{Engine, on_both_engines};

use super::Served;

on_both_engines! {
    async fn pages_within_pages_are_bounded(db: &TestDatabase) {
        let served = Served::start(db).await;
        let query = "query($n: Int!) { agents(first: $n) { nodes { workflows(first: $n) { nodes { \
                     executions(first: $n) { nodes { id } } } } } } }";
        let answer = served.ask(query, json!({ "n": 250 }));
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (400, "LIMIT_EXCEEDED"), "{}", answer.text());
        assert!(message.starts_with("this query could return 15687750 rows, at most 500000 are allowed"), "{message}");
        let answer = served.ask(query, json!({ "n": 50 }));
        assert_eq!(answer.status, 200, "{}", answer.text());
        assert!(answer.json().get("errors").is_none(), "{}", answer.text());
    }

    async fn a_claim_waits_no_longer_than_its_request_has_time(db: &TestDatabase) {
        let settings = Settings { request_timeout: Duration::from_secs(1), ..Settings::default() };
        let served = Served::start_with(db, settings).await;
        let made = served.ask("mutation { createAgent(input: { name: \"One\", type: ORCHESTRATOR }) { agent { id } } }", json!({}));
        let agent = made.json()["data"]["createAgent"]["agent"]["id"].clone();
        let claim = "mutation($ids: [ID!]) { a: claimTasks(input: { agentIds: $ids, waitSeconds: 20 }) { leases { taskId } } \
                     b: claimTasks(input: { agentIds: $ids, waitSeconds: 20 }) { leases { taskId } } }";
        let answer = served.ask(claim, json!({ "ids": [agent] }));
        let nothing = json!({ "leases": [] });
        assert_eq!(answer.json(), json!({ "data": { "a": nothing, "b": nothing } }), "{}", answer.text());
    }

    async fn values_within_values_are_bounded(db: &TestDatabase) {
        let served = Served::start(db).await;
        let query = "query($filter: AgentFilter!) { agents(filter: $filter) { totalCount } }";
        let nested = |levels: usize| (0..levels).fold(json!({}), |filter, _| json!({ "not": filter }));
        let answer = served.ask(query, json!({ "filter": nested(100) }));
        let (code, message) = answer.error();
        assert_eq!((answer.status, code.as_str()), (400, "LIMIT_EXCEEDED"), "{}", answer.text());
        assert!(message.contains("$filter") && message.contains("64 levels"), "{message}");
        let answer = served.ask(query, json!({ "filter": nested(4) }));
        assert!(answer.json().get("errors").is_none(), "{}", answer.text());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_mutation_that_takes_too_long_leaves_others_alone_on_postgres() {
    tests::run(Engine::Postgres, async |db| {
        let settings = Settings { request_timeout: Duration::from_secs(1), ..Settings::default() };
        let served = Served::start_with(db, settings).await;
        let holder = db.connection().begin().await.expect("a transaction");
        holder.execute_unprepared("LOCK TABLE system_events IN ACCESS EXCLUSIVE MODE").await.expect("locked");
        let set = |key: &str| {
            format!("{key}: setConfiguration(input: {{ key: \"{key}\", value: 1 }}) {{ configuration {{ key }} }}")
        };
        let event = "event: recordSystemEvent(input: { eventType: \"x\", message: \"x\" }) { systemEvent { id } }";
        let answer = served.ask(&format!("mutation {{ {} {event} {} }}", set("a"), set("b")), json!({})).json();
        assert_eq!(
            answer["data"],
            json!({ "a": { "configuration": { "key": "a" } }, "event": null, "b": null }),
            "{answer}"
        );
        let codes: Vec<_> =
            answer["errors"].as_array().expect("errors").iter().map(|error| &error["extensions"]["code"]).collect();
        assert_eq!(codes, ["TIMEOUT", "TIMEOUT"]);
        holder.rollback().await.expect("free");
        let read = "{ configurations { nodes { key } } systemEvents { totalCount } }";
        let kept = json!({ "configurations": { "nodes": [{ "key": "a" }] }, "systemEvents": { "totalCount": 0 } });
        assert_eq!(served.ask(read, json!({})).json()["data"], kept);
    })
    .await;
}
