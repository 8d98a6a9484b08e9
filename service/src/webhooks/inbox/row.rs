//! The rows of events that were received.

use entity::{inbound_webhooks, sea_orm_active_enums::InboundStatus};
use sea_orm::EntityTrait;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork,
    principal::Source,
    refusal::{Code, Refusal},
    state::State,
};

/// What an event is called in a sentence.
pub(super) const NOUN: &str = "inbound webhook";
/// Its GraphQL type.
pub(super) const TYPE: &str = "InboundWebhook";
/// What a payload is once it was removed.
pub(super) const EMPTY: &str = "'{}'";
/// The condition that an event has ended and its payload is kept. An index has these, by their end.
pub(crate) const KEPT: &str = "processed_at IS NOT NULL AND payload <> '{}'";

/// An event is tried until it has an outcome. People can have it tried again.
impl State for InboundStatus {
    const NOUN: &'static str = "webhook";

    fn allowed(self) -> &'static [Self] {
        match self {
            Self::Received => &[Self::Processed, Self::Ignored, Self::Waiting, Self::Dead],
            Self::Waiting => &[Self::Received, Self::Processed, Self::Ignored, Self::Dead],
            Self::Ignored | Self::Dead => &[Self::Received],
            Self::Processed => &[],
        }
    }
}

/// The refusal of an event whose payload was removed.
pub(super) fn refuse_empty() -> Refusal {
    Refusal::new(Code::Invalid, "the payload was removed: it cannot be processed any more")
}

/// Whether an event is still to be processed.
pub(super) fn is_open(status: InboundStatus) -> bool {
    matches!(status, InboundStatus::Received | InboundStatus::Waiting)
}

/// What whoever works on an event holds: the object that it is about, or the event itself.
pub(super) fn name(source: &str, object_key: Option<&str>, id: Uuid) -> String {
    match object_key {
        Some(key) => format!("inbound webhooks of {source} {key}"),
        None => format!("inbound webhook {id}"),
    }
}

/// Reads an event.
pub(super) async fn find(unit: &UnitOfWork, id: Uuid) -> Result<Option<inbound_webhooks::Model>> {
    Ok(inbound_webhooks::Entity::find_by_id(id).one(unit.txn().await?).await?)
}

/// Has the events tried again at once that wait, and are about the same object.
pub(super) async fn wake(unit: &UnitOfWork, source: &str, object_key: Option<&str>) -> Result<()> {
    let Some(key) = object_key else { return Ok(()) };
    let mut sql = unit.sql();
    sql.push("UPDATE inbound_webhooks SET next_attempt_at = ").now().push(", updated_at = ").now();
    sql.push(" WHERE source = ").bind(source).push(" AND object_key = ").bind(key);
    sql.push(" AND status = ").literal(&InboundStatus::Waiting).push(" AND next_attempt_at > ").now();
    unit.execute(sql).await.map(drop)
}

/// Has the events of a source tried again at once that wait, whatever they are about.
pub(crate) async fn wake_all(unit: &UnitOfWork, source: Source) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE inbound_webhooks SET next_attempt_at = ").now().push(", updated_at = ").now();
    sql.push(" WHERE id IN (SELECT w.id FROM inbound_webhooks AS w WHERE w.source = ").bind(source.name());
    sql.push(" AND w.status = ").literal(&InboundStatus::Waiting).push(" AND w.next_attempt_at > ").now();
    // What is being processed is tried now.
    sql.for_update_skip_locked("w").push(")");
    unit.execute(sql).await.map(drop)
}
