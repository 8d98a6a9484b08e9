//! Sending to one endpoint, for as long as this server holds it.
//!
//! What happened and what was tried is written together, with the renewal of the lease. Until it is written, it is known
//! here only: after a crash it is read and tried again.

use std::{
    collections::{HashSet, VecDeque},
    future::pending,
    sync::Arc,
    time::Duration,
};

use service::{
    Error, Result,
    events::{Follower, Logged},
    webhooks::outbox::{
        delivery::Delivery,
        endpoint::Endpoint,
        outcome::{Answer, Tried},
        turn::Turn,
    },
};
use tokio::{
    sync::{Notify, watch},
    task::{JoinError, JoinSet},
    time::{Instant, sleep, sleep_until, timeout},
};
use uuid::Uuid;

use super::{
    Shared, body,
    sender::{Message, Sender},
};

/// How many messages are on their way to an endpoint at a time.
const AT_ONCE: usize = 4;
/// How many deliveries are read at a time.
const READ: u32 = 32;
/// How many results are written together, and how long one waits for others.
const WRITTEN: usize = 16;
const LONGEST_UNWRITTEN: Duration = Duration::from_millis(50);
/// How many events are kept while they cannot be written; the others wait in the log.
const UNWRITTEN_EVENTS: usize = 1000;
/// How often the lease is renewed at least: three times before it lapses.
const RENEW: Duration = Duration::from_secs(15);
/// The pause after a failure of the database.
const PAUSE: Duration = Duration::from_secs(1);
/// How long messages on their way have when the server stops.
const LAST: Duration = Duration::from_secs(4);

/// Sends to one endpoint.
pub(super) struct Worker {
    shared: Shared,
    endpoint: Arc<Endpoint>,
    sender: Arc<Sender>,
    /// Notified when deliveries are due.
    wake: Arc<Notify>,
    follower: Option<Follower>,
    /// Deliveries that are due.
    queue: VecDeque<Delivery>,
    /// Messages on their way.
    sending: JoinSet<Attempt>,
    /// Deliveries that are queued, being sent, or not written yet.
    busy: HashSet<Uuid>,
    unwritten: Turn,
    /// When the first result came that is not written yet.
    since: Option<Instant>,
    renewed: Instant,
    may_be_due: bool,
    /// Whether it was woken since it last looked for what is due.
    is_woken: bool,
    /// Whether the endpoint may have been changed: then it is read again before anything is sent.
    is_stale: bool,
    is_broken: bool,
}

/// A message that is no longer on its way.
struct Attempt {
    delivery: Uuid,
    /// None if it was not tried at all: later it may be.
    tried: Option<Tried>,
}

impl Worker {
    pub(super) fn new(shared: Shared, endpoint: Endpoint, wake: Arc<Notify>) -> Self {
        let sender = Arc::new(Sender::new(shared.guard.clone()));
        Self {
            shared,
            endpoint: Arc::new(endpoint),
            sender,
            wake,
            follower: None,
            queue: VecDeque::new(),
            sending: JoinSet::new(),
            busy: HashSet::new(),
            unwritten: Turn::default(),
            since: None,
            renewed: Instant::now(),
            may_be_due: true,
            is_woken: false,
            is_stale: false,
            is_broken: false,
        }
    }

    /// Sends until the service stops, or this server does not hold the endpoint any more.
    pub(super) async fn run(mut self) {
        let mut stopping = self.shared.service.signals().listen_stopping();
        while !*stopping.borrow() && !self.is_broken {
            match self.step(&mut stopping).await {
                Ok(true) => {}
                Ok(false) => return,
                Err(error) => {
                    tracing::debug!(endpoint = %self.endpoint.id, "webhooks wait: {}", error.explained());
                    sleep(PAUSE).await;
                }
            }
        }
        self.finish().await;
    }

    /// Writes results and new events, sends what is due, and waits for more. False when the endpoint is lost.
    async fn step(&mut self, stopping: &mut watch::Receiver<bool>) -> Result<bool> {
        if self.must_write() && !self.write().await? {
            return Ok(false);
        }
        if self.follower.is_none() && !self.follow().await? {
            return Ok(false);
        }
        self.start_due().await?;
        self.wait(stopping).await;
        Ok(true)
    }

    fn must_write(&self) -> bool {
        let tried = self.unwritten.tried.len();
        let is_late = self.since.is_some_and(|since| since.elapsed() >= LONGEST_UNWRITTEN);
        !self.unwritten.events.is_empty()
            || self.is_stale
            || tried >= WRITTEN
            || (tried > 0 && (self.queue.is_empty() || is_late))
            || self.renewed.elapsed() >= RENEW
    }

    async fn write(&mut self) -> Result<bool> {
        self.unwritten.read_to = self.follower.as_ref().map(Follower::position);
        let kept = self.shared.service.keep_endpoint(&self.endpoint, &self.unwritten).await?;
        let Some(endpoint) = kept else { return Ok(false) };
        let written = std::mem::take(&mut self.unwritten);
        self.may_be_due |= !written.events.is_empty() || !written.tried.is_empty();
        for tried in &written.tried {
            self.busy.remove(&tried.delivery.id);
        }
        self.since = None;
        self.hold(endpoint);
        Ok(true)
    }

    /// Goes on with the endpoint as it is now.
    fn hold(&mut self, endpoint: Endpoint) {
        if endpoint.version != self.endpoint.version {
            // It may want other events, and what is due waits for it.
            self.follower = None;
            self.may_be_due = true;
        }
        self.is_stale = false;
        self.endpoint = Arc::new(endpoint);
        self.renewed = Instant::now();
    }

    /// Follows the log from where the endpoint is. What was removed from the log meanwhile is left out.
    async fn follow(&mut self) -> Result<bool> {
        let log = self.shared.service.log();
        let (place, why) = match log.follow(Some(self.endpoint.cursor), self.endpoint.filter()).await {
            Ok(follower) => {
                self.follower = Some(follower);
                return Ok(true);
            }
            Err(Error::CursorExpired(_)) => (log.earliest().await?, "events were removed from the log before"),
            Err(Error::Invalid(_)) => (log.latest().await?, "the log is another one than before"),
            Err(error) => return Err(error),
        };
        tracing::warn!(endpoint = %self.endpoint.id, "a webhook endpoint does not get all events: {why}");
        let kept = self.shared.service.skip_events(&self.endpoint, place, why).await?;
        Ok(kept.map(|endpoint| self.hold(endpoint)).is_some())
    }

    async fn start_due(&mut self) -> Result<()> {
        if self.may_be_due && self.queue.len() < AT_ONCE {
            let busy: Vec<Uuid> = self.busy.iter().copied().collect();
            let due = self.shared.service.due_deliveries(&self.endpoint, &busy, READ).await?;
            self.may_be_due = due.len() == READ as usize;
            // Something is due, but not for the endpoint as it was.
            self.is_stale |= self.is_woken && due.is_empty() && self.busy.is_empty();
            self.is_woken = false;
            self.busy.extend(due.iter().map(|delivery| delivery.id));
            self.queue.extend(due);
        }
        while self.sending.len() < AT_ONCE
            && let Some(delivery) = self.queue.pop_front()
        {
            let (shared, endpoint, sender) =
                (self.shared.clone(), Arc::clone(&self.endpoint), Arc::clone(&self.sender));
            self.sending.spawn(deliver(shared, endpoint, sender, delivery));
        }
        Ok(())
    }

    async fn wait(&mut self, stopping: &mut watch::Receiver<bool>) {
        let renewal = self.renewed + RENEW;
        let until = self.since.map_or(renewal, |since| renewal.min(since + LONGEST_UNWRITTEN));
        let has_room = self.unwritten.events.len() < UNWRITTEN_EVENTS;
        tokio::select! {
            _ = stopping.changed() => {}
            () = sleep_until(until) => {}
            () = self.wake.notified() => (self.may_be_due, self.is_woken) = (true, true),
            Some(attempt) = self.sending.join_next() => self.attempted(attempt),
            events = next_events(&mut self.follower), if has_room => self.add_events(events),
        }
    }

    fn attempted(&mut self, attempt: Result<Attempt, JoinError>) {
        match attempt {
            Ok(Attempt { tried: Some(tried), .. }) => {
                self.unwritten.tried.push(tried);
                self.since.get_or_insert_with(Instant::now);
            }
            Ok(Attempt { delivery, tried: None }) => {
                self.busy.remove(&delivery);
            }
            Err(error) => {
                tracing::error!(endpoint = %self.endpoint.id, "a webhook was not sent: {error}");
                self.is_broken = true;
            }
        }
    }

    fn add_events(&mut self, events: Result<Vec<Arc<Logged>>>) {
        match events {
            Ok(events) => self.unwritten.events.extend(events),
            // What it has not given is read from the log.
            Err(_) => self.follower = None,
        }
    }

    /// Writes the outcomes of the last messages, and lets go of the endpoint.
    async fn finish(mut self) {
        let ending = async {
            while let Some(attempt) = self.sending.join_next().await {
                self.attempted(attempt);
            }
        };
        // What takes longer is sent again by whoever holds the endpoint next.
        let _ = timeout(LAST, ending).await;
        let released = match self.write().await {
            Ok(true) => self.shared.service.release_endpoint(&self.endpoint).await,
            other => other.map(drop),
        };
        if let Err(error) = released {
            tracing::debug!(endpoint = %self.endpoint.id, "a webhook endpoint was not let go of: {}", error.explained());
        }
    }
}

/// The next events of a follower, if there is one.
async fn next_events(follower: &mut Option<Follower>) -> Result<Vec<Arc<Logged>>> {
    match follower {
        Some(follower) => follower.next().await,
        None => pending().await,
    }
}

async fn deliver(shared: Shared, endpoint: Arc<Endpoint>, sender: Arc<Sender>, delivery: Delivery) -> Attempt {
    let answer = attempt(&shared, &endpoint, &sender, &delivery).await;
    Attempt { delivery: delivery.id, tried: answer.map(|answer| Tried { delivery, answer }) }
}

/// Sends a message; none if it cannot be made now.
async fn attempt(shared: &Shared, endpoint: &Endpoint, sender: &Sender, delivery: &Delivery) -> Option<Answer> {
    let Some(event) = &delivery.event else {
        return Some(Answer::Lost("the event was removed from the log before it could be delivered".to_owned()));
    };
    let body = match body::of(&shared.schema, endpoint.query.as_deref(), &delivery.kind, event).await {
        Ok(body) => body,
        Err(error) => {
            tracing::debug!(endpoint = %endpoint.id, "a webhook waits for the database: {}", error.explained());
            return None;
        }
    };
    let at = shared.service.clock().now();
    let secrets: Option<Vec<_>> = endpoint.secrets(at).map(|name| shared.service.webhook_secret(name)).collect();
    let message = Message { id: delivery.id, at, body, secrets: secrets? };
    Some(sender.send(&endpoint.url, message).await)
}
