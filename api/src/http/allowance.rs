//! How much a connection may send that is part of no request.
//!
//! Frames of HTTP/2 such as PING and SETTINGS are answered without telling anybody, so that only their bytes can be
//! counted. What is read is a debt; requests, their bodies and what is written earn more than they cost.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use tokio::time::Instant;

use super::head;

/// Bytes that come back a second, until there are `HELD`.
const RESTORED: f64 = (16 << 10) as f64;
/// What a connection has without requests; a new one also has what its first head needs.
const HELD: f64 = (16 << 10) as f64;
/// The most that requests earn.
const MOST: f64 = (256 << 10) as f64;
/// What a request earns: the longest head.
const HEAD: usize = head::MAX_URI + head::MAX_HEADER_BYTES;
/// How often a body earns its bytes: they come in frames or chunks, which may be as short as their own heads.
const BODY: usize = 2;
/// How many bytes that are written earn one: a client with small windows opens them often.
const WRITTEN: usize = 16;

/// The bytes that a connection may send. Cheap to clone.
#[derive(Clone, Debug)]
pub(super) struct Allowance(Arc<Mutex<Option<Bytes>>>);

#[derive(Debug)]
struct Bytes {
    left: f64,
    at: Instant,
}

impl Allowance {
    /// That of a new connection.
    pub(super) fn new() -> Self {
        Self(Arc::new(Mutex::new(Some(Bytes { left: HELD + HEAD as f64, at: Instant::now() }))))
    }

    /// Some were read.
    pub(super) fn spend(&self, bytes: usize) {
        self.add(-(bytes as f64));
    }

    /// A request has begun.
    pub(super) fn earn_head(&self) {
        self.add(HEAD as f64);
    }

    /// Bytes of a body were read, or may arrive before anybody reads them.
    pub(super) fn earn_body(&self, bytes: usize) {
        self.add(bytes.saturating_mul(BODY) as f64);
    }

    /// Bytes were written.
    pub(super) fn earn_written(&self, bytes: usize) {
        self.add((bytes / WRITTEN) as f64);
    }

    /// Whether more came than was allowed.
    pub(super) fn is_overdrawn(&self) -> bool {
        self.lock().as_mut().is_some_and(|bytes| {
            bytes.restore(Instant::now());
            bytes.left < 0.0
        })
    }

    /// From now on any number may come.
    pub(super) fn lift(&self) {
        *self.lock() = None;
    }

    fn add(&self, change: f64) {
        if let Some(bytes) = self.lock().as_mut() {
            bytes.restore(Instant::now());
            bytes.left = (bytes.left + change).min(MOST);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Option<Bytes>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Bytes {
    fn restore(&mut self, now: Instant) {
        let restored = self.left + now.saturating_duration_since(self.at).as_secs_f64() * RESTORED;
        // What was earned beyond that is kept.
        self.left = self.left.max(restored.min(HELD));
        self.at = now;
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn bytes_come_back_with_time() {
        let start = Instant::now();
        let mut bytes = Bytes { left: -HELD, at: start };
        bytes.restore(start + Duration::from_secs(1));
        assert_eq!(bytes.left, RESTORED - HELD);
        bytes.restore(start + Duration::from_secs(60));
        assert_eq!(bytes.left, HELD);
        bytes.left = MOST;
        bytes.restore(start + Duration::from_secs(61));
        assert_eq!(bytes.left, MOST);
    }

    #[test]
    fn work_earns_so_much() {
        let allowance = Allowance::new();
        allowance.spend(HELD as usize + 2 * HEAD);
        assert!(allowance.is_overdrawn());
        allowance.earn_head();
        assert!(!allowance.is_overdrawn());
        for _ in 0..100 {
            allowance.earn_head();
            allowance.earn_body(usize::MAX);
            allowance.earn_written(usize::MAX);
        }
        allowance.spend(MOST as usize + HEAD);
        assert!(allowance.is_overdrawn());
        allowance.lift();
        allowance.spend(usize::MAX);
        assert!(!allowance.is_overdrawn());
    }
}
