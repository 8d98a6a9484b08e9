//! Those who watch, when their key ends.

use ::api::http::Settings;
use chrono::Duration;
use serde_json::{Value, json};
use service::{Service, clock::Clock, keys::Revoke, principal::Role};
use tests::on_both_engines;
use uuid::Uuid;

use super::{
    Served,
    identity::{key, local},
    socket::{Client, RECORD, WATCH, now},
    stream::Stream,
};
use crate::client::connect;

const STREAM: &str = "subscription { systemEvents { systemEvent { message } } }";

/// All ways to watch, under one key: with an execution that is shared, with one of its own, and with none at all.
struct Watchers {
    sockets: Vec<Client>,
    streams: Vec<Stream>,
}

impl Watchers {
    async fn open(served: &Served, key: &str) -> Self {
        let bearer = format!("Bearer {key}");
        let parameters = json!({ "authorization": bearer });
        let mut sockets = vec![Client::ready_with(served, parameters.clone()).await];
        let cursor = now(&mut sockets[0]).await;
        for after in [&Value::Null, &Value::Null, &cursor] {
            let mut client = Client::ready_with(served, parameters.clone()).await;
            client.subscribe("watch", WATCH, json!({ "after": after })).await;
            sockets.push(client);
        }
        let headers = [("authorization", bearer.as_str()), ("last-event-id", cursor.as_str().expect("a cursor"))];
        let streams =
            vec![Stream::open(served, STREAM, &headers[..1]).await, Stream::open(served, STREAM, &headers).await];
        Self { sockets, streams }
    }

    /// Waits until all of them have ended, each in its own way, and for this reason.
    async fn ended(self, reason: &str) {
        for socket in self.sockets {
            let (code, said) = socket.closed().await;
            assert!(code == 4403 && said.contains(reason), "{code} {said}");
        }
        for mut stream in self.streams {
            let event = stream.next().await.expect("an event");
            assert!(event["data"].contains("UNAUTHENTICATED") && event["data"].contains(reason), "{event:?}");
            assert_eq!(stream.next().await.expect("an event")["event"], "complete");
        }
    }
}

async fn revoke(service: &Service, id: Uuid) {
    service.perform(&local(), None, &Revoke { id }).await.expect("revoked");
}

on_both_engines! {
    async fn a_revoked_key_ends_what_it_watches_on_every_server(db: &TestDatabase) {
        let served = Served::start(db).await;
        let (id, ends) = key(&served, Clock::system(), Role::Viewer).await;
        let (_, stays) = key(&served, Clock::system(), Role::Operator).await;
        let watchers = Watchers::open(&served, &ends).await;
        let mut other = Client::ready_with(&served, json!({ "Authorization": format!("Bearer {stays}") })).await;
        let after = now(&mut other).await;
        // By another process: this server has to find out.
        revoke(&Service::new(connect(db).await, Clock::system()), id).await;
        watchers.ended("was revoked at").await;
        // Who watches under another key goes on.
        other.subscribe("watch", WATCH, json!({ "after": after })).await;
        other.subscribe("write", RECORD, json!({ "message": "still here" })).await;
        let mut heard = vec![other.next().await, other.next().await, other.next().await];
        heard.retain(|message| message["id"] == "watch");
        assert_eq!(heard[0]["payload"]["data"]["systemEvents"]["systemEvent"]["message"], json!("still here"));
    }

    async fn a_revoked_key_ends_its_waiting_claim(db: &TestDatabase) {
        let served = Served::start(db).await;
        let (id, key) = key(&served, Clock::system(), Role::Admin).await;
        let bearer = format!("Bearer {key}");
        let ask = |query: &str| {
            let body = json!({ "query": query }).to_string();
            let headers = [("content-type", "application/json"), ("authorization", bearer.as_str())];
            served.send("POST /graphql", &headers, body.as_bytes()).json()
        };
        let made = ask("mutation { createAgent(input: { name: \"One\", type: ORCHESTRATOR }) { agent { id } } }");
        let agent = made["data"]["createAgent"]["agent"]["id"].as_str().expect("an id").to_owned();
        // By another process: this server knows the key for a moment longer, and lets the claim begin.
        revoke(&Service::new(connect(db).await, Clock::system()), id).await;
        let claim = format!("mutation {{ claimTasks(input: {{ agentIds: [\"{agent}\"], waitSeconds: 20 }}) {{ leases {{ taskId }} }} }}");
        let answer = ask(&claim);
        assert_eq!(answer["errors"][0]["extensions"]["code"], json!("UNAUTHENTICATED"), "{answer}");
    }

    async fn a_key_that_expires_ends_what_it_watches(db: &TestDatabase) {
        let clock = Clock::standing(Clock::system().now());
        let served = Served::start_at(db, Settings::default(), clock.clone()).await;
        let (_, ends) = key(&served, clock.clone(), Role::Viewer).await;
        let watchers = Watchers::open(&served, &ends).await;
        clock.advance(Duration::hours(1));
        watchers.ended("expired at").await;
    }

    async fn the_first_key_ends_what_is_watched_without_one(db: &TestDatabase) {
        let served = Served::start(db).await;
        let mut socket = Client::ready(&served).await;
        socket.subscribe("watch", WATCH, json!({})).await;
        let mut stream = Stream::open(&served, STREAM, &[]).await;
        key(&served, Clock::system(), Role::Admin).await;
        assert_eq!(socket.closed().await.0, 4403);
        assert!(stream.next().await.expect("an event")["data"].contains("an API key is needed"));
    }
}
