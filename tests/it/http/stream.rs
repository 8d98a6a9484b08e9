//! GraphQL over server-sent events.

use std::collections::HashMap;

use serde_json::{Value, json};
use tests::on_both_engines;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

use super::Served;

const WATCH: &str = "subscription { systemEvents { systemEvent { message } } }";
const RECORD: &str =
    "mutation($message: String!) { recordSystemEvent(input: { eventType: \"test\", message: $message }) { replayed } }";

/// A stream of events, as it comes over the wire.
pub(super) struct Stream {
    reader: BufReader<TcpStream>,
    pub(super) status: u16,
    pub(super) request_id: Option<String>,
}

impl Stream {
    pub(super) async fn open(served: &Served, query: &str, headers: &[(&str, &str)]) -> Self {
        let body = json!({ "query": query }).to_string();
        let headers: String = headers.iter().map(|(name, value)| format!("{name}: {value}\r\n")).collect();
        let head = format!(
            "POST /graphql/stream HTTP/1.1\r\nhost: localhost\r\naccept: text/event-stream\r\ncontent-type: application/json\r\n\
             content-length: {}\r\n{headers}\r\n{body}",
            body.len()
        );
        Self::send(served, &head).await
    }

    pub(super) async fn send(served: &Served, request: &str) -> Self {
        let mut stream = TcpStream::connect(&served.address).await.expect("it connects");
        stream.write_all(request.as_bytes()).await.expect("it is sent");
        let mut stream = Self { reader: BufReader::new(stream), status: 0, request_id: None };
        let line = stream.line().await.expect("a status");
        stream.status = line.split(' ').nth(1).and_then(|status| status.parse().ok()).expect("a status");
        while let Some(line) = stream.line().await.filter(|line| !line.is_empty()) {
            if let Some(id) = line.strip_prefix("x-request-id: ") {
                stream.request_id = Some(id.trim().to_owned());
            }
        }
        stream
    }

    /// The fields of the next event.
    pub(super) async fn next(&mut self) -> Option<HashMap<String, String>> {
        let mut event = HashMap::new();
        loop {
            let line = self.line().await?;
            match line.split_once(':') {
                _ if line.is_empty() && !event.is_empty() => return Some(event),
                Some((name, value)) if !name.is_empty() => {
                    event.insert(name.to_owned(), value.trim().to_owned());
                }
                // A comment, or the length of a chunk.
                _ => {}
            }
        }
    }

    async fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line).await.unwrap_or_default();
        (read > 0).then(|| line.trim_end().to_owned())
    }
}

fn data(event: &HashMap<String, String>) -> Value {
    serde_json::from_str(&event["data"]).expect("JSON")
}

on_both_engines! {
    async fn a_client_that_comes_back_goes_on(db: &TestDatabase) {
        let served = Served::start(db).await;
        let record = |message: &str| assert_eq!(served.ask(RECORD, json!({ "message": message })).status, 200);
        let start = served.ask("{ latestEventCursor }", json!({})).json()["data"]["latestEventCursor"].clone();
        let mut last = start.as_str().expect("a cursor").to_owned();
        (0..6).for_each(|round: usize| record(&round.to_string()));
        for round in 0..3 {
            let mut stream = Stream::open(&served, WATCH, &[("last-event-id", &last)]).await;
            assert_eq!(stream.status, 200);
            for message in [2 * round, 2 * round + 1] {
                let event = stream.next().await.expect("an event");
                assert_eq!(event["event"], "next");
                assert_eq!(data(&event), json!({ "data": { "systemEvents": { "systemEvent": { "message": message.to_string() } } } }));
                last = event["id"].clone();
            }
        }
        let mut stream = Stream::open(&served, WATCH, &[("last-event-id", &last)]).await;
        record("live");
        let event = stream.next().await.expect("an event");
        assert_eq!(data(&event)["data"]["systemEvents"]["systemEvent"]["message"], json!("live"));
    }

    async fn queries_and_errors_end_with_complete(db: &TestDatabase) {
        let served = Served::start(db).await;
        for (query, expected) in [
            ("{ __typename }", json!({ "data": { "__typename": "Query" } })),
            ("{ nothing }", json!({ "errors": "BAD_USER_INPUT" })),
            ("subscription { taskEvents(after: \"x\") { kind } }", json!({ "errors": "BAD_USER_INPUT" })),
        ] {
            let mut stream = Stream::open(&served, query, &[]).await;
            assert_eq!(stream.status, 200);
            let mut answer = data(&stream.next().await.expect("an event"));
            if let Some(errors) = answer.get_mut("errors") {
                *errors = errors[0]["extensions"]["code"].clone();
            }
            assert_eq!(answer, expected, "{query}");
            assert_eq!(stream.next().await.expect("an event")["event"], "complete");
        }
    }

    /// The name of the request is the same in its answer, and in the audit log. It is ours, whatever the client calls it.
    async fn a_request_keeps_its_name(db: &TestDatabase) {
        let served = Served::start(db).await;
        let mutation = r#"mutation { setConfiguration(input: { key: "a", value: 1 }) { userErrors { message } } }"#;
        let mut stream = Stream::open(&served, mutation, &[("x-request-id", "mine-1")]).await;
        let name = stream.request_id.clone().expect("a name");
        assert!(!name.is_empty() && name != "mine-1");
        assert_eq!(data(&stream.next().await.expect("an answer"))["data"]["setConfiguration"]["userErrors"], json!([]));
        let entries = served.ask("{ auditLog(first: 1) { nodes { requestId } } }", json!({})).json();
        assert_eq!(entries["data"]["auditLog"]["nodes"][0]["requestId"], json!(name), "{entries}");
        let other = Stream::open(&served, "{ __typename }", &[("x-request-id", "mine-1")]).await;
        assert!(other.request_id.is_some_and(|id| id != name), "each has its own");
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_is_no_request_has_a_status() {
    tests::run(tests::Engine::Sqlite, async |db| {
        let served = Served::start(db).await;
        let host = "host: localhost\r\nconnection: close\r\n";
        let accept = "accept: text/event-stream\r\n";
        for (request, status) in [
            (format!("GET /graphql/stream?query=%7B__typename%7D HTTP/1.1\r\n{host}{accept}\r\n"), 200),
            (format!("GET /graphql/stream?query=%7B__typename%7D HTTP/1.1\r\n{host}\r\n"), 406),
            (format!("GET /graphql/stream HTTP/1.1\r\n{host}{accept}\r\n"), 400),
            (format!("GET /graphql/stream?query=mutation%7B__typename%7D HTTP/1.1\r\n{host}{accept}\r\n"), 405),
            (format!("PUT /graphql/stream HTTP/1.1\r\n{host}{accept}\r\n"), 405),
            (format!("POST /graphql/stream HTTP/1.1\r\n{host}{accept}content-length: 2\r\n\r\n{{}}"), 415),
            (
                format!("GET /graphql/stream?query=%7Ba%7D HTTP/1.1\r\n{host}{accept}authorization: Bearer x\r\n\r\n"),
                401,
            ),
            (
                format!(
                    "GET /graphql/stream?query=%7Ba%7D HTTP/1.1\r\n{host}{accept}origin: https://evil.example\r\n\r\n"
                ),
                403,
            ),
        ] {
            assert_eq!(Stream::send(&served, &request).await.status, status, "{request}");
        }
        let answer = served.ask("subscription { taskEvents { kind } }", json!({}));
        assert!(answer.error().1.contains("/graphql/ws"), "{}", answer.text());
    })
    .await;
}
