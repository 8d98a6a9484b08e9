//! What the figures say of requests, of those who watch, and of the database.

use std::time::Duration;

use serde_json::{Value, json};
use service::{
    clock::Clock,
    database::{Database, Settings},
    principal::Role,
};
use tests::on_both_engines;
use tokio::{task::yield_now, time::timeout};

use super::{
    Served,
    abandoned::endless,
    identity::key,
    socket::{Client, RECORD, WATCH, now},
};
use crate::client::settings;

impl Served {
    /// The value of a series, by its name and labels.
    fn figure(&self, series: &str) -> Option<f64> {
        let text = self.metrics.text();
        text.lines().find_map(|line| line.strip_prefix(series)?.strip_prefix(' ')?.parse().ok())
    }

    /// Waits until a series has a value.
    async fn reaches(&self, series: &str, value: f64) {
        while self.figure(series) != Some(value) {
            yield_now().await;
        }
    }
}

on_both_engines! {
    async fn requests_are_counted_by_how_they_end(db: &TestDatabase) {
        let served = Served::start(db).await;
        let agent = "mutation { createAgent(input: { name: \"\", type: ORCHESTRATOR }) { userErrors { code } } }";
        for query in ["{ agents { totalCount } }", "{ agents { totalCount } }", "{ nothing }", agent] {
            served.ask(query, json!({}));
        }
        for (series, value) in [
            (r#"vividwalls_requests_total{type="query",transport="http",code="OK"}"#, 2.0),
            (r#"vividwalls_requests_total{type="none",transport="http",code="BAD_USER_INPUT"}"#, 1.0),
            (r#"vividwalls_requests_total{type="mutation",transport="http",code="OK"}"#, 1.0),
            (r#"vividwalls_request_duration_seconds_count{type="query"}"#, 2.0),
            ("vividwalls_answer_size_bytes_count", 4.0),
            (r#"vividwalls_document_cache_total{result="hit"}"#, 1.0),
            (r#"vividwalls_document_cache_total{result="miss"}"#, 3.0),
            (r#"vividwalls_authentications_total{method="none",result="accepted"}"#, 4.0),
            (r#"vividwalls_refusals_total{operation="CreateAgent"}"#, 1.0),
        ] {
            assert_eq!(served.figure(series), Some(value), "{series}");
        }
        let reads = served.figure(r#"vividwalls_db_operation_duration_seconds_count{pool="query",kind="read"}"#);
        assert!(reads.is_some_and(|reads| reads >= 2.0), "{reads:?}");
        let waits = served.figure(r#"vividwalls_db_connection_wait_seconds_count{pool="write"}"#);
        assert!(waits.is_some_and(|waits| waits >= 1.0), "{waits:?}");
        assert!(served.figure(r#"vividwalls_db_connections{pool="write",state="idle"}"#).is_some());
    }

    async fn a_claim_that_waits_is_not_slow(db: &TestDatabase) {
        let served = Served::start(db).await;
        let claim = "mutation($wait: Int!) { claimTasks(input: { agentIds: [], waitSeconds: $wait }) { userErrors { code } } }";
        let timed = r#"vividwalls_request_duration_seconds_count{type="mutation"}"#;
        served.ask(claim, json!({ "wait": 20 }));
        assert_eq!(served.figure(timed), None);
        served.ask(claim, json!({ "wait": 0 }));
        assert_eq!(served.figure(timed), Some(1.0));
        assert_eq!(served.figure(r#"vividwalls_refusals_total{operation="ClaimTasks"}"#), Some(2.0));
    }

    async fn who_watches_is_counted_until_it_leaves(db: &TestDatabase) {
        let served = Served::start(db).await;
        let sockets = r#"vividwalls_sockets{transport="websocket"}"#;
        let subscriptions = r#"vividwalls_subscriptions{transport="websocket"}"#;
        assert_eq!((served.figure(sockets), served.figure(subscriptions)), (Some(0.0), Some(0.0)));
        let mut client = Client::ready(&served).await;
        assert_eq!(served.figure(sockets), Some(1.0));
        client.subscribe("watch", WATCH, json!({ "after": Value::Null })).await;
        served.reaches(subscriptions, 1.0).await;
        client.send(json!({ "id": "watch", "type": "complete" })).await;
        served.reaches(subscriptions, 0.0).await;
        served.reaches(r#"vividwalls_subscriptions_ended_total{reason="left"}"#, 1.0).await;
        client.subscribe("write", RECORD, json!({ "message": "a" })).await;
        assert_eq!(client.next().await["type"], json!("next"));
        assert_eq!(client.next().await["type"], json!("complete"));
        served.reaches(r#"vividwalls_requests_total{type="mutation",transport="websocket",code="OK"}"#, 1.0).await;
        let commits = served.figure(r#"vividwalls_db_operation_duration_seconds_count{pool="write",kind="commit"}"#);
        assert!(commits.is_some_and(|commits| commits >= 1.0), "{commits:?}");
        drop(client);
        served.reaches(sockets, 0.0).await;
    }

    async fn costs_and_keys_are_counted(db: &TestDatabase) {
        let served = Served::start(db).await;
        let id = "01940000-0000-7000-8000-000000000000";
        served.ask("query($id: ID!) { node(id: $id) { id } agent(id: $id) { id } }", json!({ "id": id }));
        for (series, value) in [
            (r#"vividwalls_request_cost_count{kind="requested"}"#, 1.0),
            (r#"vividwalls_request_cost_count{kind="actual"}"#, 1.0),
            (r#"vividwalls_loader_keys_per_statement_sum{loader="node"}"#, 1.0),
            (r#"vividwalls_loader_keys_per_statement_count{loader="agents"}"#, 1.0),
            (r#"vividwalls_gate_wait_seconds_count{lane="light"}"#, 2.0),
            (r#"vividwalls_gate_wait_seconds_count{lane="heavy"}"#, 0.0),
            (r#"vividwalls_gate_waiting{lane="light"}"#, 0.0),
            ("vividwalls_answer_memory_bytes", 0.0),
            (r#"vividwalls_throttled_total{role="local",reason="points"}"#, 0.0),
        ] {
            assert_eq!(served.figure(series), Some(value), "{series}");
        }
        let text = served.metrics.text();
        assert!(!text.contains(id) && text.lines().count() < 2_000, "{text}");
    }

    async fn who_may_not_begin_is_counted_by_role(db: &TestDatabase) {
        let served = Served::start(db).await;
        let (_, viewer) = key(&served, Clock::system(), Role::Viewer).await;
        let throttled = r#"vividwalls_throttled_total{role="viewer",reason="points"}"#;
        assert_eq!(served.figure(throttled), Some(0.0));
        let bearer = format!("Bearer {viewer}");
        let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
        let body = json!({ "query": "{ nothing }", "variables": { "much": "x".repeat(900_000) } }).to_string();
        let mut sent = 0;
        while served.send("POST /graphql", &headers, body.as_bytes()).status != 429 {
            sent += 1;
            assert!(sent < 100, "it is never refused");
        }
        assert_eq!(served.figure(throttled), Some(1.0));
        assert_eq!(served.figure(r#"vividwalls_throttled_total{role="agent",reason="points"}"#), Some(0.0));
    }

    async fn how_late_events_arrive_is_timed(db: &TestDatabase) {
        let served = Served::start(db).await;
        let mut client = Client::ready(&served).await;
        let after = now(&mut client).await;
        client.subscribe("watch", WATCH, json!({ "after": after })).await;
        // The first may still be read from the log.
        for message in ["a", "b"] {
            served.ask(RECORD, json!({ "message": message }));
            assert_eq!(client.next().await["type"], json!("next"));
        }
        let timed = "vividwalls_event_delivery_lag_seconds_count";
        let count = served.figure(timed);
        assert!(count.is_some_and(|count| (1.0..=2.0).contains(&count)), "{count:?}");
        // What is old when it is asked for is not late.
        client.send(json!({ "id": "watch", "type": "complete" })).await;
        client.subscribe("again", WATCH, json!({ "after": after })).await;
        for _ in 0..2 {
            while client.next().await["id"] != json!("again") {}
        }
        assert_eq!(served.figure(timed), count);
    }

    async fn statements_that_are_ended_are_counted(db: &TestDatabase) {
        let settings = Settings { query_timeout: Duration::from_millis(200), ..settings(db) };
        let database = Database::connect(&settings).await.expect("open");
        let served = Served::over(database.clone(), ::api::http::Settings::default(), Clock::system()).await;
        let ended = |reason: &str| served.figure(&format!(r#"vividwalls_db_statements_ended_total{{reason="{reason}"}}"#));
        assert_eq!((ended("deadline"), ended("abandoned")), (Some(0.0), Some(0.0)));
        assert!(database.read(endless(&database)).await.is_err());
        assert_eq!((ended("deadline"), ended("abandoned")), (Some(1.0), Some(0.0)));
        // One that is given up before it has a connection does not count.
        while ended("abandoned") == Some(0.0) {
            assert!(timeout(Duration::from_millis(50), database.read(endless(&database))).await.is_err());
        }
        assert_eq!((ended("deadline"), ended("abandoned")), (Some(1.0), Some(1.0)));
    }

    async fn those_who_wait_for_a_connection_are_counted(db: &TestDatabase) {
        let settings = Settings { connections: 2, ..settings(db) };
        let database = Database::connect(&settings).await.expect("open");
        let served = Served::over(database.clone(), ::api::http::Settings::default(), Clock::system()).await;
        let all = futures::future::join_all((0..5).map(|_| database.read(endless(&database))));
        let waits = served.reaches(r#"vividwalls_gate_waiting{lane="light"}"#, 3.0);
        tokio::select! {
            _ = all => panic!("a statement without end has ended"),
            () = waits => {}
        }
        served.reaches(r#"vividwalls_gate_waiting{lane="light"}"#, 0.0).await;
    }
}
