//! What each client has left.

use std::{collections::HashMap, sync::Arc, time::Duration};

use service::principal::Principal;
use tokio::{sync::Semaphore, time::Instant};

use super::quota::{Bucket, Quota};

/// Clients kept at least; those with full buckets go first.
const CLIENTS: usize = 10_000;

#[derive(Debug)]
pub(super) struct Client {
    /// Negative when operations that wait have already taken points.
    pub(super) points: f64,
    pub(super) counted: Instant,
    pub(super) seen: Instant,
    pub(super) turns: Arc<Semaphore>,
    pub(super) waiting: Arc<Semaphore>,
    /// For the one that waits for points until they are there.
    pub(super) spending: Arc<Semaphore>,
}

/// All of them, by their families.
pub(super) trait Clients {
    /// The client of a principal, at one of `servers` servers.
    fn of(&mut self, principal: &Principal, servers: u32, now: Instant) -> &mut Client;
}

impl Clients for HashMap<Box<str>, Client> {
    fn of(&mut self, principal: &Principal, servers: u32, now: Instant) -> &mut Client {
        if self.len() >= CLIENTS {
            // Who has not been here for a minute for each server, and has nothing running, has a full bucket.
            let is_idle = |client: &Client| now.duration_since(client.seen) >= Duration::from_secs(60) * servers;
            self.retain(|_, client| !is_idle(client) || Arc::strong_count(&client.turns) > 1);
        }
        let Quota { bucket, at_once, waiting } = Quota::of(principal, servers);
        let client = self.entry(principal.family().into_boxed_str()).or_insert_with(|| Client {
            points: bucket.map_or(0.0, |bucket| bucket.initial.into()),
            counted: now,
            seen: now,
            turns: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(waiting)),
            spending: Arc::new(Semaphore::new(1)),
        });
        client.seen = now;
        client
    }
}

impl Client {
    pub(super) fn restore(&mut self, bucket: Bucket, now: Instant) {
        let restored = now.duration_since(self.counted).as_secs_f64() * f64::from(bucket.restored);
        self.points = (self.points + restored).min(f64::from(bucket.capacity));
        self.counted = now;
    }

    /// What is left without some points, and how long it takes until none of them is missing.
    pub(super) fn without(&mut self, points: u64, bucket: Bucket, now: Instant) -> (f64, Duration) {
        self.restore(bucket, now);
        let left = self.points - points as f64;
        let wait = Duration::try_from_secs_f64((-left).max(0.0) / f64::from(bucket.restored)).unwrap_or(Duration::MAX);
        (left, wait)
    }
}
