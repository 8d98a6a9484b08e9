//! The HTTP side: the only place that knows axum.
//!
//! - [`router`]: everything that is served. [`Admin`]: figures and health, on a listener and a thread of their own.
//! - [`Server`]: accepting connections until told to stop. `connections`: how many; `seats`: how many of anything; `rates`:
//!   how often. `allowance`, `flood`: how much may be sent beside requests.
//! - `activity`: what a connection is about. `head_timeout`, `write_timeout`, `stream_timeout`: giving up clients that do
//!   not send or take what is waited for; `body`: a request's body in time.
//! - `requests`: what is done about every request: `head`, `request_body`, `answer_body`.
//! - `graphql`: one GraphQL request, from its head to its answer, by the GraphQL-over-HTTP specification.
//! - `operation`: one operation over any transport: its checks, and its answers, one or many. `shared_subscription`: all who
//!   watch the same.
//! - `socket`: GraphQL over a WebSocket; `stream`: over server-sent events. `shutdown`: how these end with the server.
//! - `sender`: where it comes from. `browser`: which page had it sent. `identity`: who sends it; `guesses`: how often an
//!   address may be wrong. `standing`: whether who watches may still do so. `ticket`: who it is, in an address.
//! - `read`: the request's parameters; `accept`: the media type of its answer.
//! - `answer`: status and body; `coding`: gzip. `introspection`: answers about the schema, kept compressed.
//! - `failure`: what a client learns about errors.
//! - `admission`: whether an operation may begin now; `cost`: what it costs.
//! - `access_log`: the log line of a request, and its figures. `refusal_log`: who was refused.
//! - `unsubscribe`: where the links of e-mails lead, for who has no key. `inbound`: webhooks of other systems.
//! - `bulk`: the files of bulk jobs.
//! - `cors`, `graphiql`, `health`: what their names say.
//! - `executor`: the same operations for whatever else serves an executor of async-graphql.

mod accept;
mod access_log;
mod activity;
mod admin;
mod admission;
mod allowance;
mod answer;
mod answer_body;
mod body;
mod browser;
mod bulk;
mod coding;
mod connections;
mod cors;
mod cost;
mod executor;
mod failure;
mod flood;
mod graphiql;
mod graphql;
mod guesses;
mod head;
mod head_timeout;
mod health;
mod identity;
mod inbound;
mod introspection;
mod operation;
mod rates;
mod read;
mod refusal_log;
mod request_body;
mod requests;
mod seats;
mod sender;
mod server;
mod shared_subscription;
mod shutdown;
mod socket;
mod standing;
mod stream;
mod stream_timeout;
mod ticket;
mod unsubscribe;
mod write_timeout;

use std::{sync::Arc, time::Duration};

use axum::{
    Router,
    http::{HeaderValue, StatusCode},
    routing::{any, get, post, put},
};
use service::{Service, principal::Source};

pub use admin::Admin;
pub use connections::{Bounds, Connections, Refusal};
pub use executor::Executor;
pub use server::Server;

use crate::{
    config::Secret,
    document::{Documents, Limits},
    metrics::Metrics,
    schema::{Schema, shape},
};

/// What requests may cost and who may send them.
#[derive(Clone, Debug)]
pub struct Settings {
    /// How large a query document may be.
    pub limits: Limits,
    /// The largest request body, in bytes.
    pub body_limit: usize,
    /// How long a request body may take before it must come at a certain speed.
    pub body_grace: Duration,
    /// How long one request may take.
    pub request_timeout: Duration,
    /// Memory for the answers that are put together at the same time, in bytes.
    pub answer_memory: u64,
    /// Whether each request writes a log line.
    pub log_requests: bool,
    /// From when on a request is slow, and writes a line that says so; zero for never.
    pub slow_request: Duration,
    /// Whether answers are compressed; those about the schema always are.
    pub compression: bool,
    /// What those who watch may do.
    pub watch: Watch,
    /// Other origins whose pages may send requests and read the answers; `*` is all.
    pub allowed_origins: Vec<HeaderValue>,
    /// What other systems may send.
    pub webhooks: Webhooks,
    /// The largest file of a bulk job, in bytes.
    pub bulk_limit: usize,
    /// Whether requests of this machine without a key act as the local administrator while no key was ever made: for
    /// servers that only this machine reaches.
    pub keyless: bool,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            limits: Limits::default(),
            body_limit: 1 << 20,
            body_grace: Duration::from_secs(5),
            request_timeout: Duration::from_secs(30),
            answer_memory: 1 << 30,
            log_requests: true,
            slow_request: Duration::from_millis(500),
            compression: false,
            watch: Watch::default(),
            allowed_origins: Vec::new(),
            webhooks: Webhooks::default(),
            bulk_limit: 100 << 20,
            keyless: true,
        }
    }
}

/// What other systems may send.
#[derive(Clone, Debug)]
pub struct Webhooks {
    /// What Shopify signs with: any of these. Without one, nothing of Shopify is taken.
    pub shopify_secrets: Vec<Secret>,
    /// The same of Stripe.
    pub stripe_secrets: Vec<Secret>,
    /// The largest body, in bytes.
    pub body_limit: usize,
}

impl Default for Webhooks {
    fn default() -> Self {
        Self { shopify_secrets: Vec::new(), stripe_secrets: Vec::new(), body_limit: 4 << 20 }
    }
}

impl Webhooks {
    /// What a system signs with.
    pub fn secrets(&self, source: Source) -> &[Secret] {
        match source {
            Source::Shopify => &self.shopify_secrets,
            Source::Stripe => &self.stripe_secrets,
        }
    }
}

/// How sockets and streams are kept.
#[derive(Clone, Copy, Debug)]
pub struct Watch {
    /// How long a socket may take to say who it is.
    pub init_timeout: Duration,
    /// How often a silent connection shows that it lives; one that takes nothing for as long is given up.
    pub keepalive: Duration,
    /// How many operations a socket may have at once.
    pub operations: usize,
    /// How many sockets and event streams a client may have at once.
    pub sockets: usize,
    /// How many subscriptions a client may have at once, of all its sockets and streams.
    pub subscriptions: usize,
    /// How many messages a socket may send in a second, beside one for each of its operations at first.
    pub messages: u32,
}

impl Default for Watch {
    fn default() -> Self {
        Self {
            init_timeout: Duration::from_secs(3),
            keepalive: Duration::from_secs(12),
            operations: 100,
            sockets: 20,
            subscriptions: 500,
            messages: 50,
        }
    }
}

/// What every handler needs.
struct App {
    schema: Schema,
    metrics: Arc<Metrics>,
    documents: Documents,
    subscriptions: shared_subscription::SharedSubscriptions,
    standings: standing::Standings,
    /// The sockets and event streams of each client, and the subscriptions: by its family.
    watchers: seats::Seats<String>,
    watches: seats::Seats<String>,
    introspections: introspection::Introspections,
    admission: Arc<admission::Admission>,
    guesses: guesses::Guesses,
    refusals: refusal_log::RefusalLog,
    settings: Settings,
}

impl App {
    fn service(&self) -> service::Result<&Service> {
        self.schema.data::<Service>().ok_or_else(|| service::Error::internal("the schema has no service"))
    }
}

fn app(schema: Schema, settings: Settings, metrics: Arc<Metrics>) -> App {
    // Without a service nothing is executed.
    let servers = schema.data::<Service>().map(|service| service.servers().clone()).unwrap_or_default();
    let admission = admission::Admission::new(settings.answer_memory, servers).counted(metrics.admissions.clone());
    App {
        schema,
        documents: Documents::new(shape(), settings.limits).counted(metrics.documents()),
        metrics,
        subscriptions: shared_subscription::SharedSubscriptions::default(),
        standings: standing::Standings::default(),
        watchers: seats::Seats::default(),
        watches: seats::Seats::default(),
        introspections: introspection::Introspections::default(),
        admission: Arc::new(admission),
        guesses: guesses::Guesses::default(),
        refusals: refusal_log::RefusalLog::default(),
        settings,
    }
}

/// Everything that is served.
pub fn router(schema: Schema, settings: Settings, metrics: Arc<Metrics>) -> Router {
    let origins = settings.allowed_origins.clone();
    let app = app(schema, settings, metrics);
    let router = Router::new()
        .route("/graphql", any(graphql::handle))
        .route("/graphql/ws", any(socket::handle))
        .route("/graphql/stream", any(stream::handle))
        .route("/graphql/ticket", any(ticket::handle))
        .route("/unsubscribe/{token}", get(unsubscribe::show).post(unsubscribe::leave))
        .route("/webhooks/shopify", post(inbound::shopify))
        .route("/webhooks/stripe", post(inbound::stripe))
        .route("/bulk/{id}/input", put(bulk::upload))
        .route("/bulk/{id}/result", get(bulk::result))
        .route("/healthz", get(health::alive))
        .route("/readyz", get(health::ready))
        .fallback(|| async { (StatusCode::NOT_FOUND, "There is nothing here. The GraphQL API is at /graphql.\n") })
        .merge(graphiql::routes())
        .with_state(Arc::new(app));
    cors::allow(router, origins)
}
