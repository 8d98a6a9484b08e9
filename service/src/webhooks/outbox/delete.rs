//! Removing an endpoint.

use entity::{sea_orm_active_enums::EventAggregate, webhook_endpoints};
use serde::Serialize;
use serde_json::Map;
use uuid::Uuid;

use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit,
    events::{Event, EventKind},
    refusal::At,
};

/// Deletes an endpoint. Nothing is sent to it any more; retention removes its deliveries.
#[derive(Clone, Debug, Serialize)]
pub struct Delete {
    /// The endpoint.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Delete {
    /// The id of the endpoint.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::DeleteWebhookEndpoint;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let endpoint: webhook_endpoints::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        unit.emit(Event {
            kind: EventKind::WebhookEndpointDeleted,
            aggregate_type: EventAggregate::Webhook,
            aggregate_id: self.id,
            aggregate_version: endpoint.version.saturating_add(1),
            agent_id: None,
            execution_id: None,
            changes: Map::new(),
        });
        edit::remove(unit, Self::OPERATION, endpoint).await
    }
}
