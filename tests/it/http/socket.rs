//! GraphQL over a WebSocket, message by message.

use std::time::Duration;

use ::api::http::{Settings, Watch};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tests::on_both_engines;
use tokio::net::TcpStream;
use tokio_tungstenite::{
    MaybeTlsStream, WebSocketStream, connect_async,
    tungstenite::{
        Error, Message,
        client::IntoClientRequest,
        protocol::{CloseFrame, frame::coding::CloseCode},
    },
};

use super::Served;

pub(super) const WATCH: &str =
    "subscription($after: String) { systemEvents(after: $after) { cursor systemEvent { message } } }";
pub(super) const RECORD: &str = "mutation($message: String!) { recordSystemEvent(input: { eventType: \"test\", message: $message }) { userErrors { message } } }";

pub(super) struct Client(pub(super) WebSocketStream<MaybeTlsStream<TcpStream>>);

impl Client {
    pub(super) async fn open(served: &Served, protocol: &str) -> Self {
        let mut request = format!("ws://{}/graphql/ws", served.address).into_client_request().expect("a request");
        request.headers_mut().insert("sec-websocket-protocol", protocol.parse().expect("a header"));
        Self(connect_async(request).await.expect("it connects").0)
    }

    /// One that may begin operations.
    pub(super) async fn ready(served: &Served) -> Self {
        Self::ready_with(served, json!({})).await
    }

    /// The same, as whom these parameters say.
    pub(super) async fn ready_with(served: &Served, parameters: Value) -> Self {
        let mut client = Self::open(served, "graphql-transport-ws").await;
        client.send(json!({ "type": "connection_init", "payload": parameters })).await;
        assert_eq!(client.next().await, json!({ "type": "connection_ack" }));
        client
    }

    pub(super) async fn send(&mut self, message: Value) {
        self.text(&message.to_string()).await;
    }

    pub(super) async fn text(&mut self, text: &str) {
        self.0.send(Message::text(text)).await.expect("it is sent");
    }

    pub(super) async fn subscribe(&mut self, id: &str, query: &str, variables: Value) {
        let payload = json!({ "query": query, "variables": variables });
        self.send(json!({ "id": id, "type": "subscribe", "payload": payload })).await;
    }

    pub(super) async fn next(&mut self) -> Value {
        loop {
            match self.0.next().await.expect("a message").expect("a whole one") {
                Message::Text(text) => return serde_json::from_str(&text).expect("JSON"),
                Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }

    /// The code and reason that it is closed with.
    pub(super) async fn closed(mut self) -> (u16, String) {
        loop {
            match self.0.next().await.expect("a message").expect("a whole one") {
                Message::Close(Some(frame)) => return (frame.code.into(), frame.reason.to_string()),
                Message::Text(_) | Message::Ping(_) | Message::Pong(_) => {}
                other => panic!("{other:?}"),
            }
        }
    }
}

/// The cursor of now.
pub(super) async fn now(client: &mut Client) -> Value {
    client.subscribe("now", "{ latestEventCursor }", json!({})).await;
    let now = client.next().await["payload"]["data"]["latestEventCursor"].clone();
    assert_eq!(client.next().await, json!({ "id": "now", "type": "complete" }));
    now
}

on_both_engines! {
    async fn operations_of_every_kind(db: &TestDatabase) {
        let served = Served::start(db).await;
        let mut client = Client::ready(&served).await;
        let after = now(&mut client).await;
        client.subscribe("watch", WATCH, json!({ "after": after })).await;
        let mut writer = Client::ready(&served).await;
        for message in ["a", "b"] {
            writer.subscribe("write", RECORD, json!({ "message": message })).await;
            assert_eq!(
                writer.next().await,
                json!({ "id": "write", "type": "next", "payload": { "data": { "recordSystemEvent": { "userErrors": [] } } } })
            );
            assert_eq!(writer.next().await["type"], json!("complete"));
            let event = client.next().await;
            assert_eq!((&event["id"], &event["type"]), (&json!("watch"), &json!("next")));
            assert_eq!(event["payload"]["data"]["systemEvents"]["systemEvent"]["message"], json!(message));
        }
        // After `complete` the id is free, and nothing more comes under it.
        client.send(json!({ "id": "watch", "type": "complete" })).await;
        writer.subscribe("write", RECORD, json!({ "message": "c" })).await;
        writer.next().await;
        client.subscribe("watch", "{ __typename }", json!({})).await;
        assert_eq!(client.next().await["payload"], json!({ "data": { "__typename": "Query" } }));
        assert_eq!(client.next().await, json!({ "id": "watch", "type": "complete" }));
        client.send(json!({ "type": "ping", "payload": { "at": 1 } })).await;
        assert_eq!(client.next().await, json!({ "type": "pong", "payload": { "at": 1 } }));
        client.send(json!({ "type": "pong" })).await;
        client.send(json!({ "type": "ping" })).await;
        assert_eq!(client.next().await, json!({ "type": "pong" }));
    }

    async fn what_cannot_be_executed_is_an_error_of_its_operation(db: &TestDatabase) {
        let served = Served::start(db).await;
        let mut client = Client::ready(&served).await;
        for (query, variables, code, reason) in [
            ("{", json!({}), "BAD_USER_INPUT", "syntax error"),
            ("{ nothing }", json!({}), "BAD_USER_INPUT", "unknown field"),
            ("{ a: __typename ...F } fragment F on Query { ...F }", json!({}), "BAD_USER_INPUT", "spreads itself"),
            ("subscription { systemEvents { kind } taskEvents { kind } }", json!({}), "BAD_USER_INPUT", "one field"),
            ("subscription { ...F } fragment F on Subscription { taskEvents { kind } }", json!({}), "BAD_USER_INPUT", "one field"),
            ("subscription { __typename }", json!({}), "BAD_USER_INPUT", ""),
            (WATCH, json!({ "after": 1 }), "BAD_USER_INPUT", "after"),
            (WATCH, json!({ "after": "x" }), "BAD_USER_INPUT", "no cursor"),
            (WATCH, json!({ "after": "7fffffffffffffff0000000000000000" }), "BAD_USER_INPUT", "past the end of the log"),
        ] {
            client.subscribe("1", query, variables).await;
            let error = client.next().await;
            assert_eq!((&error["id"], &error["type"]), (&json!("1"), &json!("error")), "{error}");
            assert_eq!(error["payload"][0]["extensions"]["code"], json!(code), "{error}");
            let message = error["payload"][0]["message"].as_str().expect("a message").replace("not a cursor", "no cursor");
            assert!(message.contains(reason), "{error}");
        }
        // Errors in a part of the answer are a part of it.
        client.subscribe("1", "{ agents(after: \"x\") { totalCount } }", json!({})).await;
        assert!(client.next().await["payload"]["errors"].is_array());
        assert_eq!(client.next().await["type"], json!("complete"));
    }

    async fn a_reader_that_resumes_misses_nothing(db: &TestDatabase) {
        let served = [Served::start(db).await, Served::start(db).await];
        let mut writer = Client::ready(&served[0]).await;
        let mut after = now(&mut writer).await;
        for round in 0..20 {
            writer.subscribe("write", RECORD, json!({ "message": round.to_string() })).await;
            writer.next().await;
            writer.next().await;
        }
        // Each comes by another connection, by one server and the other.
        for round in 0..20 {
            let mut client = Client::ready(&served[round % 2]).await;
            client.subscribe("watch", WATCH, json!({ "after": after })).await;
            let event = client.next().await["payload"]["data"]["systemEvents"].clone();
            assert_eq!(event["systemEvent"]["message"], json!(round.to_string()));
            after = event["cursor"].clone();
        }
    }
}

/// Serves an empty database of the engine that is always there.
pub(super) async fn with(watch: Watch, test: impl AsyncFnOnce(&mut Served)) {
    tests::run(tests::Engine::Sqlite, async |db| {
        let settings = Settings { watch, body_limit: 10_000, ..Settings::default() };
        test(&mut Served::start_with(db, settings).await).await;
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_close_codes_of_the_protocol() {
    with(Watch::default(), async |served| {
        for (messages, code, reason) in [
            (vec!["x"], 4400, "no message"),
            (vec![r#"{"type":"start"}"#], 4400, "no message"),
            (vec![r#"{"type":"subscribe","id":1,"payload":{"query":"{a}"}}"#], 4400, "no message"),
            (vec![r#"{"type":"subscribe","id":"1","payload":{}}"#], 4400, "`query` is missing"),
            (vec![r#"{"type":"subscribe","id":"1","payload":{"query":"{a}"}}"#], 4401, "Unauthorized"),
            (vec![r#"{"type":"connection_init","payload":{"Authorization":"Bearer vw_wrong"}}"#], 4403, "key"),
            (vec![r#"{"type":"connection_init","payload":{"authorization":7}}"#], 4403, "Bearer"),
            (
                vec![r#"{"type":"connection_init"}"#, r#"{"type":"connection_init"}"#],
                4429,
                "Too many initialisation requests",
            ),
        ] {
            let mut client = Client::open(served, "graphql-transport-ws").await;
            for message in &messages {
                client.text(message).await;
            }
            let closed = client.closed().await;
            assert!(closed.0 == code && closed.1.contains(reason), "{messages:?}: {closed:?}");
        }
        let mut client = Client::ready(served).await;
        client.subscribe("a", WATCH, json!({})).await;
        client.subscribe("a", WATCH, json!({})).await;
        assert_eq!(client.closed().await, (4409, "Subscriber for a already exists".to_owned()));
        let mut client = Client::ready(served).await;
        client.0.send(Message::binary(b"x".to_vec())).await.expect("it is sent");
        assert_eq!(client.closed().await.0, 4400);
        let mut client = Client::ready(served).await;
        client.text(&"x".repeat(10_001)).await;
        assert_eq!(client.closed().await.0, 1009);
        // Less is read of who has not said who it is.
        for (length, code) in [(4 << 10, 4400), ((4 << 10) + 1, 1009), (30_000, 1009)] {
            let mut client = Client::open(served, "graphql-transport-ws").await;
            client.text(&"x".repeat(length)).await;
            assert_eq!(client.closed().await.0, code, "{length}");
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pages_of_other_origins_open_no_socket() {
    with(Watch::default(), async |served| {
        let own = format!("http://{}", served.address);
        for (origin, opens) in
            [(own.as_str(), true), ("http://127.0.0.1:1", false), ("https://evil.example", false), ("null", false)]
        {
            let mut request = format!("ws://{}/graphql/ws", served.address).into_client_request().expect("a request");
            request.headers_mut().insert("origin", origin.parse().expect("a header"));
            request.headers_mut().insert("sec-websocket-protocol", "graphql-transport-ws".parse().expect("a header"));
            match connect_async(request).await {
                Ok(_) => assert!(opens, "{origin}"),
                Err(Error::Http(answer)) => assert_eq!((opens, answer.status().as_u16()), (false, 403), "{origin}"),
                Err(error) => panic!("{origin}: {error}"),
            }
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn another_protocol_is_not_spoken() {
    with(Watch::default(), async |served| {
        let mut stream = TcpStream::connect(&served.address).await.expect("it connects");
        let mut request = format!("ws://{}/graphql/ws", served.address).into_client_request().expect("a request");
        request.headers_mut().remove("sec-websocket-protocol");
        let (client, _) = tokio_tungstenite::client_async(request, &mut stream).await.expect("it upgrades");
        let mut client = client;
        let Some(Ok(Message::Close(Some(frame)))) = client.next().await else { panic!("it is closed") };
        assert_eq!(u16::from(frame.code), 4406);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_client_that_leaves_is_answered() {
    with(Watch::default(), async |served| {
        for watching in [false, true] {
            let mut client = Client::ready(served).await;
            if watching {
                client.subscribe("a", WATCH, json!({})).await;
            }
            let frame = CloseFrame { code: CloseCode::Normal, reason: "enough".into() };
            client.0.close(Some(frame)).await.expect("it is sent");
            assert_eq!(client.closed().await.0, 1000);
        }
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn who_does_not_begin_is_not_waited_for() {
    let watch = Watch { init_timeout: Duration::from_millis(20), ..Watch::default() };
    with(watch, async |served| {
        let client = Client::open(served, "graphql-transport-ws").await;
        assert_eq!(client.closed().await, (4408, "Connection initialisation timeout".to_owned()));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_client_is_pinged_and_a_dead_one_given_up() {
    let watch = Watch { keepalive: Duration::from_millis(20), ..Watch::default() };
    with(watch, async |served| {
        // It answers pings while it is read.
        let mut client = Client::ready(served).await;
        let mut pings = 0;
        while pings < 5 {
            match client.0.next().await.expect("a message").expect("a whole one") {
                Message::Ping(_) => pings += 1,
                other => panic!("{other:?}"),
            }
        }
        // A bare connection answers none.
        use tokio::io::{AsyncReadExt, AsyncWriteExt};
        let mut stream = TcpStream::connect(&served.address).await.expect("it connects");
        let head = "GET /graphql/ws HTTP/1.1\r\nhost: localhost\r\nconnection: upgrade\r\nupgrade: websocket\r\n\
                    sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\
                    sec-websocket-protocol: graphql-transport-ws\r\n\r\n";
        stream.write_all(head.as_bytes()).await.expect("it is sent");
        let mut all = Vec::new();
        stream.read_to_end(&mut all).await.expect("it ends");
        assert!(all.starts_with(b"HTTP/1.1 101"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_that_stops_says_so() {
    with(Watch::default(), async |served| {
        let mut client = Client::ready(served).await;
        client.subscribe("a", WATCH, json!({})).await;
        // It is begun before anything else is answered.
        now(&mut client).await;
        let idle = Client::open(served, "graphql-transport-ws").await;
        let mut stream = super::stream::Stream::open(served, WATCH, &[]).await;
        served.stop();
        assert_eq!(client.closed().await, (1001, "the server stops".to_owned()));
        assert_eq!(idle.closed().await.0, 1001);
        assert_eq!(stream.next().await, None, "without `complete`");
        assert!(served.ended().await, "nothing was cut off");
    })
    .await;
}
