//! A server of somebody else, on this machine: it takes webhooks, or does not.

use std::{
    convert::Infallible,
    future::pending,
    sync::{Arc, Mutex},
    time::Duration,
};

use axum::{
    Router,
    body::{Body, Bytes},
    extract::State,
    http::{HeaderMap, StatusCode, header},
    response::{IntoResponse, Response},
};
use futures::stream;
use serde_json::Value;
use standardwebhooks::Webhook;
use tokio::{net::TcpListener, sync::watch, task::JoinHandle, time::timeout};

/// How long a test waits for what must happen.
const LONGEST: Duration = Duration::from_secs(60);

/// What a receiver answers.
#[derive(Clone, Debug)]
pub(super) enum Reply {
    Status(u16),
    /// Nothing, ever.
    Hang,
    /// A redirect to there.
    To(String),
    /// The seconds for which it wants no message.
    Rest(u64),
    /// Success, and a body without an end.
    Endless,
}

/// A message that came.
#[derive(Clone, Debug)]
pub(super) struct Message {
    pub(super) headers: HeaderMap,
    pub(super) text: String,
}

impl Message {
    pub(super) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    pub(super) fn id(&self) -> String {
        self.header("webhook-id").to_owned()
    }

    pub(super) fn body(&self) -> Value {
        serde_json::from_str(&self.text).expect("JSON")
    }

    /// What the event is about.
    pub(super) fn about(&self) -> Value {
        self.body()["data"]["aggregateId"].clone()
    }

    /// Whether one of its signatures is by this secret.
    pub(super) fn is_signed_by(&self, secret: &Value) -> bool {
        let webhook = Webhook::new(secret.as_str().expect("a secret")).expect("a secret of Standard Webhooks");
        let at = self.header("webhook-timestamp").parse().expect("seconds");
        let signature = webhook.sign(&self.id(), at, self.text.as_bytes()).expect("signed");
        self.header("webhook-signature").split(' ').any(|one| one == signature)
    }
}

type Answers = Box<dyn FnMut(&Message) -> Reply + Send>;

struct Inner {
    received: Mutex<Vec<Message>>,
    count: watch::Sender<usize>,
    answers: Mutex<Answers>,
}

/// A server that takes webhooks.
pub(super) struct Receiver {
    pub(super) url: String,
    inner: Arc<Inner>,
    serving: JoinHandle<()>,
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl Receiver {
    /// One that takes everything.
    pub(super) async fn open() -> Self {
        Self::answering(|_| Reply::Status(200)).await
    }

    pub(super) async fn answering(answers: impl FnMut(&Message) -> Reply + Send + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let url = format!("http://{}/hooks", listener.local_addr().expect("an address"));
        let inner =
            Inner { received: Mutex::default(), count: watch::Sender::new(0), answers: Mutex::new(Box::new(answers)) };
        let inner = Arc::new(inner);
        let router = Router::new().fallback(take).with_state(Arc::clone(&inner));
        let serving = tokio::spawn(async move { axum::serve(listener, router).await.expect("served") });
        Self { url, inner, serving }
    }

    /// Answers in another way from now on.
    pub(super) fn answer(&self, answers: impl FnMut(&Message) -> Reply + Send + 'static) {
        *self.inner.answers.lock().expect("a lock") = Box::new(answers);
    }

    /// All messages, once there are `count`.
    pub(super) async fn received(&self, count: usize) -> Vec<Message> {
        let mut counts = self.inner.count.subscribe();
        let enough = timeout(LONGEST, counts.wait_for(|received| *received >= count)).await.is_ok();
        let received = self.so_far();
        assert!(enough, "{count} messages are expected: {received:?}");
        received
    }

    /// The messages until now.
    pub(super) fn so_far(&self) -> Vec<Message> {
        self.inner.received.lock().expect("a lock").clone()
    }
}

async fn take(State(inner): State<Arc<Inner>>, headers: HeaderMap, text: String) -> Response {
    let received = Message { headers, text };
    let reply = {
        let mut answers = inner.answers.lock().expect("a lock");
        (*answers)(&received)
    };
    inner.received.lock().expect("a lock").push(received);
    inner.count.send_modify(|count| *count += 1);
    match reply {
        Reply::Status(code) => StatusCode::from_u16(code).expect("a status").into_response(),
        Reply::Hang => pending().await,
        Reply::To(place) => (StatusCode::FOUND, [(header::LOCATION, place)]).into_response(),
        Reply::Rest(seconds) => {
            (StatusCode::SERVICE_UNAVAILABLE, [(header::RETRY_AFTER, seconds.to_string())]).into_response()
        }
        Reply::Endless => {
            let part = Ok::<_, Infallible>(Bytes::from_static(&[b'x'; 1024]));
            Body::from_stream(stream::repeat(part)).into_response()
        }
    }
}
