//! Whether an operation may begin now: what its client has left to spend, how much of its own runs already, and whether
//! there is memory for the answer.
//!
//! Each client has a bucket of points that fills by the second. Buckets are kept in each process: a server restores what
//! its own requests took.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_graphql::parser::types::OperationType;
use service::principal::{Principal, Role};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout_at},
};

use crate::document::Estimate;

/// What a client may spend and do at once.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Allowance {
    /// Points in a full bucket; nothing where there is no bucket.
    pub(super) bucket: Option<Bucket>,
    /// Queries at once.
    at_once: usize,
    /// Queries that wait for their turn.
    waiting: usize,
}

/// How many points there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Bucket {
    pub(super) capacity: u32,
    /// Points restored in a second.
    pub(super) restored: u32,
}

impl Allowance {
    /// That of a principal.
    pub(super) fn of(principal: &Principal) -> Self {
        let (capacity, restored, at_once, waiting) = match (principal.key, principal.role) {
            (None, _) => return Self { bucket: None, at_once: 32, waiting: 64 },
            (Some(_), Role::Agent | Role::Viewer) => (100_000, 10_000, 8, 32),
            (Some(_), Role::Operator | Role::Admin) => (200_000, 20_000, 16, 32),
            (Some(_), Role::Orchestrator) => (1_000_000, 200_000, 16, 64),
        };
        Self { bucket: Some(Bucket { capacity, restored }), at_once, waiting }
    }
}

/// Who would have to wait longer for points than this is refused.
const LONGEST_WAIT: Duration = Duration::from_secs(1);
/// Who waits longer for a turn or for memory is refused.
const LONGEST_TURN: Duration = Duration::from_secs(2);
/// Clients kept at least; those with full buckets go first.
const CLIENTS: usize = 10_000;
/// The memory that a row of an answer takes while it is put together, in KiB: 90 MB were measured for 62,500 rows.
const ROW: u64 = 2;
/// That of an operation without lists.
const LEAST: u64 = 64;

/// Lets operations begin.
#[derive(Debug)]
pub(super) struct Admission {
    clients: Mutex<HashMap<Box<str>, Client>>,
    /// In KiB.
    memory: Arc<Semaphore>,
    memory_size: u32,
    longest_turn: Duration,
}

#[derive(Debug)]
struct Client {
    /// Below zero when those who wait have taken them.
    points: f64,
    counted: Instant,
    seen: Instant,
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
}

/// An operation that may run, until it is dropped. Points that it was not charged are given back then.
#[derive(Debug, Default)]
pub(super) struct Admitted {
    payment: Option<Payment>,
    turn: Option<OwnedSemaphorePermit>,
    memory: Option<OwnedSemaphorePermit>,
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

type Turn = Option<OwnedSemaphorePermit>;

/// What was taken of the memory for an answer, until it is dropped.
pub(super) type Memory = Option<OwnedSemaphorePermit>;

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
    pub(super) fn new(memory: u64) -> Self {
        let size = u32::try_from(memory / 1024).unwrap_or(u32::MAX).max(1);
        let permits = usize::try_from(size).unwrap_or(Semaphore::MAX_PERMITS).min(Semaphore::MAX_PERMITS);
        Self {
            clients: Mutex::default(),
            memory: Arc::new(Semaphore::new(permits)),
            memory_size: size,
            longest_turn: LONGEST_TURN,
        }
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
        let mut admitted = Admitted::default();
        if is_query {
            (admitted.turn, admitted.memory) = self.turn(&payment.principal, estimate.rows).await?;
        }
        payment.refund = 0;
        admitted.payment = Some(payment);
        Ok(admitted)
    }

    /// The turn of a query, and memory for its rows.
    async fn turn(&self, principal: &Principal, rows: u64) -> Result<(Turn, Memory), Refused> {
        let until = Instant::now() + self.longest_turn;
        let (turns, waiting) = {
            let mut clients = self.clients();
            let client = clients.of(principal, Instant::now());
            (Arc::clone(&client.turns), Arc::clone(&client.waiting))
        };
        let turn = match Arc::clone(&turns).try_acquire_owned() {
            Ok(turn) => turn,
            Err(_) => {
                let _place = waiting.try_acquire_owned().map_err(|_| Refused::Overloaded)?;
                let turn = timeout_at(until, turns.acquire_owned()).await;
                turn.map_err(|_| Refused::Overloaded)?.map_err(|_| Refused::Overloaded)?
            }
        };
        // The largest leave half of it to others, which would wait behind them.
        let size = rows.saturating_mul(ROW).max(LEAST).min(u64::from(self.memory_size / 2).max(1));
        let size = u32::try_from(size).unwrap_or(self.memory_size);
        let memory = timeout_at(until, Arc::clone(&self.memory).acquire_many_owned(size)).await;
        let memory = memory.map_err(|_| Refused::Overloaded)?.map_err(|_| Refused::Overloaded)?;
        Ok((Some(turn), Some(memory)))
    }

    /// Takes the points of a request of this many bytes that is not executed.
    pub(super) fn charge(&self, principal: &Principal, bytes: usize) {
        let points = Estimate::of_request(bytes).points;
        if let Some(bucket) = Allowance::of(principal).bucket {
            let mut clients = self.clients();
            let client = clients.of(principal, Instant::now());
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
        if let Some(bucket) = Allowance::of(principal).bucket {
            let mut clients = self.clients();
            let client = clients.of(principal, now);
            client.points = (client.points + points as f64).min(f64::from(bucket.capacity));
        }
    }

    /// What a client has left now.
    pub(super) fn balance(&self, principal: &Principal, now: Instant) -> Option<Balance> {
        let bucket = Allowance::of(principal).bucket?;
        let mut clients = self.clients();
        let client = clients.of(principal, now);
        client.restore(bucket, now);
        // Within the capacity, and not below zero.
        Some(Balance { bucket, available: client.points.max(0.0) as u32 })
    }

    /// Takes points, and says how long to wait until they are there.
    fn take(&self, principal: &Principal, points: u64, now: Instant) -> Result<Duration, Refused> {
        let Some(bucket) = Allowance::of(principal).bucket else { return Ok(Duration::ZERO) };
        let mut clients = self.clients();
        let client = clients.of(principal, now);
        client.restore(bucket, now);
        let left = client.points - points as f64;
        let wait = Duration::try_from_secs_f64((-left).max(0.0) / f64::from(bucket.restored)).unwrap_or(Duration::MAX);
        if wait > LONGEST_WAIT {
            return Err(Refused::Throttled(wait));
        }
        client.points = left;
        Ok(wait)
    }

    fn clients(&self) -> MutexGuard<'_, HashMap<Box<str>, Client>> {
        self.clients.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

trait Clients {
    fn of(&mut self, principal: &Principal, now: Instant) -> &mut Client;
}

impl Clients for HashMap<Box<str>, Client> {
    fn of(&mut self, principal: &Principal, now: Instant) -> &mut Client {
        if self.len() >= CLIENTS {
            // Who has not been here for a minute, and has nothing running, has a full bucket.
            let is_idle = |client: &Client| now.duration_since(client.seen) >= Duration::from_secs(60);
            self.retain(|_, client| !is_idle(client) || Arc::strong_count(&client.turns) > 1);
        }
        let Allowance { bucket, at_once, waiting } = Allowance::of(principal);
        let client = self.entry(principal.caller().into_boxed_str()).or_insert_with(|| Client {
            points: bucket.map_or(0.0, |bucket| bucket.capacity.into()),
            counted: now,
            seen: now,
            turns: Arc::new(Semaphore::new(at_once)),
            waiting: Arc::new(Semaphore::new(waiting)),
        });
        client.seen = now;
        client
    }
}

impl Client {
    fn restore(&mut self, bucket: Bucket, now: Instant) {
        let restored = now.duration_since(self.counted).as_secs_f64() * f64::from(bucket.restored);
        self.points = (self.points + restored).min(f64::from(bucket.capacity));
        self.counted = now;
    }
}

#[cfg(test)]
mod tests {
    use futures::{FutureExt, future};
    use uuid::Uuid;

    use super::*;

    fn key(role: Role) -> Principal {
        Principal { name: "k".to_owned(), key: Some(Uuid::from_u128(7)), role, agent: None }
    }

    #[test]
    fn a_client_spends_its_bucket_and_what_is_restored() {
        let (admission, viewer, start) = (Admission::new(1 << 30), key(Role::Viewer), Instant::now());
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        for _ in 0..10 {
            assert_eq!(admission.take(&viewer, 10_000, start), Ok(Duration::ZERO));
        }
        // What is missing is there within a second, and nobody else gets it meanwhile.
        assert_eq!(admission.take(&viewer, 10_000, start), Ok(Duration::from_secs(1)));
        let throttled = |milliseconds| Err(Refused::Throttled(Duration::from_millis(milliseconds)));
        assert_eq!(admission.take(&viewer, 5_000, start), throttled(1_500));
        assert_eq!(admission.take(&viewer, 5_000, at(1_500)), Ok(Duration::ZERO));
        admission.give_back(&viewer, 3_000, at(1_500));
        let left = |time| admission.balance(&viewer, time).map(|balance| balance.available);
        assert_eq!((left(at(1_500)), left(at(60_000))), (Some(3_000), Some(100_000)));
        assert_eq!(admission.take(&Principal::local(), u64::MAX, start), Ok(Duration::ZERO));
    }

    #[tokio::test]
    async fn only_some_queries_of_a_client_run_and_wait() {
        let (admission, viewer) = (Arc::new(Admission::new(1 << 30)), key(Role::Viewer));
        let begin = || admission.begin(&viewer, OperationType::Query, Estimate::default());
        let mut running = future::join_all((0..8).map(|_| begin())).now_or_never().expect("all have a turn");
        assert!(running.iter().all(Result::is_ok));
        let mut waiting: Vec<_> = (0..32).map(|_| begin().boxed()).collect();
        assert!(waiting.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        assert_eq!(begin().now_or_never().and_then(Result::err), Some(Refused::Overloaded));
        running.pop();
        assert!(waiting.remove(0).now_or_never().is_some_and(|admitted| admitted.is_ok()));
    }

    #[tokio::test]
    async fn what_was_not_needed_is_given_back() {
        let (admission, viewer) = (Arc::new(Admission::new(1 << 30)), key(Role::Viewer));
        let taken = |admitted: &Admitted| admitted.payment.as_ref().map(|payment| payment.refund);
        let estimate = Estimate { points: 1_000, ..Estimate::default() };
        for (kind, came_to, charged) in [
            (OperationType::Query, 300, 300),
            (OperationType::Query, 5_000, 1_000),
            (OperationType::Query, 0, 0),
            (OperationType::Mutation, 300, 1_000),
            (OperationType::Mutation, 0, 0),
        ] {
            let mut admitted = admission.begin(&viewer, kind, estimate).await.expect("it begins");
            assert_eq!(taken(&admitted), Some(0), "who gives it up pays for it");
            assert_eq!(admitted.settle(came_to), charged);
            assert_eq!(taken(&admitted), Some(1_000 - charged));
        }
        // Refused before it began: nothing is paid.
        let turns = Arc::clone(&admission.clients().of(&viewer, Instant::now()).waiting);
        let _all = turns.try_acquire_many(32).expect("nobody waits");
        let running = future::join_all((0..8).map(|_| admission.begin(&viewer, OperationType::Query, estimate))).await;
        let before = admission.clients().of(&viewer, Instant::now()).points;
        let refused = admission.begin(&viewer, OperationType::Query, estimate).await;
        assert_eq!(refused.err(), Some(Refused::Overloaded));
        assert!(admission.clients().of(&viewer, Instant::now()).points >= before);
        drop(running);
    }

    #[tokio::test]
    async fn answers_wait_for_memory() {
        let admission = Arc::new(Admission { longest_turn: Duration::ZERO, ..Admission::new(1 << 20) });
        let (local, large) = (Principal::local(), Estimate { rows: u64::MAX, ..Estimate::default() });
        let begin = || admission.begin(&local, OperationType::Query, large);
        let (first, second) = (begin().await, begin().await);
        assert!(first.is_ok() && second.is_ok());
        assert_eq!(begin().await.err(), Some(Refused::Overloaded));
        // It was executed, and is not written yet.
        let memory = first.map(Admitted::into_memory);
        assert_eq!(begin().await.err(), Some(Refused::Overloaded));
        drop(memory);
        assert!(begin().await.is_ok());
    }
}
