//! Webhooks out.
//!
//! - [`sending`]: signed, in the order of each object, at least once. [`failures`]: a bad endpoint delays nobody else.
//!   [`order`]: of the events of one object. [`requests`]: again, and to try an endpoint. [`gaps`]: what is gone.

mod failures;
mod gaps;
mod order;
mod requests;
mod sending;

use std::time::Duration as StdDuration;

use ::api::{
    outbound::{self, Guard},
    schema::guarded,
};
use chrono::{Duration, Utc};
use entity::{sea_orm_active_enums::DeliveryStatus, webhook_deliveries, webhook_endpoints};
use sea_orm::EntityTrait;
use serde_json::{Value, json};
use service::clock::Clock;
use tests::TestDatabase;
use tokio::{
    task::{JoinSet, yield_now},
    time::timeout,
};
use uuid::Uuid;

use super::receiver::Receiver;
use crate::client::Client;

/// A server that sends webhooks to this machine.
pub(super) struct Outbox<'a> {
    db: &'a TestDatabase,
    pub(super) client: Client,
    senders: JoinSet<()>,
}

impl<'a> Outbox<'a> {
    pub(super) async fn open(db: &'a TestDatabase, clock: Clock) -> Self {
        let mut client = Client::open(db, clock).await;
        client.schema = guarded(client.service.clone(), local());
        let mut outbox = Self { db, client, senders: JoinSet::new() };
        outbox.start();
        outbox
    }

    /// With a clock that stands at now.
    async fn standing(db: &'a TestDatabase) -> Self {
        Self::open(db, Clock::standing(Utc::now())).await
    }

    fn start(&mut self) {
        let (service, schema) = (self.client.service.clone(), self.client.schema.clone());
        self.senders.spawn(outbound::send(service, schema, local()));
    }

    /// Crashes, and starts again once its leases have ended.
    async fn crash(&mut self) {
        self.senders.shutdown().await;
        self.pass(60);
        self.start();
    }

    /// Has some seconds pass.
    fn pass(&self, seconds: i64) {
        self.client.clock().advance(Duration::seconds(seconds));
    }

    /// A new endpoint for these kinds of events: the id and the secret.
    async fn endpoint(&self, receiver: &Receiver, kinds: &[&str], query: Option<&str>) -> (Value, Value) {
        let input = json!({ "name": "Test", "url": receiver.url, "kinds": kinds, "query": query });
        let made = self.client.done("createWebhookEndpoint", input, "secret webhookEndpoint { id }").await;
        (made["webhookEndpoint"]["id"].clone(), made["secret"].clone())
    }

    async fn goal(&self, name: &str) -> Value {
        let input = json!({ "name": name, "type": "GROWTH" });
        self.client.done("createGoal", input, "goal { id }").await["goal"]["id"].clone()
    }

    async fn rename(&self, goal: &Value, name: &str) {
        self.client.done("updateGoal", json!({ "id": goal, "name": name }), "goal { id }").await;
    }

    /// The deliveries of an endpoint, in the order of the log.
    async fn deliveries(&self, endpoint: &Value) -> Vec<webhook_deliveries::Model> {
        let all = webhook_deliveries::Entity::find().all(self.db.connection()).await.expect("read");
        let mut rows: Vec<_> = all.into_iter().filter(|row| row.endpoint_id == id(endpoint)).collect();
        rows.sort_by_key(|row| (row.transaction_number, row.position));
        rows
    }

    /// The same, once they have these statuses.
    async fn settled(&self, endpoint: &Value, statuses: &[DeliveryStatus]) -> Vec<webhook_deliveries::Model> {
        until(async || {
            let rows = self.deliveries(endpoint).await;
            let found: Vec<_> = rows.iter().map(|row| row.status).collect();
            (found == statuses).then_some(rows)
        })
        .await
    }

    async fn row(&self, endpoint: &Value) -> webhook_endpoints::Model {
        let row = webhook_endpoints::Entity::find_by_id(id(endpoint)).one(self.db.connection()).await.expect("read");
        row.expect("the endpoint")
    }
}

/// Lets webhooks go to this machine.
fn local() -> Guard {
    Guard::new(vec!["127.0.0.0/8".parse().expect("a network")])
}

fn id(value: &Value) -> Uuid {
    value.as_str().and_then(|text| text.parse().ok()).expect("an id")
}

/// Repeats a look until it finds something.
async fn until<T>(look: impl AsyncFn() -> Option<T>) -> T {
    let found = timeout(StdDuration::from_secs(60), async {
        loop {
            if let Some(found) = look().await {
                return found;
            }
            yield_now().await;
        }
    });
    found.await.expect("it happens within a minute")
}

const QUERY: &str = "query($id: ID!) { goal(id: $id) { name } }";
