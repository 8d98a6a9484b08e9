//! Whether an operation may begin now: what its client has left to spend, how much of its own runs already, and whether
//! there is memory for the answer.
//!
//! Each client, which may have several keys, has a bucket of points that fills by the second. Buckets are kept in each
//! process, so that no request asks others: of several servers each gives its part of what is restored, and of the points
//! of a client that it meets.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use async_graphql::parser::types::OperationType;
use service::{
    principal::{Principal, Role},
    servers::Servers,
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    time::{Instant, sleep, timeout_at},
};

use crate::{
    document::Estimate,
    metrics::{Admissions, Held, Missing},
};

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
    /// Points that are there when a client comes.
    initial: u32,
    /// Points restored in a second.
    pub(super) restored: u32,
}

impl Allowance {
    /// That of a principal at one of so many servers. A bucket is no smaller for it: what an operation costs must fit.
    fn of(principal: &Principal, servers: u32) -> Self {
        let (capacity, restored, at_once, waiting) = match (principal.key, principal.role) {
            (None, _) => return Self { bucket: None, at_once: 32, waiting: 64 },
            (Some(_), Role::Agent | Role::Viewer) => (100_000, 10_000, 8, 32),
            (Some(_), Role::Operator | Role::Admin) => (200_000, 20_000, 16, 32),
            (Some(_), Role::Orchestrator) => (1_000_000, 200_000, 16, 64),
        };
        let (initial, restored) = (capacity / servers, (restored / servers).max(1));
        Self { bucket: Some(Bucket { capacity, initial, restored }), at_once, waiting }
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
    servers: Servers,
    clients: Mutex<HashMap<Box<str>, Client>>,
    /// In KiB.
    memory: Arc<Semaphore>,
    memory_size: u32,
    longest_turn: Duration,
    figures: Admissions,
}

#[derive(Debug)]
struct Client {
    /// Below zero when those who wait have taken them.
    points: f64,
    counted: Instant,
    seen: Instant,
    turns: Arc<Semaphore>,
    waiting: Arc<Semaphore>,
    /// For the one that waits for points until they are there.
    spending: Arc<Semaphore>,
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
            let taken = self.turn(&payment.principal, estimate.rows).await;
            let taken = taken.inspect_err(|missing| self.figures.refused(&payment.principal, *missing));
            let (taken, room) = taken.map_err(|_| Refused::Overloaded)?;
            (turn, memory) = (Some(taken), room);
        }
        self.figures.began(points);
        payment.refund = 0;
        Ok(Admitted { payment: Some(payment), _turn: turn, memory })
    }

    /// The turn of a query, and memory for its rows.
    async fn turn(&self, principal: &Principal, rows: u64) -> Result<(OwnedSemaphorePermit, Memory), Missing> {
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
        // The largest leave half of it to others, which would wait behind them.
        let size = rows.saturating_mul(ROW).max(LEAST).min(u64::from(self.memory_size / 2).max(1));
        let size = u32::try_from(size).unwrap_or(self.memory_size);
        let memory = timeout_at(until, Arc::clone(&self.memory).acquire_many_owned(size)).await;
        let memory = memory.map_err(|_| Missing::Memory)?.map_err(|_| Missing::Memory)?;
        Ok((turn, Memory { _taken: Some((memory, self.figures.memory(size))) }))
    }

    /// Takes points once they are there, however long that takes: nothing is owed meanwhile, so that operations still begin.
    /// One waits for points, the others of its client behind it, until they are dropped.
    pub(super) async fn spend(&self, principal: &Principal, points: u64) {
        let servers = self.servers.live();
        if Allowance::of(principal, servers).bucket.is_none() {
            return;
        }
        let spending = Arc::clone(&self.clients().of(principal, servers, Instant::now()).spending);
        // It is never closed.
        let _first = spending.acquire().await;
        while let Err(wait) = self.take_whole(principal, points, Instant::now()) {
            sleep(wait).await;
        }
    }

    /// Takes the points of a request of this many bytes that is not executed.
    pub(super) fn charge(&self, principal: &Principal, bytes: usize) {
        let points = Estimate::of_request(bytes).points;
        let servers = self.servers.live();
        if let Some(bucket) = Allowance::of(principal, servers).bucket {
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
        if let Some(bucket) = Allowance::of(principal, servers).bucket {
            let mut clients = self.clients();
            let client = clients.of(principal, servers, now);
            client.points = (client.points + points as f64).min(f64::from(bucket.capacity));
        }
    }

    /// What a client has left now.
    pub(super) fn balance(&self, principal: &Principal, now: Instant) -> Option<Balance> {
        let servers = self.servers.live();
        let bucket = Allowance::of(principal, servers).bucket?;
        let mut clients = self.clients();
        let client = clients.of(principal, servers, now);
        client.restore(bucket, now);
        // Within the capacity, and not below zero.
        Some(Balance { bucket, available: client.points.max(0.0) as u32 })
    }

    /// Takes points, and says how long to wait until they are there.
    fn take(&self, principal: &Principal, points: u64, now: Instant) -> Result<Duration, Refused> {
        let servers = self.servers.live();
        let Some(bucket) = Allowance::of(principal, servers).bucket else { return Ok(Duration::ZERO) };
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
    fn take_whole(&self, principal: &Principal, points: u64, now: Instant) -> Result<(), Duration> {
        let servers = self.servers.live();
        let Some(bucket) = Allowance::of(principal, servers).bucket else { return Ok(()) };
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

trait Clients {
    /// That of a principal at one of so many servers.
    fn of(&mut self, principal: &Principal, servers: u32, now: Instant) -> &mut Client;
}

impl Clients for HashMap<Box<str>, Client> {
    fn of(&mut self, principal: &Principal, servers: u32, now: Instant) -> &mut Client {
        if self.len() >= CLIENTS {
            // Who has not been here for a minute for each server, and has nothing running, has a full bucket.
            let is_idle = |client: &Client| now.duration_since(client.seen) >= Duration::from_secs(60) * servers;
            self.retain(|_, client| !is_idle(client) || Arc::strong_count(&client.turns) > 1);
        }
        let Allowance { bucket, at_once, waiting } = Allowance::of(principal, servers);
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
    fn restore(&mut self, bucket: Bucket, now: Instant) {
        let restored = now.duration_since(self.counted).as_secs_f64() * f64::from(bucket.restored);
        self.points = (self.points + restored).min(f64::from(bucket.capacity));
        self.counted = now;
    }

    /// What is left without some points, and how long it takes until none of them is missing.
    fn without(&mut self, points: u64, bucket: Bucket, now: Instant) -> (f64, Duration) {
        self.restore(bucket, now);
        let left = self.points - points as f64;
        let wait = Duration::try_from_secs_f64((-left).max(0.0) / f64::from(bucket.restored)).unwrap_or(Duration::MAX);
        (left, wait)
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
        let (admission, viewer, start) =
            (Admission::new(1 << 30, Servers::default()), key(Role::Viewer), Instant::now());
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

    #[test]
    fn of_two_servers_each_gives_a_half() {
        let (servers, viewer, start) = (Servers::default(), key(Role::Viewer), Instant::now());
        let admission = Admission::new(1 << 30, servers.clone());
        let at = |seconds| start + Duration::from_secs(seconds);
        let left = |seconds| admission.balance(&viewer, at(seconds)).map(|balance| balance.available);
        servers.found(2, Duration::ZERO);
        assert_eq!(left(0), Some(50_000));
        assert_eq!(admission.take(&viewer, 50_000, start), Ok(Duration::ZERO));
        assert_eq!((left(0), left(2)), (Some(0), Some(10_000)));
        servers.found(1, Duration::ZERO);
        assert_eq!((left(3), left(60)), (Some(20_000), Some(100_000)));
        servers.found(2, Duration::ZERO);
        assert_eq!(left(61), Some(100_000), "what was there stays");
    }

    #[test]
    fn all_servers_together_give_no_more_than_one() {
        let start = Instant::now();
        let mut number = 1_u64;
        let mut random = |below: u64| {
            number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (number >> 33) % below
        };
        for (role, count) in [(Role::Viewer, 1), (Role::Viewer, 3), (Role::Operator, 7), (Role::Orchestrator, 2)] {
            let admissions: Vec<Admission> = (0..count)
                .map(|_| {
                    let servers = Servers::default();
                    servers.found(count, Duration::ZERO);
                    Admission::new(1 << 30, servers)
                })
                .collect();
            let client = key(role);
            let Some(Bucket { capacity, restored, .. }) = Allowance::of(&client, 1).bucket else {
                panic!("{role:?} has no bucket");
            };
            let (mut spent, mut given, mut elapsed) = (0, 0, Duration::ZERO);
            for step in 0..5_000 {
                elapsed += Duration::from_millis(random(40));
                let admission = &admissions[random(count.into()) as usize];
                let points = random(u64::from(restored));
                if admission.take(&client, points, start + elapsed).is_ok() {
                    spent += points;
                }
                // Who is admitted waits for a second at most.
                given = u64::from(capacity) + (elapsed + LONGEST_WAIT).as_millis() as u64 * u64::from(restored) / 1_000;
                assert!(spent <= given, "{role:?}, {count} servers, step {step}: {spent} of {given}");
            }
            assert!(spent > given / 2, "{role:?}, {count} servers: {spent} of {given}");
        }
    }

    #[test]
    fn keys_of_an_agent_have_one_bucket() {
        let (admission, now) = (Admission::new(1 << 30, Servers::default()), Instant::now());
        let of = |agent, id| Principal {
            key: Some(Uuid::from_u128(id)),
            agent: Some(Uuid::from_u128(agent)),
            ..key(Role::Agent)
        };
        assert_eq!(admission.take(&of(1, 1), 60_000, now), Ok(Duration::ZERO));
        let left = |principal: Principal| admission.balance(&principal, now).map(|balance| balance.available);
        assert_eq!((left(of(1, 2)), left(of(2, 3))), (Some(40_000), Some(100_000)));
    }

    #[test]
    fn what_can_wait_takes_no_points_before_they_are_there() {
        let (admission, viewer, start) =
            (Admission::new(1 << 30, Servers::default()), key(Role::Viewer), Instant::now());
        let at = |milliseconds| start + Duration::from_millis(milliseconds);
        assert_eq!(admission.take(&viewer, 99_990, start), Ok(Duration::ZERO));
        assert_eq!(admission.take_whole(&viewer, 20, start), Err(Duration::from_millis(1)));
        let left = |time| admission.balance(&viewer, time).map(|balance| balance.available);
        assert_eq!(left(start), Some(10), "nothing is owed");
        // An operation that begins meanwhile goes before it.
        assert_eq!(admission.take(&viewer, 20, at(1)), Ok(Duration::ZERO));
        assert_eq!(admission.take_whole(&viewer, 20, at(1)), Err(Duration::from_millis(2)));
        assert_eq!(admission.take_whole(&viewer, 20, at(3)), Ok(()));
        assert_eq!(left(at(3)), Some(0));
        assert_eq!(admission.take_whole(&Principal::local(), u64::MAX, start), Ok(()));
    }

    #[tokio::test]
    async fn who_stops_waiting_for_points_is_in_nobodys_way() {
        let (admission, viewer) = (Admission::new(1 << 30, Servers::default()), key(Role::Viewer));
        let spend = || admission.spend(&viewer, 20);
        assert!(spend().now_or_never().is_some());
        // Ten seconds of points are owed.
        admission.charge(&viewer, usize::MAX);
        let mut waiting = [spend().boxed(), spend().boxed()];
        assert!(waiting.iter_mut().all(|waiting| waiting.now_or_never().is_none()));
        drop(waiting);
        admission.give_back(&viewer, 200_000, Instant::now());
        assert!(spend().now_or_never().is_some());
    }

    #[tokio::test]
    async fn only_some_queries_of_a_client_run_and_wait() {
        let (admission, viewer) = (Arc::new(Admission::new(1 << 30, Servers::default())), key(Role::Viewer));
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
        let (admission, viewer) = (Arc::new(Admission::new(1 << 30, Servers::default())), key(Role::Viewer));
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
        let turns = Arc::clone(&admission.clients().of(&viewer, 1, Instant::now()).waiting);
        let _all = turns.try_acquire_many(32).expect("nobody waits");
        let running = future::join_all((0..8).map(|_| admission.begin(&viewer, OperationType::Query, estimate))).await;
        let before = admission.clients().of(&viewer, 1, Instant::now()).points;
        let refused = admission.begin(&viewer, OperationType::Query, estimate).await;
        assert_eq!(refused.err(), Some(Refused::Overloaded));
        assert!(admission.clients().of(&viewer, 1, Instant::now()).points >= before);
        drop(running);
    }

    #[tokio::test]
    async fn answers_wait_for_memory() {
        let admission =
            Arc::new(Admission { longest_turn: Duration::ZERO, ..Admission::new(1 << 20, Servers::default()) });
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
