//! Changing an endpoint.

use entity::webhook_endpoints;
use serde::Serialize;
use uuid::Uuid;

use super::fields;
use crate::{Change, Result, UnitOfWork, Verb, access::Operation, edit, events::EventKind, refusal::At};

/// Updates an endpoint. One that is active again gets what happened meanwhile, as far as the log has it.
#[derive(Clone, Debug, Serialize)]
pub struct Update {
    /// The endpoint.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// What it is called.
    pub name: Change<String>,
    /// Where events are sent.
    pub url: Change<String>,
    /// The kinds of events that it wants, by their names in the log; none for all.
    pub kinds: Change<Vec<String>>,
    /// The query whose answer goes with an event.
    pub query: Change<Option<String>>,
    /// Whether events are sent to it.
    pub is_active: Change<bool>,
}

impl Verb for Update {
    /// The endpoint.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::UpdateWebhookEndpoint;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let before: webhook_endpoints::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut endpoint = before.clone();
        self.name.apply(&mut endpoint.name);
        self.url.apply(&mut endpoint.url);
        if let Change::Set(kinds) = &self.kinds {
            endpoint.kinds = fields::stored_kinds(kinds)?;
        }
        self.query.apply(&mut endpoint.query);
        self.is_active.apply(&mut endpoint.is_active);
        if endpoint.is_active && !before.is_active {
            fields::check_signing(unit)?;
            endpoint.disabled_reason = None;
            endpoint.failing_since = None;
        }
        fields::check(&endpoint)?;
        let kind = match before.is_active && !endpoint.is_active {
            true => EventKind::WebhookEndpointDisabled,
            false => EventKind::WebhookEndpointUpdated,
        };
        edit::update(unit, Self::OPERATION, kind, &before, endpoint).await
    }
}
