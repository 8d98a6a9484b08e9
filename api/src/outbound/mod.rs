//! Webhooks out: what happens in the shop is sent to the endpoints that want it.
//!
//! - [`send`]: takes endpoints that no other server holds, and has a `worker` for each.
//! - [`Guard`]: where messages may be sent; `target`: where a URL leads; `address`: which addresses are public.
//! - `connector`: connections to addresses that the guard lets through; `sender`: one attempt. `body`: what a message says.
//!
//! Each endpoint has its own task, connections and names to resolve, so that a slow one keeps no other waiting. What is
//! due, and in which order, is decided by `service::webhooks::outbox`.

mod address;
mod body;
mod connector;
mod guard;
mod sender;
mod target;
mod worker;

use std::{collections::HashMap, sync::Arc, time::Duration};

use service::{Result, Service};
use tokio::{
    sync::Notify,
    task::JoinSet,
    time::{MissedTickBehavior, interval},
};
use uuid::Uuid;

pub use guard::Guard;
pub(crate) use {
    body::{check as check_query, test as test_body},
    sender::{Message, Sender, shown},
};

use self::worker::Worker;
use crate::schema::Schema;

/// How often it is looked whether endpoints have no server, and deliveries are due.
const EVERY: Duration = Duration::from_secs(1);

/// What all workers share.
#[derive(Clone)]
struct Shared {
    service: Service,
    schema: Schema,
    guard: Guard,
}

/// Sends what happens to the endpoints that want it, until the service stops; what is on its way then has a few seconds.
/// Any number of servers may do it: one at a time sends to an endpoint, and none takes one whose clock is wrong.
pub async fn send(service: Service, schema: Schema, guard: Guard) {
    let mut stopping = service.signals().listen_stopping();
    let mut ticks = interval(EVERY);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut dispatcher = Dispatcher {
        shared: Shared { service, schema, guard },
        workers: JoinSet::new(),
        held: HashMap::new(),
        is_failing: false,
    };
    while !*stopping.borrow() {
        tokio::select! {
            _ = stopping.changed() => {}
            Some(ended) = dispatcher.workers.join_next() => {
                if let Err(error) = ended {
                    tracing::error!("a webhook endpoint is left alone for a while: {error}");
                }
            }
            _ = ticks.tick() => dispatcher.tick().await,
        }
    }
    while dispatcher.workers.join_next().await.is_some() {}
}

struct Dispatcher {
    shared: Shared,
    workers: JoinSet<()>,
    /// What wakes the worker of each endpoint.
    held: HashMap<Uuid, Arc<Notify>>,
    is_failing: bool,
}

impl Dispatcher {
    async fn tick(&mut self) {
        // By a clock that is wrong, the wrong things are due.
        if self.shared.service.servers().is_skewed() {
            return;
        }
        let looked = self.look().await;
        // Once, not every second.
        if let Err(error) = &looked
            && !self.is_failing
        {
            tracing::warn!("webhook endpoints could not be looked after: {}", error.explained());
        }
        self.is_failing = looked.is_err();
    }

    async fn look(&mut self) -> Result<()> {
        // Its worker has the other one, until it ends.
        self.held.retain(|_, wake| Arc::strong_count(wake) > 1);
        for endpoint in self.shared.service.take_endpoints().await? {
            let wake = Arc::new(Notify::new());
            self.held.insert(endpoint.id, Arc::clone(&wake));
            self.workers.spawn(Worker::new(self.shared.clone(), endpoint, wake).run());
        }
        let held: Vec<Uuid> = self.held.keys().copied().collect();
        for due in self.shared.service.due_endpoints(&held).await? {
            if let Some(wake) = self.held.get(&due) {
                wake.notify_one();
            }
        }
        Ok(())
    }
}
