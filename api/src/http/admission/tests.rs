//! Buckets, turns and memory, with a clock that is passed.

use futures::{FutureExt, future};
use service::principal::Role;
use uuid::Uuid;

use super::*;

fn key(role: Role) -> Principal {
    Principal { name: "k".to_owned(), key: Some(Uuid::from_u128(7)), role, agent: None }
}

#[test]
fn a_client_spends_its_bucket_and_what_is_restored() {
    let (admission, viewer, start) = (Admission::new(1 << 30, Servers::default()), key(Role::Viewer), Instant::now());
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
        let Some(Bucket { capacity, restored, .. }) = Quota::of(&client, 1).bucket else {
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
    let (admission, viewer, start) = (Admission::new(1 << 30, Servers::default()), key(Role::Viewer), Instant::now());
    let at = |milliseconds| start + Duration::from_millis(milliseconds);
    assert_eq!(admission.take(&viewer, 99_990, start), Ok(Duration::ZERO));
    assert_eq!(admission.take_if_there(&viewer, 20, start), Err(Duration::from_millis(1)));
    let left = |time| admission.balance(&viewer, time).map(|balance| balance.available);
    assert_eq!(left(start), Some(10), "nothing is owed");
    // An operation that begins meanwhile goes before it.
    assert_eq!(admission.take(&viewer, 20, at(1)), Ok(Duration::ZERO));
    assert_eq!(admission.take_if_there(&viewer, 20, at(1)), Err(Duration::from_millis(2)));
    assert_eq!(admission.take_if_there(&viewer, 20, at(3)), Ok(()));
    assert_eq!(left(at(3)), Some(0));
    assert_eq!(admission.take_if_there(&Principal::local(), u64::MAX, start), Ok(()));
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
    let admission = Arc::new(Admission { longest_turn: Duration::ZERO, ..Admission::new(1 << 20, Servers::default()) });
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

#[tokio::test]
async fn large_variables_of_mutations_wait_for_memory() {
    let admission = Arc::new(Admission { longest_turn: Duration::ZERO, ..Admission::new(1 << 20, Servers::default()) });
    let local = Principal::local();
    let begin = |held: u64| {
        let estimate = Estimate { held, ..Estimate::default() };
        admission.begin(&local, OperationType::Mutation, estimate)
    };
    let (first, second) = (begin(400 << 10).await, begin(400 << 10).await);
    assert!(first.is_ok() && second.is_ok());
    assert_eq!(begin(400 << 10).await.err(), Some(Refused::Overloaded));
    assert!(begin(SMALL).await.is_ok());
    drop(first);
    assert!(begin(400 << 10).await.is_ok());
}
