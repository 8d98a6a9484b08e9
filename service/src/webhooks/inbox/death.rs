//! Events that cannot be processed: people look after them.

use entity::{
    inbound_webhooks,
    sea_orm_active_enums::{EventAggregate, EventSeverity},
};
use serde_json::{Map, json};
use uuid::Uuid;

use crate::{
    Result, UnitOfWork, Verb,
    events::{Event, EventKind},
    followup::{self, FollowUp},
    system::events::Record,
};

/// The type of the follow-up.
const TASK: &str = "resolve_webhook";

/// Tells that an event cannot be processed, and leaves it to people. What it says of a person stands in its row only.
pub(super) async fn tell(unit: &mut UnitOfWork, row: &inbound_webhooks::Model) -> Result<()> {
    let about = json!({ "inboundWebhookId": row.id, "source": row.source, "topic": row.topic });
    let record = Record {
        event_type: "webhook.dead".to_owned(),
        severity: EventSeverity::Error,
        source_agent_id: None,
        message: format!("the webhook {} of {} cannot be processed: its row says why", row.topic, row.source),
        details: about.clone(),
    };
    record.perform(unit).await?;
    unit.emit(happened(EventKind::WebhookDead, row.id, &row.source, &row.topic));
    let follow_up = FollowUp {
        task_type: TASK,
        name: format!("Look after the webhook {} of {}", row.topic, row.source),
        payload: about,
        effect_key: effect_key(row.id),
        agent_hint: None,
    };
    followup::create(unit, follow_up).await.map(drop)
}

/// Calls off the follow-ups of events that are processed once more.
pub(super) async fn call_off(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<()> {
    let keys: Vec<String> = ids.iter().map(|id| followup::unique_key(&effect_key(*id))).collect();
    let mut sql = unit.sql();
    sql.push("SELECT key FROM task_keys WHERE expires_at IS NULL AND key");
    sql.is_any_text(&keys.iter().map(String::as_str).collect::<Vec<_>>());
    let rows = unit.rows(sql).await?;
    let open: Vec<String> = rows.iter().map(|row| Ok(row.try_get_by("key")?)).collect::<Result<_>>()?;
    for (id, _) in ids.iter().zip(&keys).filter(|(_, key)| open.contains(key)) {
        followup::close(unit, &effect_key(*id)).await?;
    }
    Ok(())
}

/// Something that happened to an event. Rows of events have no version.
pub(super) fn happened(kind: EventKind, id: Uuid, source: &str, topic: &str) -> Event {
    let changes = [("source", source), ("topic", topic)];
    Event {
        kind,
        aggregate_type: EventAggregate::Webhook,
        aggregate_id: id,
        aggregate_version: 0,
        agent_id: None,
        execution_id: None,
        changes: Map::from_iter(changes.map(|(name, value)| (name.to_owned(), value.into()))),
    }
}

fn effect_key(id: Uuid) -> String {
    format!("{TASK}:{id}")
}
