//! What the figures say of requests, of those who watch, and of the database.

use serde_json::{Value, json};
use tests::on_both_engines;
use tokio::task::yield_now;

use super::{
    Served,
    socket::{Client, RECORD, WATCH},
};

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
}
