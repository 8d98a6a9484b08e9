//! Webhooks: what happened is sent to the endpoint of somebody else.

use std::sync::Arc;

use entity::sea_orm_active_enums::EventAggregate;
use serde_json::json;
use service::{
    events::{EventKind, Logged},
    webhooks::outbox::{
        outcome::{Answer, Tried},
        turn::Turn,
    },
};
use uuid::Uuid;

use crate::work::fixture::WorkFixture;

/// Sends events of two objects to an endpoint, which takes the first one and not the other.
pub(crate) async fn connect(fixture: &WorkFixture) {
    let service = &fixture.service;
    let endpoint = service.take_endpoints().await.expect("taken").pop().expect("an endpoint");
    let told = [(1, fixture.top), (2, fixture.top), (3, fixture.other)];
    let events = told.map(|(place, about)| event(fixture, place, about)).to_vec();
    let turn = Turn { events, ..Turn::default() };
    let endpoint = service.keep_endpoint(&endpoint, &turn).await.expect("written").expect("it is held");
    assert_eq!(service.due_endpoints(&[endpoint.id]).await.expect("read"), [endpoint.id]);
    let due = service.due_deliveries(&endpoint, &[], 9).await.expect("read");
    assert_eq!(due.len(), 2, "the first one of each object");
    let failed = Answer::Failed { status: Some(503), error: "busy".to_owned(), rest: None };
    let answers = due.into_iter().zip([Answer::Taken(200), failed]);
    let tried = answers.map(|(delivery, answer)| Tried { delivery, answer }).collect();
    let kept = service.keep_endpoint(&endpoint, &Turn { tried, ..Turn::default() }).await.expect("written");
    assert!(kept.is_some(), "it is held");
}

/// An event about an agent, at a place of the log that no other has.
fn event(fixture: &WorkFixture, place: i64, about: Uuid) -> Arc<Logged> {
    Arc::new(Logged {
        cursor: format!("{:016x}{:016x}", 1, 1_000_000 + place).parse().expect("a cursor"),
        kind: EventKind::AgentUpdated,
        aggregate_type: EventAggregate::Agent,
        aggregate_id: about,
        aggregate_version: 1,
        agent_id: None,
        execution_id: None,
        principal: "tour".to_owned(),
        changes: json!({}),
        occurred_at: fixture.clock().now(),
    })
}
