//! Events that an endpoint does not get: they were removed from the log before it was their turn.

use entity::{sea_orm_active_enums::EventSeverity, webhook_endpoints};
use serde_json::json;

use super::{endpoint::Endpoint, turn};
use crate::{
    Actor, Result, Service, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::{Cursor, EventKind},
    system::events::Record,
};

impl Service {
    /// Has an endpoint go on at a place of the log, without the events before it, and tells people and the endpoint of
    /// it; the endpoint as it is now. None if this server does not hold it any more.
    pub async fn skip_events(&self, endpoint: &Endpoint, to: Cursor, why: &str) -> Result<Option<Endpoint>> {
        let mut unit = self.begin(&Actor::server()).await?;
        let skipped = skip(&mut unit, endpoint, to, why).await;
        unit.end(skipped).await
    }
}

async fn skip(unit: &mut UnitOfWork, endpoint: &Endpoint, to: Cursor, why: &str) -> Result<Option<Endpoint>> {
    if turn::renew(unit, endpoint, Some(to), None).await?.is_none() {
        return Ok(None);
    }
    let before: webhook_endpoints::Model = edit::lock(unit, endpoint.id, None).await?;
    let mut after = before.clone();
    after.skipped_at = Some(unit.now().into());
    let event = Record {
        event_type: "webhook_events_skipped".to_owned(),
        severity: EventSeverity::Error,
        source_agent_id: None,
        message: format!("the webhook endpoint {:?} does not get all events: {why}", before.name),
        details: json!({ "endpointId": before.id, "cursor": to.to_string() }),
    };
    let kind = EventKind::WebhookEventsSkipped;
    edit::update(unit, Operation::UpdateWebhookEndpoint, kind, &before, after).await?;
    event.perform(unit).await?;
    edit::find(unit, before.id).await.map(Endpoint::of).map(Some)
}
