//! Adding an endpoint.

use entity::webhook_endpoints;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{fields, secret::SecretName};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, events};

/// Creates an endpoint, which gets what happens from now on.
#[derive(Clone, Debug, Serialize)]
pub struct Create {
    /// What it is called.
    pub name: String,
    /// Where events are sent.
    pub url: String,
    /// The kinds of events that it wants, by their names in the log; none for all.
    pub kinds: Vec<String>,
    /// The query whose answer goes with an event.
    pub query: Option<String>,
}

/// An endpoint with a new secret.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Signed {
    /// The endpoint.
    pub id: Uuid,
    /// Its secret.
    pub secret: SecretName,
}

impl Verb for Create {
    type Outcome = Signed;
    const OPERATION: Operation = Operation::CreateWebhookEndpoint;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Signed> {
        fields::check_signing(unit)?;
        fields::check_room(unit).await?;
        let (cursor_transaction, cursor_position) = events::latest(unit).await?.numbers();
        let endpoint = webhook_endpoints::Model {
            id: Uuid::now_v7(),
            name: self.name.clone(),
            url: self.url.clone(),
            kinds: fields::stored_kinds(&self.kinds)?,
            query: self.query.clone(),
            is_active: true,
            disabled_reason: None,
            generation: 1,
            previous_until: None,
            cursor_transaction,
            cursor_position,
            failing_since: None,
            skipped_at: None,
            leased_until: None,
            version: 1,
            created_at: unit.now().into(),
            updated_at: unit.now().into(),
        };
        fields::check(&endpoint)?;
        let id = edit::insert(unit, Self::OPERATION, endpoint).await?;
        Ok(Signed { id, secret: SecretName { endpoint: id, generation: 1 } })
    }
}
