//! The server in this process, over the database of a test. What needs none of its rows is tested in `tests/server`.

mod abandoned;
mod body;
mod bounds;
mod bulk;
mod cost;
mod errors;
mod executor;
mod identity;
mod inbound;
mod language;
mod limits;
mod metrics;
mod migrate;
mod outage;
mod servers;
mod socket;
mod socket_bounds;
mod standing;
mod stream;
mod ticket;
mod unsubscribe;
mod watching;

use std::{sync::Arc, time::Duration};

use ::api::{
    http::{Server, Settings, router},
    metrics::Metrics,
};
use axum::Router;
use serde_json::{Value, json};
use service::{Service, clock::Clock, database::Database};
use tests::{
    TestDatabase,
    http::{Answer, Connection},
};
use tokio::{
    sync::Notify,
    task::{JoinHandle, block_in_place},
};

use crate::client::connect;

/// A served database.
struct Served {
    database: Database,
    metrics: Arc<Metrics>,
    address: String,
    server: JoinHandle<bool>,
    stop: Arc<Notify>,
}

impl Served {
    async fn start(db: &TestDatabase) -> Self {
        Self::start_with(db, Settings::default()).await
    }

    async fn start_with(db: &TestDatabase, settings: Settings) -> Self {
        Self::start_at(db, settings, Clock::system()).await
    }

    async fn start_at(db: &TestDatabase, settings: Settings, clock: Clock) -> Self {
        Self::over(connect(db).await, settings, clock).await
    }

    async fn over(database: Database, settings: Settings, clock: Clock) -> Self {
        let schema = ::api::schema::schema(Service::new(database.clone(), clock));
        let metrics = Arc::new(Metrics::new(&database));
        let router = router(schema, settings, Arc::clone(&metrics));
        Self::serve_measured(database, router, metrics).await
    }

    async fn serve(database: Database, router: Router) -> Self {
        let metrics = Arc::new(Metrics::new(&database));
        Self::serve_measured(database, router, metrics).await
    }

    async fn serve_measured(database: Database, router: Router, metrics: Arc<Metrics>) -> Self {
        let server = Server::bind(([127, 0, 0, 1], 0).into()).await.expect("a free port");
        let address = server.address().expect("an address").to_string();
        let stop = Arc::new(Notify::new());
        let stopped = Arc::clone(&stop);
        let stopped = async move { stopped.notified().await };
        let server = tokio::spawn(server.run(router, stopped, Duration::from_secs(60)));
        Self { database, metrics, address, server, stop }
    }

    /// Tells the server to stop.
    fn stop(&self) {
        self.stop.notify_one();
    }

    /// Whether everything came to its end before the server did.
    async fn ended(&mut self) -> bool {
        (&mut self.server).await.expect("no panic")
    }

    fn get(&self, path: &str) -> Answer {
        self.send(&format!("GET {path}"), &[], b"")
    }

    /// What is answered to who asks whether it is ready, right after a check.
    async fn ready(&self) -> Answer {
        self.metrics.health().check(&Service::new(self.database.clone(), Clock::system())).await;
        self.get("/readyz")
    }

    fn ask(&self, query: &str, variables: Value) -> Answer {
        let body = json!({ "query": query, "variables": variables }).to_string();
        let headers = [("content-type", "application/json"), ("accept", "application/graphql-response+json")];
        self.send("POST /graphql", &headers, body.as_bytes())
    }

    fn send(&self, head: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        block_in_place(|| {
            let mut connection = Connection::open(&self.address);
            connection.send(head, headers, body);
            connection.answer()
        })
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        self.server.abort();
    }
}
