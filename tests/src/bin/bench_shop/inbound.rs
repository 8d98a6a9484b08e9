//! Webhooks of Shopify: half of them are new orders, half of them counts of stock.

use std::{
    sync::{
        Mutex,
        atomic::{AtomicUsize, Ordering::Relaxed},
    },
    thread::{self, sleep},
    time::{Duration, Instant},
};

use chrono::Utc;
use tests::{
    bench::{Round, rounds, seconds},
    client,
    webhooks::FromShopify,
};

use super::{
    inbound_payload::{level, order, product},
    options::Options,
    shop::{OF_PRODUCT, Shop, total},
    table::{Line, count, same},
};

/// How many come in a second.
const PER_SECOND: u32 = 200;
/// Over how many connections.
const CONNECTIONS: usize = 8;
/// How long half of them, and 99 of 100, may take at most.
const BAR: Duration = Duration::from_millis(50);
/// How many variants have counts.
const COUNTED: usize = 400;
/// How long the server may take to process them all.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

const STORED: &str = "query($input: String!) { inboundWebhooks(first: 0, filter: { externalId: { startsWith: $input } }) { totalCount } }";
const ORDERS: &str =
    "query($input: String!) { orders(first: 0, filter: { shopifyOrderId: { startsWith: $input } }) { totalCount } }";

/// Sends webhooks at a fixed rate, however long the answers take: the time of one runs from when it was due.
pub(crate) fn inbound(shop: &Shop, options: &Options) -> Result<Line, String> {
    let secret = options.shopify_secret.as_deref();
    let secret =
        secret.ok_or("the secret of Shopify's webhooks is missing: name the server's with `--shopify-secret`")?;
    let sender = Sender::new(shop, secret);
    sender.name_variants()?;
    let measured: Vec<Round> = (0..rounds()).map(|_| sender.round()).collect::<Result<_, _>>()?;
    let ended = Instant::now();
    sender.send_again()?;
    sender.check(ended)?;
    let time = Duration::from_secs(1);
    let much = usize::try_from(PER_SECOND).unwrap_or_default();
    let bar = Round { took: vec![BAR], done: much, all: much, time };
    Ok(Line::beside("webhooks of Shopify, until they are accepted; bar".to_owned(), measured, bar))
}

/// The shop at Shopify.
struct Sender<'a> {
    shop: &'a Shop,
    secret: &'a str,
    /// What the ids of its webhooks begin with.
    name: String,
    /// What the ids of its orders begin with.
    orders: String,
    /// How many webhooks were sent, and how many of them were orders.
    sent: AtomicUsize,
    ordered: AtomicUsize,
    /// The latest of each connection.
    latest: Mutex<Vec<Vec<u8>>>,
}

/// When a round began, and how long it is.
#[derive(Clone, Copy)]
struct Pace {
    began: Instant,
    warm: Duration,
    measured: Duration,
}

impl<'a> Sender<'a> {
    fn new(shop: &'a Shop, secret: &'a str) -> Self {
        Self {
            shop,
            secret,
            name: shop.source("inbound"),
            orders: Utc::now().timestamp().to_string(),
            sent: AtomicUsize::new(0),
            ordered: AtomicUsize::new(0),
            latest: Mutex::default(),
        }
    }

    fn counted(&self) -> usize {
        COUNTED.min(self.shop.variants().len()) / OF_PRODUCT * OF_PRODUCT
    }

    /// Says by webhooks under which ids Shopify knows the variants whose stock it counts.
    fn name_variants(&self) -> Result<(), String> {
        let mut client = self.connect()?;
        for number in 0..self.counted() / OF_PRODUCT {
            self.send(&mut client, "products/update", &product(number))?;
        }
        self.until_processed(Instant::now()).map(drop)
    }

    fn round(&self) -> Result<Round, String> {
        let pace = Pace { began: Instant::now(), warm: seconds("WARM", 1), measured: seconds("SECS", 6) };
        let tallies: Vec<_> = thread::scope(|scope| {
            let workers: Vec<_> =
                (0..CONNECTIONS).map(|connection| scope.spawn(move || self.over_one(connection, pace))).collect();
            workers.into_iter().map(|worker| worker.join().expect("a connection")).collect()
        });
        let mut round = Round { time: (pace.began + pace.warm).elapsed(), ..Round::default() };
        for tally in tallies {
            let (took, all) = tally?;
            round.done += took.len();
            round.all += all;
            round.took.extend(took);
        }
        Ok(round)
    }

    /// What one connection sends in its turns: how long those took that were measured, and how many there were in all.
    fn over_one(&self, connection: usize, pace: Pace) -> Result<(Vec<Duration>, usize), String> {
        let mut client = self.connect()?;
        let (mut took, mut latest, mut turn) = (Vec::new(), None, 0);
        loop {
            let place = u32::try_from(connection + turn * CONNECTIONS).unwrap_or(u32::MAX);
            let after = (Duration::from_secs(1) / PER_SECOND).saturating_mul(place);
            if after >= pace.warm + pace.measured {
                self.latest.lock().expect("nobody panics").extend(latest);
                return Ok((took, turn));
            }
            sleep((pace.began + after).saturating_duration_since(Instant::now()));
            latest = Some(self.send_next(&mut client, connection, turn)?);
            if after >= pace.warm {
                took.push((pace.began + after).elapsed());
            }
            turn += 1;
        }
    }

    /// Sends an order, or a count of a variant that no other connection counts. What was sent.
    fn send_next(&self, client: &mut client::Client, connection: usize, turn: usize) -> Result<Vec<u8>, String> {
        if (connection + turn).is_multiple_of(2) {
            let number = self.ordered.fetch_add(1, Relaxed);
            let id = format!("{}{number:06}", self.orders);
            return self.send(client, "orders/create", &order(&id, number % self.shop.variants().len()));
        }
        let own = (self.counted() / CONNECTIONS).max(1);
        self.send(client, "inventory_levels/update", &level(connection + CONNECTIONS * (turn % own)))
    }

    fn send(&self, client: &mut client::Client, topic: &str, body: &str) -> Result<Vec<u8>, String> {
        let id = format!("{}-{}", self.name, self.sent.fetch_add(1, Relaxed));
        let request = FromShopify { id: &id, topic, at: Utc::now(), body }.request(self.secret);
        accepted(client, &request)?;
        Ok(request)
    }

    /// Shopify sends webhooks again whose answers it did not get.
    fn send_again(&self) -> Result<(), String> {
        let mut client = self.connect()?;
        let latest = self.latest.lock().expect("nobody panics");
        latest.iter().try_for_each(|request| accepted(&mut client, request))
    }

    fn connect(&self) -> Result<client::Client, String> {
        let target = client::Target { address: self.shop.target().address.clone(), key: None };
        target.connect().map_err(|error| error.to_string())
    }

    /// Refuses what was lost, stored twice or not processed.
    fn check(&self, ended: Instant) -> Result<(), String> {
        let sent = count(self.sent.load(Relaxed));
        let mut client = self.shop.connect();
        same("webhooks stored", sent, total(client.ask(STORED, &format!(r#""{}-""#, self.name))))?;
        let time = self.until_processed(ended)?;
        println!("inbound: {sent} webhooks were processed {:.1} s after the last was accepted", time.as_secs_f64());
        same("webhooks processed", sent, self.with_status(&mut client, "PROCESSED"))?;
        let ordered = count(self.ordered.load(Relaxed));
        same("orders", ordered, total(client.ask(ORDERS, &format!(r#""{}""#, self.orders))))
    }

    /// Waits until none is left to be processed: how long after this moment.
    fn until_processed(&self, moment: Instant) -> Result<Duration, String> {
        let mut client = self.shop.connect();
        while self.with_status(&mut client, "RECEIVED") > 0 {
            if moment.elapsed() > LONGEST_WAIT {
                return Err(format!("not all webhooks were processed within {} s", LONGEST_WAIT.as_secs()));
            }
            sleep(Duration::from_millis(200));
        }
        Ok(moment.elapsed())
    }

    fn with_status(&self, client: &mut tests::bench::Client, status: &str) -> i64 {
        let query = format!(
            "query($input: String!) {{ inboundWebhooks(first: 0, filter: {{ externalId: {{ startsWith: $input }}, status: {{ eq: {status} }} }}) {{ totalCount }} }}"
        );
        total(client.ask(&query, &format!(r#""{}-""#, self.name)))
    }
}

/// Sends a webhook, which must be accepted.
fn accepted(client: &mut client::Client, request: &[u8]) -> Result<(), String> {
    let answer = client.write(request).and_then(|()| client.answer());
    match answer.map_err(|error| error.to_string())? {
        (200, _) => Ok(()),
        (status, text) => Err(format!("a webhook was answered with {status}: {text}")),
    }
}
