//! Whether an operation may begin now: what its client has left to spend, how much of its own runs already, and whether
//! there is memory for the answer.
//!
//! Each client, which may have several keys, has a bucket of points that fills by the second. Buckets are kept in each
//! process, so that no request asks others: of several servers each gives its part of what is restored, and of the points
//! of a client that it meets.

mod client;
mod quota;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_graphql::parser::types::OperationType;
pub(super) use quota::Bucket;
use service::{principal::Principal, servers::Servers};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout, timeout_at},
};

use self::{
    client::{Client, Clients},
    quota::Quota,
};
use crate::{
    document::Estimate,
    metrics::{Admissions, Held, Missing},
};

/// Who would have to wait longer for points than this is refused.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// What can wait for points owes them after this time.
const LONGEST_SPENDING: Duration = Duration::from_secs(5);
/// Who waits longer for a turn or for memory is refused.
const LONGEST_TURN: Duration = Duration::from_secs(2);
/// The memory that a row of an answer takes while it is put together, in KiB: 90 MB were measured for 62,500 rows.
const ROW: u64 = 2;
/// Variables of mutations and subscriptions that take less, in bytes, are not counted.
const SMALL: u64 = 64 << 10;
/// That of an operation without lists.
const LEAST: u64 = 64;

/// Lets operations begin.
#[derive(Debug)]
pub(super) struct Admission {
    servers: Servers,
    clients: Mutex<HashMap<Box<str>, Client>>,
    /// In KiB.
    memory: Arc<Semaphore>,
    memory_size: u32,
    longest_turn: Duration,
    figures: Admissions,
}

/// An operation that may run, until it is dropped. Points that it was not charged are given back then.
#[derive(Debug, Default)]
pub(super) struct Admitted {
    payment: Option<Payment>,
    /// That of a query.
    _turn: Option<OwnedSemaphorePermit>,
    memory: Memory,
}

/// Points that were taken.
#[derive(Debug)]
struct Payment {
    admission: Arc<Admission>,
    principal: Principal,
    points: u64,
    least: u64,
    /// Of these, those that are given back.
    refund: u64,
    /// What is not needed is given back: not of mutations, whose rows are few.
    is_query: bool,
}

impl Admitted {
    /// Says what it came to, zero for nothing; returns what it is charged.
    pub(super) fn settle(&mut self, points: u64) -> u64 {
        let Some(payment) = &mut self.payment else { return points };
        if points > 0 {
            payment.admission.figures.came_to(points);
        }
        let charged = match payment.is_query || points == 0 {
            true => points.max(payment.least).min(payment.points),
            false => payment.points,
        };
        payment.refund = payment.points - charged;
        charged
    }

    /// Gives back what it was not charged, and its turn. Its memory is needed until its answer is written.
    pub(super) fn into_memory(self) -> Memory {
        self.memory
    }
}

impl Drop for Payment {
    fn drop(&mut self) {
        if self.refund > 0 {
            self.admission.give_back(&self.principal, self.refund, Instant::now());
        }
    }
}

/// What was taken of the memory for an answer, until it is dropped.
#[derive(Debug, Default)]
pub(super) struct Memory {
    _taken: Option<(OwnedSemaphorePermit, Held)>,
}

/// Why an operation may not begin now.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Refused {
    /// The client has spent its points; after this time it has enough.
    Throttled(Duration),
    /// Too much runs already.
    Overloaded,
}

/// What a client has left.
#[derive(Clone, Copy, Debug)]
pub(super) struct Balance {
    pub(super) bucket: Bucket,
    pub(super) available: u32,
}

impl Admission {
    /// `memory` is what all answers that are being built at the same time may take, in bytes.
    pub(super) fn new(memory: u64, servers: Servers) -> Self {
        let size = u32::try_from(memory / 1024).unwrap_or(u32::MAX).max(1);
        let permits = usize::try_from(size).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Self {
            servers,
            clients: Mutex::default(),
            memory: Arc::new(Semaphore::new(permits)),
            memory_size: size,
            longest_turn: LONGEST_TURN,
            figures: Admissions::default(),
        }
    }

    /// Says where it is counted.
    pub(super) fn counted(self, figures: Admissions) -> Self {
        Self { figures, ..self }
    }

    /// Takes the points of an operation, and waits for the turn of a query.
    pub(super) async fn begin(
        self: &Arc<Self>,
        principal: &Principal,
        kind: OperationType,
        estimate: Estimate,
    ) -> Result<Admitted, Refused> {
        let wait = self.take(principal, estimate.points, Instant::now())?;
        let is_query = kind == OperationType::Query;
        let (admission, principal) = (Arc::clone(self), principal.clone());
        let (points, least) = (estimate.points, estimate.least);
        // Until it begins, all of it.
        let mut payment = Payment { admission, principal, points, least, refund: points, is_query };
        if !wait.is_zero() {
            sleep(wait).await;
        }
        let (mut turn, mut memory) = (None, Memory::default());
        if is_query {
            let taken = self.turn(&payment.principal, estimate).await;
            let taken = taken.inspect_err(|missing| self.figures.refused(&payment.principal, *missing));
            let (taken, room) = taken.map_err(|_| Refused::Overloaded)?;
            (turn, memory) = (Some(taken), room);
        } else if estimate.held > SMALL {
            let until = Instant::now() + self.longest_turn;
            let taken = self.room(estimate.held >> 10, until).await;
            let taken = taken.inspect_err(|missing| self.figures.refused(&payment.principal, *missing));
            memory = taken.map_err(|_| Refused::Overloaded)?;
        }
        self.figures.began(points);
        payment.refund = 0;
        Ok(Admitted { payment: Some(payment), _turn: turn, memory })
    }

    /// The turn of a query, and memory for its rows.
    async fn turn(&self, principal: &Principal, estimate: Estimate) -> Result<(OwnedSemaphorePermit, Memory), Missing> {
        let until = Instant::now() + self.longest_turn;
        let (turns, waiting) = {
            let mut clients = self.clients();
            let client = clients.of(principal, self.servers.live(), Instant::now());
            (Arc::clone(&client.turns), Arc::clone(&client.waiting))
        };
        let turn = match Arc::clone(&turns).try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => {
                let _place = waiting.try_acquire_owned().map_err(|_| Missing::Turn)?;
                let turn = timeout_at(until, turns.acquire_owned()).await;
                turn.map_err(|_| Missing::Turn)?.map_err(|_| Missing::Turn)?
            }
        };
        let size = estimate.rows.saturating_mul(ROW).max(LEAST).saturating_add(estimate.held >> 10);
        Ok((turn, self.room(size, until).await?))
    }

    /// Takes memory, in KiB.
    async fn room(&self, size: u64, until: Instant) -> Result<Memory, Missing> {
        // The largest leave half of it to others, which would wait behind them.
        let size = size.min(u64::from(self.memory_size / 2).max(1));
        let size = u32::try_from(size).unwrap_or(self.memory_size);
        let memory = timeout_at(until, Arc::clone(&self.memory).acquire_many_owned(size)).await;
        let memory = memory.map_err(|_| Missing::Memory)?.map_err(|_| Missing::Memory)?;
        Ok(Memory { _taken: Some((memory, self.figures.memory(size))) })
    }

    /// Takes points once they are there, or after some seconds: nothing is owed meanwhile, so that operations still begin.
    /// One waits for points, the others of its client behind it, until they are dropped.
    pub(super) async fn spend(&self, principal: &Principal, points: u64) {
        let servers = self.servers.live();
        if Quota::of(principal, servers).bucket.is_none() {
            return;
        }
        let spending = Arc::clone(&self.clients().of(principal, servers, Instant::now()).spending);
        // It is never closed.
        let _first = spending.acquire().await;
        let paid = async {
            while let Err(wait) = self.take_if_there(principal, points, Instant::now()) {
                sleep(wait).await;
            }
        };
        // One that is always spent as fast as it fills must not keep a replay waiting for ever.
        if timeout(LONGEST_SPENDING, paid).await.is_err() {
            self.owe(principal, points);
        }
    }

    /// Takes the points of a request of this many bytes that is not executed.
    pub(super) fn charge(&self, principal: &Principal, bytes: usize) {
        self.owe(principal, Estimate::of_request(bytes).points);
    }

    fn owe(&self, principal: &Principal, points: u64) {
        let servers = self.servers.live();
        if let Some(bucket) = Quota::of(principal, servers).bucket {
            let mut clients = self.clients();
            let client = clients.of(principal, servers, Instant::now());
            client.restore(bucket, Instant::now());
            client.points = (client.points - points as f64).max(-f64::from(bucket.capacity));
        }
    }

    /// Refuses who owes more than is soon restored, before anything of a request is read.
    pub(super) fn check(&self, principal: &Principal) -> Result<(), Refused> {
        self.take(principal, 0, Instant::now()).map(drop)
    }

    /// Gives back what an operation did not cost.
    fn give_back(&self, principal: &Principal, points: u64, now: Instant) {
        let servers = self.servers.live();
        if let Some(bucket) = Quota::of(principal, servers).bucket {
            let mut clients = self.clients();
            let client = clients.of(principal, servers, now);
            client.points = (client.points + points as f64).min(f64::from(bucket.capacity));
        }
    }

    /// What a client has left now.
    pub(super) fn balance(&self, principal: &Principal, now: Instant) -> Option<Balance> {
        let servers = self.servers.live();
        let bucket = Quota::of(principal, servers).bucket?;
        let mut clients = self.clients();
        let client = clients.of(principal, servers, now);
        client.restore(bucket, now);
        // Within the capacity, and not below zero.
        Some(Balance { bucket, available: client.points.max(0.0) as u32 })
    }

    /// Takes points, and says how long to wait until they are there.
    fn take(&self, principal: &Principal, points: u64, now: Instant) -> Result<Duration, Refused> {
        let servers = self.servers.live();
        let Some(bucket) = Quota::of(principal, servers).bucket else { return Ok(Duration::ZERO) };
        let mut clients = self.clients();
        let client = clients.of(principal, servers, now);
        let (left, wait) = client.without(points, bucket, now);
        if wait > LONGEST_WAIT {
            self.figures.refused(principal, Missing::Points);
            return Err(Refused::Throttled(wait));
        }
        client.points = left;
        Ok(wait)
    }

    /// Takes points that are there; otherwise says how long to wait until they could be.
    fn take_if_there(&self, principal: &Principal, points: u64, now: Instant) -> Result<(), Duration> {
        let servers = self.servers.live();
        let Some(bucket) = Quota::of(principal, servers).bucket else { return Ok(()) };
        let mut clients = self.clients();
        let client = clients.of(principal, servers, now);
        let (left, wait) = client.without(points, bucket, now);
        if !wait.is_zero() {
            return Err(wait);
        }
        client.points = left;
        Ok(())
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<Box<str>, Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
