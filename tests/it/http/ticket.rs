//! Tickets: who it is, in the address of an event stream.

use ::api::http::Settings;
use chrono::Duration;
use serde_json::{Value, json};
use service::{Service, clock::Clock, keys::Revoke, principal::Role};
use tests::on_both_engines;

use super::{
    Served,
    identity::{key, local},
    stream::Stream,
};

const WATCH: &str = "subscription%7BsystemEvents%7BsystemEvent%7Bmessage%7D%7D%7D";

fn ticket(served: &Served, key: &str) -> String {
    let answer = served.send("POST /graphql/ticket", &[("authorization", &format!("Bearer {key}"))], b"");
    assert_eq!((answer.status, answer.header("cache-control")), (200, Some("no-store")), "{}", answer.text());
    assert!(answer.json()["expiresAt"].is_string(), "{}", answer.text());
    answer.json()["ticket"].as_str().expect("a ticket").to_owned()
}

async fn get(served: &Served, query: &str, ticket: &str, headers: &str) -> Stream {
    let head = format!(
        "GET /graphql/stream?query={query}&ticket={ticket} HTTP/1.1\r\nhost: shop.example\r\naccept: \
         text/event-stream\r\nconnection: close\r\n{headers}\r\n"
    );
    Stream::send(served, &head).await
}

on_both_engines! {
    async fn a_ticket_opens_a_stream_for_a_minute(db: &TestDatabase) {
        let clock = Clock::standing(Clock::system().now());
        let served = Served::start_at(db, Settings::default(), clock.clone()).await;
        let (id, viewer) = key(&served, clock.clone(), Role::Viewer).await;
        let text = ticket(&served, &viewer);
        assert!(!viewer.contains(&text) && !text.contains(&viewer[13..]), "it does not give the key away");
        // A second server of the database takes it too, as often as the client comes back.
        let other = Served::start_at(db, Settings::default(), clock.clone()).await;
        let mut streams = Vec::new();
        for server in [&served, &other, &other] {
            let stream = get(server, WATCH, &text, "").await;
            assert_eq!(stream.status, 200);
            streams.push(stream);
        }
        let cursor = get(&served, "%7BlatestEventCursor%7D", &text, "").await.next().await.expect("an event");
        let cursor: Value = serde_json::from_str(&cursor["data"]).expect("JSON");
        let cursor = cursor["data"]["latestEventCursor"].as_str().expect("a cursor").to_owned();
        clock.advance(Duration::milliseconds(59_999));
        let record = "mutation { recordSystemEvent(input: { eventType: \"test\", message: \"seen\" }) { replayed } }";
        let (_, operator) = key(&served, clock.clone(), Role::Operator).await;
        let headers = [("authorization", &*format!("Bearer {operator}")), ("content-type", "application/json")];
        assert_eq!(served.send("POST /graphql", &headers, json!({ "query": record }).to_string().as_bytes()).status, 200);
        // Who comes back misses nothing.
        let mut back = get(&other, WATCH, &text, &format!("last-event-id: {cursor}\r\n")).await;
        assert!(back.next().await.expect("an event")["data"].contains("seen"));
        for stream in &mut streams {
            assert!(stream.next().await.expect("an event")["data"].contains("seen"));
        }
        clock.advance(Duration::milliseconds(1));
        assert_eq!(get(&served, WATCH, &text, "").await.status, 401);
        // What runs goes on without the ticket, and ends with the key.
        let service = Service::new(served.database.clone(), clock.clone());
        service.perform(&local(), None, &Revoke { id }).await.expect("revoked");
        clock.advance(Duration::seconds(1));
        for mut stream in streams {
            assert!(stream.next().await.expect("an event")["data"].contains("was revoked at"));
        }
        let fresh = served.send("POST /graphql/ticket", &[("authorization", &format!("Bearer {viewer}"))], b"");
        assert_eq!(fresh.status, 401);
    }

    async fn a_ticket_is_for_event_streams_only(db: &TestDatabase) {
        let served = Served::start(db).await;
        let (id, admin) = key(&served, Clock::system(), Role::Admin).await;
        let (_, other) = key(&served, Clock::system(), Role::Viewer).await;
        let good = ticket(&served, &admin);
        assert_eq!(get(&served, "mutation%7B__typename%7D", &good, "").await.status, 405);
        assert_eq!(served.get(&format!("/graphql?query=%7B__typename%7D&ticket={good}")).status, 401);
        let bearer = format!("Bearer {good}");
        assert_eq!(served.send("GET /graphql?query=%7B__typename%7D", &[("authorization", &bearer)], b"").status, 401);
        assert_eq!(served.send(&format!("POST /graphql/ticket?ticket={good}"), &[], b"").status, 401);
        assert_eq!(served.get("/graphql/ticket").status, 405);
        let signature = good.rsplit('_').next().expect("a signature").to_owned();
        let end = good.split('_').nth(2).expect("an end");
        for wrong in [
            "x".to_owned(),
            admin.clone(),
            "%00".to_owned(),
            "vwt___".to_owned(),
            good.replace(&signature, ""),
            good.replace(&signature, "zz"),
            good.replace(&signature, &"0".repeat(64)),
            good.replace(end, "99999999999999"),
            good.replace(end, "99999999999999999999"),
            good.replace(&admin[3..13], &other[3..13]),
            good.replace(&admin[3..13], "0000000000"),
        ] {
            assert_eq!(get(&served, WATCH, &wrong, "").await.status, 401, "{wrong}");
        }
        let service = Service::new(served.database.clone(), Clock::system());
        service.perform(&local(), None, &Revoke { id }).await.expect("revoked");
        // Not at once: another service revoked it.
        let mut open = get(&served, WATCH, &good, "").await;
        if open.status == 200 {
            assert!(open.next().await.expect("an event")["data"].contains("was revoked at"));
        }
    }

    async fn without_keys_no_ticket_is_needed(db: &TestDatabase) {
        let served = Served::start(db).await;
        let answer = served.send("POST /graphql/ticket", &[], b"");
        assert_eq!((answer.status, answer.json()), (200, json!({ "ticket": "", "expiresAt": null })));
        let head = "GET /graphql/stream?query=%7B__typename%7D&ticket= HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\n\r\n";
        assert_eq!(Stream::send(&served, head).await.status, 200);
    }
}
