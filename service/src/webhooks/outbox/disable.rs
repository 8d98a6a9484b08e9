//! Ending an endpoint that does not answer.

use chrono::{DateTime, TimeDelta, Utc};
use entity::{sea_orm_active_enums::EventSeverity, webhook_endpoints};
use serde_json::json;
use uuid::Uuid;

use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, system::events::Record};

/// How long every attempt may fail before an endpoint is disabled.
const LONGEST_FAILURE: TimeDelta = TimeDelta::days(5);

/// Whether an endpoint that has failed since then has failed for too long.
pub(super) fn is_too_long(failing_since: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
    failing_since.is_some_and(|since| now - since >= LONGEST_FAILURE)
}

/// Disables an endpoint, and tells people of it. What was not sent yet stays, for when it is active again.
pub(super) async fn disable(unit: &mut UnitOfWork, id: Uuid, reason: &str) -> Result<()> {
    let before: webhook_endpoints::Model = edit::lock(unit, id, None).await?;
    let mut endpoint = before.clone();
    endpoint.is_active = false;
    endpoint.disabled_reason = Some(reason.to_owned());
    endpoint.leased_until = None;
    let event = Record {
        event_type: "webhook_endpoint_disabled".to_owned(),
        severity: EventSeverity::Error,
        source_agent_id: None,
        message: format!("the webhook endpoint {:?} was disabled: {reason}", before.name),
        details: json!({ "endpointId": id }),
    };
    let kind = EventKind::WebhookEndpointDisabled;
    edit::update(unit, Operation::UpdateWebhookEndpoint, kind, &before, endpoint).await?;
    event.perform(unit).await.map(drop)
}
