//! Webhooks that the server sends, to a receiver in this process.

use std::{
    ops::Range,
    sync::Arc,
    thread::sleep,
    time::{Duration, Instant},
};

use tests::{
    bench::{Client, Round, number, rounds, seconds},
    webhooks::Receiver,
};

use super::{
    inbox::Inbox,
    shop::{PIECES, Shop, done, first_id, total},
    table::{Line, count, same},
};

/// How many variants a call counts when there is a lot to send.
const MANY: usize = 500;
/// How many events are to be sent in a second then.
const BAR: usize = 300;
/// How often a single variant is counted in a second otherwise.
const PER_SECOND: u32 = 50;
/// How long half of these may take until they arrive.
const TIME: Duration = Duration::from_millis(250);
/// How long the server may take until it has sent everything.
const LONGEST_WAIT: Duration = Duration::from_secs(120);

const CREATE: &str = "mutation($input: CreateWebhookEndpointInput!) { createWebhookEndpoint(input: $input) { webhookEndpoint { id } secret userErrors { code message } } }";
const DELETE: &str = "mutation($input: DeleteWebhookEndpointInput!) { deleteWebhookEndpoint(input: $input) { deletedId userErrors { code message } } }";
const DELIVERED: &str = "query($input: ID!) { webhookDeliveries(first: 0, filter: { endpointId: { eq: $input }, status: { eq: DELIVERED } }) { totalCount } }";

/// Counts many variants at once, and then a variant now and then: each count is an event that is sent.
pub(crate) fn deliveries(shop: &Shop) -> Result<Vec<Line>, String> {
    let inbox = Arc::new(Inbox::default());
    let taking = Arc::clone(&inbox);
    let receiver = Receiver::start(move |webhook| taking.take(&webhook)).map_err(|error| error.to_string())?;
    let mut client = shop.connect();
    let (name, url) = (shop.source("deliveries"), receiver.url());
    let new = format!(r#"{{"name":"{name}","url":"{url}","kinds":["stock.set"]}}"#);
    let made = done(client.ask(CREATE, &new))?;
    inbox.verify_with(made);
    let endpoint = first_id(made)?;
    let mut counts = Counts { shop, client, inbox, pieces: 3 * PIECES, told: 0 };
    let measured = counts.measure();
    let checked = measured.and_then(|lines| counts.check(&endpoint).map(|()| lines));
    // No other part has to wait for these.
    done(counts.client.ask(DELETE, &format!(r#"{{"id":"{endpoint}"}}"#)))?;
    checked
}

/// Who counts variants.
struct Counts<'a> {
    shop: &'a Shop,
    client: Client,
    inbox: Arc<Inbox>,
    /// What the latest call counted: each finds another number of pieces.
    pieces: i64,
    /// How many events there were.
    told: usize,
}

impl Counts<'_> {
    fn measure(&mut self) -> Result<Vec<Line>, String> {
        // Until the server has found the endpoint.
        self.count(0..1)?;
        self.until_received()?;
        let (mut many, mut single) = (Vec::new(), Vec::new());
        for _ in 0..rounds() {
            many.push(self.many()?);
            single.push(self.single()?);
        }
        let bar = Round { took: Vec::new(), done: BAR, all: BAR, time: Duration::from_secs(1) };
        let many = Line::beside("webhooks sent, events in calls of 500; bar".to_owned(), many, bar);
        let rate = usize::try_from(PER_SECOND).unwrap_or_default();
        let bar = Round { took: vec![TIME], done: rate, all: rate, time: Duration::from_secs(1) };
        let single = Line::beside("webhooks sent, from the call to their receipt; bar".to_owned(), single, bar);
        Ok(vec![many, single])
    }

    /// As many events as are wanted, as fast as calls can make them; the time runs until the last has arrived.
    fn many(&mut self) -> Result<Round, String> {
        let wanted = number("DELIVERIES", 3_000).max(1);
        let variants = self.shop.variants().len();
        let (began, mut events, mut took) = (Instant::now(), 0, Vec::new());
        let mut calls = Vec::new();
        while events < wanted {
            let place = events % variants;
            let places = place..variants.min(place + MANY.min(wanted - events));
            events += places.len();
            calls.push((self.count(places)?, self.pieces));
        }
        let time = self.until_received()?.saturating_duration_since(began);
        for (asked, pieces) in calls {
            took.extend(self.inbox.received(pieces).iter().map(|at| at.saturating_duration_since(asked)));
        }
        Ok(Round { took, done: events, all: events, time })
    }

    /// One event at a time, at a rate that leaves the server idle between them.
    fn single(&mut self) -> Result<Round, String> {
        let (began, time) = (Instant::now(), seconds("SECS", 6));
        let interval = Duration::from_secs(1) / PER_SECOND;
        let (mut took, mut calls, mut after) = (Vec::new(), Vec::new(), Duration::ZERO);
        while after < time {
            sleep((began + after).saturating_duration_since(Instant::now()));
            let place = calls.len() % self.shop.variants().len();
            calls.push((self.count(place..place + 1)?, self.pieces));
            after += interval;
        }
        let time = began.elapsed();
        self.until_received()?;
        for (asked, pieces) in &calls {
            took.extend(self.inbox.received(*pieces).iter().map(|at| at.saturating_duration_since(*asked)));
        }
        Ok(Round { took, done: calls.len(), all: calls.len(), time })
    }

    /// Counts these variants: when it was asked for.
    fn count(&mut self, places: Range<usize>) -> Result<Instant, String> {
        self.pieces += 1;
        self.told += places.len();
        let asked = Instant::now();
        self.shop.set(&mut self.client, &self.shop.variants()[places], self.pieces, "deliveries")?;
        Ok(asked)
    }

    /// Waits until all events were received: when the last one was.
    fn until_received(&self) -> Result<Instant, String> {
        let began = Instant::now();
        while self.inbox.count() < self.told {
            if began.elapsed() > LONGEST_WAIT {
                let (told, came) = (self.told, self.inbox.count());
                return Err(format!("{came} of {told} events were received within {} s", LONGEST_WAIT.as_secs()));
            }
            sleep(Duration::from_millis(2));
        }
        Ok(self.inbox.latest().unwrap_or(began))
    }

    /// Refuses events that were lost, or came in another order.
    fn check(&mut self, endpoint: &str) -> Result<(), String> {
        self.inbox.fault()?;
        let (began, told) = (Instant::now(), count(self.told));
        let mut delivered = 0;
        while delivered < told && began.elapsed() < LONGEST_WAIT {
            sleep(Duration::from_millis(100));
            delivered = total(self.client.ask(DELIVERED, &format!(r#""{endpoint}""#)));
        }
        same("events delivered", told, delivered)?;
        same("events received", told, count(self.inbox.count()))
    }
}
