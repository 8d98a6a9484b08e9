//! Shopify sends webhooks about orders, stock is counted, and what happens is sent to an endpoint, which refuses some
//! webhooks once.
//!
//! - `shopify`: webhooks that come in. `counter`: counts of stock. `inbox`: what the endpoint receives.
//! - `verify`: what must be there afterwards, and nothing else.

mod counter;
mod inbox;
mod shopify;
mod verify;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{
        Arc, Mutex, MutexGuard,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use serde_json::{Value, json};
use tests::webhooks::Receiver;

use self::inbox::Inbox;
use super::{Work, agent, key, text, under_faults};
use crate::{caller::Caller, load::Load, plan::Plan, system::System, wait::pause};

/// Who sends orders.
const SENDERS: usize = 3;
/// Who counts stock, each another print.
const COUNTERS: usize = 2;
/// What is ordered.
const ORDERED: &str = "TIDE";
/// What is counted: objects with many events each.
const COUNTED: [&str; COUNTERS] = ["REEF", "DUNE"];
/// Pieces of each print at first.
const STOCK: usize = 1_000_000;
const LOCATION: &str = "main";
/// What is sent to the endpoint: each act is at least one of these events.
const KINDS: [&str; 5] = ["stock.set", "order.placed", "order.confirmed", "order.updated", "payment.captured"];
/// The most acts whose events the endpoint may still miss.
const BACKLOG: usize = 100;
/// Before somebody who has to wait looks again.
const PAUSE: Duration = Duration::from_millis(20);

/// What was acknowledged.
struct Connections {
    load: Arc<Load>,
    inbox: Arc<Inbox>,
    /// Webhooks that were accepted.
    webhooks: Mutex<BTreeSet<String>>,
    /// Orders by their ids at Shopify, with the latest note.
    orders: Mutex<BTreeMap<String, String>>,
    /// Prints and how many pieces were counted last.
    counted: Mutex<BTreeMap<String, usize>>,
    /// How many counts there were.
    counts: AtomicUsize,
    acts: AtomicUsize,
}

pub(super) fn run(system: &mut System, plan: Plan) -> Result<usize, String> {
    system.start()?;
    let load = Arc::clone(system.load());
    let inbox = Arc::new(Inbox::new(&load));
    let taking = Arc::clone(&inbox);
    let receiver = Receiver::start(move |webhook| taking.take(&webhook)).map_err(|error| error.to_string())?;
    let connections = Connections::open(load, inbox, &receiver.url())?;
    let mut work: Vec<Work<'_>> = Vec::new();
    for number in 0..SENDERS {
        let connections = &connections;
        work.push(Box::new(move || connections.tell(number)));
    }
    for print in COUNTED {
        let connections = &connections;
        work.push(Box::new(move || connections.count_again(print)));
    }
    let faults = under_faults(system, plan, work)?;
    connections.verify()?;
    Ok(faults)
}

impl Connections {
    /// Makes the endpoint, and then what is sold.
    fn open(load: Arc<Load>, inbox: Arc<Inbox>, url: &str) -> Result<Self, String> {
        agent(&load)?;
        let mut caller = Caller::new(&load);
        let endpoint = json!({ "name": "Warehouse", "url": url, "kinds": KINDS, "idempotencyKey": key() });
        let made = caller.act("createWebhookEndpoint", "secret", &endpoint)?;
        inbox.verify_with(text(&made["secret"])?);
        let prints: Vec<&str> = COUNTED.into_iter().chain([ORDERED]).collect();
        let variant = |sku: &&str| json!({ "sku": sku, "optionValues": [sku], "price": "100" });
        let variants: Vec<Value> = prints.iter().map(variant).collect();
        let product = json!({ "handle": "prints", "title": "Prints", "status": "ACTIVE", "optionNames": ["Motif"],
                              "variants": variants, "idempotencyKey": key() });
        caller.act("createProduct", "product { id }", &product)?;
        let connections = Self {
            load,
            inbox,
            webhooks: Mutex::default(),
            orders: Mutex::default(),
            counted: Mutex::default(),
            counts: AtomicUsize::new(0),
            acts: AtomicUsize::new(0),
        };
        prints.into_iter().try_for_each(|print| connections.count(&mut caller, print, STOCK))?;
        Ok(connections)
    }

    /// Waits while the endpoint is behind: whether it had to.
    fn waits(&self) -> bool {
        let is_behind = self.acts.load(Ordering::SeqCst) >= self.inbox.count() + BACKLOG;
        if is_behind {
            pause(PAUSE);
        }
        is_behind
    }

    /// Notes something whose event the endpoint must receive.
    fn acted(&self) {
        self.acts.fetch_add(1, Ordering::SeqCst);
    }

    fn counted(&self) -> MutexGuard<'_, BTreeMap<String, usize>> {
        self.counted.lock().expect("nobody panics")
    }

    fn orders(&self) -> MutexGuard<'_, BTreeMap<String, String>> {
        self.orders.lock().expect("nobody panics")
    }

    fn webhooks(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.webhooks.lock().expect("nobody panics")
    }
}
