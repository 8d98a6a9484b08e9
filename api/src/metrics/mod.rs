//! What is watched from outside: figures in the format of OpenMetrics, and health. It knows no HTTP.
//!
//! - [`Metrics`]: all of it. [`Health`]: whether the process lives and can serve.
//! - `requests`, `admissions`, `watching`, `authentications`: what the HTTP side tells; `transport`: by which way it came.
//!   `held`: a thing that is counted while it is there.
//! - `runtime`, `process`, `pools`: what is looked up. `survey`: what takes statements, asked now and then, never by who
//!   reads the figures.
//!
//! Labels have values of ours only: never one of a client, an id or an address. `service::measures` has the figures of
//! the database and the work.

mod admissions;
mod authentications;
mod health;
mod held;
mod pools;
mod process;
mod requests;
mod runtime;
mod survey;
mod transport;
mod watching;

use std::sync::Arc;

use prometheus_client::{
    encoding::text::encode,
    metrics::{counter::Counter, gauge::Gauge, info::Info},
    registry::Registry,
};
use service::{
    Service,
    database::Database,
    measures::labels::{Counters, Gauges, counters},
};

pub(crate) use admissions::{Admissions, Missing};
pub(crate) use authentications::{AuthMethod, Authentications};
pub use health::Health;
pub(crate) use held::Held;
pub(crate) use requests::{Ended, Requests};
pub(crate) use transport::Transport;
pub(crate) use watching::{End, Subscribed, Watching};

use pools::Pools;
use process::Process;
use runtime::Runtime;
use survey::Survey;

/// What [`Metrics::text`] is.
pub const CONTENT_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// The figures of a process that serves a database, and its health.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    health: Health,
    runtime: Runtime,
    survey: Survey,
    connections: Gauges<1>,
    refused_connections: Counters<1>,
    documents: Counters<1>,
    pub(crate) requests: Requests,
    pub(crate) admissions: Admissions,
    pub(crate) watching: Watching,
    pub(crate) authentications: Authentications,
}

impl Metrics {
    /// Nothing has happened yet.
    pub fn new(database: &Database) -> Self {
        let mut metrics = Self {
            registry: Registry::default(),
            health: Health::default(),
            runtime: Runtime::default(),
            survey: Survey::new(database),
            connections: Gauges::default(),
            refused_connections: Counters::default(),
            documents: counters("result", &["hit", "miss"]),
            requests: Requests::default(),
            admissions: Admissions::default(),
            watching: Watching::default(),
            authentications: Authentications::default(),
        };
        metrics.register(database);
        metrics
    }

    fn register(&mut self, database: &Database) {
        // By the names that every program has for these.
        self.registry.register_collector(Box::new(Process::default()));
        let registry = self.registry.sub_registry_with_prefix("vividwalls");
        let build = [("version", env!("CARGO_PKG_VERSION")), ("engine", database.engine().name())];
        registry.register("build", "Version of the server, and database engine", Info::new(build));
        registry.register("connections", "Open HTTP connections, by listener", self.connections.clone());
        let refused = "Connections that were not accepted, or closed because too much was sent, by reason";
        registry.register("connections_refused", refused, self.refused_connections.clone());
        let documents = "Texts of operations that were looked up among those read before";
        registry.register("document_cache", documents, self.documents.clone());
        registry.register_collector(Box::new(Pools(database.clone())));
        self.health.register(registry);
        self.runtime.register(registry);
        self.survey.register(registry);
        self.requests.register(registry);
        self.admissions.register(registry);
        self.watching.register(registry);
        self.authentications.register(registry);
        database.measures().register(registry);
    }

    /// All figures, as [`CONTENT_TYPE`] says. No statement is run.
    pub fn text(&self) -> String {
        self.health.show();
        let mut text = String::with_capacity(32 << 10);
        // Writing to a string does not fail.
        let _ = encode(&mut text, &self.registry);
        text
    }

    /// Whether the process lives and can serve.
    pub fn health(&self) -> &Health {
        &self.health
    }

    /// The connections of a listener.
    pub(crate) fn connections(&self, listener: &'static str) -> Gauge {
        self.connections.get_or_create_owned(&[("listener", listener)])
    }

    /// The connections that are refused, by reason.
    pub(crate) fn refused_connections(&self) -> Counters<1> {
        self.refused_connections.clone()
    }

    /// The lookups of documents that found one, and those that did not.
    pub(crate) fn documents(&self) -> [Counter; 2] {
        ["hit", "miss"].map(|result| self.documents.get_or_create_owned(&[("result", result)]))
    }
}

/// Shows that the runtime that this runs on is alive, and measures it, until it is dropped.
pub async fn measure(metrics: Arc<Metrics>) {
    tokio::join!(metrics.health.beat_on(), metrics.runtime.measure());
}

/// Looks at the database again and again, until it is dropped.
pub async fn survey(metrics: Arc<Metrics>, service: Service) {
    tokio::join!(metrics.health.check_on(&service), metrics.survey.follow(&service));
}
