//! The event log: order, resuming, retention, subscriptions.

mod follow;
mod held_back;
mod log;
mod order;
mod resume;
mod retention;
mod shop_streams;
mod subscriptions;
pub(crate) mod versions;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::EventAggregate;
use serde_json::{Map, Value};
use service::{
    Actor, Service,
    clock::Clock,
    events::{self, Cursor, Event, EventKind, Filter, Follower, Logged},
    principal::Principal,
};
use tests::TestDatabase;
use uuid::Uuid;

use crate::client::connect;

fn start() -> DateTime<Utc> {
    DateTime::parse_from_rfc3339("2026-11-21T08:00:00Z").expect("a time").to_utc()
}

/// The rules over a test's database, with pools of their own as a process has.
async fn open(db: &TestDatabase) -> Service {
    open_with(db, events::Settings::default()).await
}

async fn open_with(db: &TestDatabase, settings: events::Settings) -> Service {
    Service::new(connect(db).await, Clock::standing(start())).with_log(settings)
}

fn somebody() -> Actor {
    Actor { principal: Principal::local(), request: None }
}

/// An event of a task, which is known by its number.
fn event(number: u32) -> Event {
    let mut changes = Map::new();
    changes.insert("number".to_owned(), number.into());
    Event {
        kind: EventKind::TaskCreated,
        aggregate_type: EventAggregate::Task,
        aggregate_id: Uuid::from_u128(u128::from(number)),
        aggregate_version: 1,
        agent_id: None,
        execution_id: None,
        changes,
    }
}

/// Commits events in one transaction.
async fn write(service: &Service, events: impl IntoIterator<Item = Event>) {
    let mut unit = service.begin(&somebody()).await.expect("it begins");
    events.into_iter().for_each(|event| unit.emit(event));
    unit.commit().await.expect("it commits");
}

/// The same, and waits until they can be read: other tests on the server may hold them back.
async fn commit(service: &Service, events: impl IntoIterator<Item = Event>) {
    let before = service.log().latest().await.expect("a cursor");
    let events: Vec<Event> = events.into_iter().collect();
    let ids = events.iter().map(|event| event.aggregate_id).collect();
    let count = events.len();
    write(service, events).await;
    settle(service, before, Filter { aggregate_ids: Some(ids), ..Filter::default() }, count).await;
}

/// Waits until so many events after a cursor can be read.
async fn settle(service: &Service, after: Cursor, filter: Filter, count: usize) {
    let mut follower = service.log().follow(Some(after), filter).await.expect("a follower");
    let mut seen = 0;
    while seen < count {
        seen += follower.next().await.expect("events").len();
    }
}

fn number(event: &Logged) -> u32 {
    let number = event.changes["number"].as_u64().expect("a number");
    u32::try_from(number).expect("a small one")
}

/// The whole log, by its numbers.
async fn numbers(service: &Service) -> Vec<u32> {
    let log = service.log().read_after(None, 1_000_000, Filter::default()).await.expect("the log");
    log.iter().map(number).collect()
}

/// The next `count` events of a follower, by their numbers.
async fn next(follower: &mut Follower, count: usize) -> Vec<u32> {
    let mut seen = Vec::new();
    while seen.len() < count {
        seen.extend(follower.next().await.expect("events").iter().map(|event| number(event)));
    }
    seen
}

fn object(value: &Value) -> &Map<String, Value> {
    value.as_object().expect("an object")
}
