//! How much a socket, and all sockets of a client, may do.

use ::api::http::Watch;
use futures::{SinkExt, StreamExt};
use serde_json::json;
use tokio_tungstenite::tungstenite::Message;

use super::{
    socket::{Client, WATCH, with},
    stream::Stream,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn operations_of_a_socket_are_bounded() {
    with(Watch { operations: 2, ..Watch::default() }, async |served| {
        let mut client = Client::ready(served).await;
        for id in ["a", "b", "c"] {
            client.subscribe(id, WATCH, json!({})).await;
        }
        let error = client.next().await;
        assert_eq!((&error["id"], &error["payload"][0]["extensions"]["code"]), (&json!("c"), &json!("LIMIT_EXCEEDED")));
        client.send(json!({ "id": "a", "type": "complete" })).await;
        client.subscribe("c", "{ __typename }", json!({})).await;
        assert_eq!(client.next().await["type"], json!("next"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sockets_and_streams_of_a_client_are_bounded() {
    with(Watch { sockets: 2, ..Watch::default() }, async |served| {
        let (mut first, _second) = (Client::ready(served).await, Client::ready(served).await);
        let mut third = Client::open(served, "graphql-transport-ws").await;
        third.send(json!({ "type": "connection_init" })).await;
        let (code, reason) = third.closed().await;
        assert!(code == 1013 && reason.contains("have 2 WebSockets and event streams"), "{reason}");
        assert_eq!(Stream::open(served, WATCH, &[]).await.status, 429);
        first.0.close(None).await.expect("it is sent");
        while first.0.next().await.is_some() {}
        assert_eq!(Stream::open(served, WATCH, &[]).await.status, 200);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn subscriptions_of_a_client_are_bounded() {
    with(Watch { subscriptions: 2, ..Watch::default() }, async |served| {
        let (mut first, mut second) = (Client::ready(served).await, Client::ready(served).await);
        for id in ["a", "b"] {
            first.subscribe(id, WATCH, json!({})).await;
        }
        // Whichever is the third one is refused, whatever socket it is on.
        second.subscribe("c", WATCH, json!({})).await;
        let error = tokio::select! {
            error = first.next() => error,
            error = second.next() => error,
        };
        assert_eq!(error["payload"][0]["extensions"]["code"], json!("LIMIT_EXCEEDED"), "{error}");
        // Queries are none of them.
        second.subscribe("d", "{ __typename }", json!({})).await;
        assert_eq!(second.next().await["type"], json!("next"));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn messages_of_a_socket_are_bounded() {
    with(Watch { messages: 5, operations: 5, ..Watch::default() }, async |served| {
        let mut client = Client::ready(served).await;
        for _ in 0..9 {
            client.send(json!({ "type": "ping" })).await;
            assert_eq!(client.next().await, json!({ "type": "pong" }));
        }
        for _ in 0..100 {
            client.send(json!({ "type": "ping" })).await;
        }
        let (code, reason) = client.closed().await;
        assert!(code == 1008 && reason.contains("at most 5 a second"), "{reason}");
        // Those of the protocol below count too.
        let mut client = Client::ready(served).await;
        for _ in 0..100 {
            client.0.send(Message::Ping(Default::default())).await.expect("it is sent");
        }
        assert_eq!(client.closed().await.0, 1008);
    })
    .await;
}
