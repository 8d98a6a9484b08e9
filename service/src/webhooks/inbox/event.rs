//! What another system tells, and what became of it.

use chrono::{DateTime, Utc};
use entity::{inbound_webhooks, sea_orm_active_enums::InboundStatus};
use serde_json::Value as Json;
use uuid::Uuid;

use crate::refusal::Refusal;

/// A webhook that was received.
#[derive(Clone, Debug)]
pub(crate) struct InboundEvent {
    /// Its row.
    pub(crate) id: Uuid,
    /// What sort of thing happened.
    pub(crate) topic: String,
    /// What the sender calls this delivery.
    pub(crate) external_id: String,
    /// When it happened, by the sender's clock.
    pub(crate) triggered_at: Option<DateTime<Utc>>,
    /// When it was received.
    pub(crate) received_at: DateTime<Utc>,
    /// Whether it was tried before, and waited since.
    pub(crate) has_waited: bool,
    /// What the sender wrote.
    pub(crate) payload: Json,
}

impl From<inbound_webhooks::Model> for InboundEvent {
    fn from(row: inbound_webhooks::Model) -> Self {
        Self {
            id: row.id,
            topic: row.topic,
            external_id: row.external_id,
            triggered_at: row.triggered_at.map(|at| at.to_utc()),
            received_at: row.created_at.to_utc(),
            has_waited: row.status == InboundStatus::Waiting,
            payload: row.payload,
        }
    }
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Applied {
    /// What follows from it was done.
    Done,
    /// It has no effect, and why.
    Ignored(String),
    /// It refers to something that is not known yet, and what that is: nothing of it is kept, and it is tried again.
    Waits(String),
    /// A part of it was done, and why not the rest: it is tried again.
    Partly(String),
    /// Nothing can be done with it, and why.
    Dead(String),
}

impl Applied {
    /// Nothing can be done with it: what is wrong, and where.
    pub(crate) fn dead(refusal: &Refusal) -> Self {
        Self::Dead(explained(refusal))
    }
}

/// What is wrong, for people: with its place.
pub(super) fn explained(refusal: &Refusal) -> String {
    match refusal.path.is_empty() {
        true => refusal.message.clone(),
        false => format!("{}: {}", refusal.path.join("."), refusal.message),
    }
}
