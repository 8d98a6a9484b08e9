//! A new secret for an endpoint.

use chrono::Duration;
use entity::webhook_endpoints;
use serde::Serialize;
use uuid::Uuid;

use super::{create::Signed, fields, secret::SecretName};
use crate::{
    Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    events::EventKind,
    refusal::At,
};

/// The longest time for which two secrets are good, in hours.
const LONGEST: i32 = 168;

/// Gives an endpoint another secret. For some hours messages are signed with the one before, too.
#[derive(Clone, Debug, Serialize)]
pub struct Rotate {
    /// The endpoint.
    pub id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
    /// For how many hours messages are signed with both.
    pub overlap_hours: i32,
}

impl Verb for Rotate {
    type Outcome = Signed;
    const OPERATION: Operation = Operation::RotateWebhookSecret;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Signed> {
        fields::check_signing(unit)?;
        check::within("overlapHours", self.overlap_hours, 0..=LONGEST)?;
        let before: webhook_endpoints::Model = edit::lock(unit, self.id, self.expected_version).await.at(["id"])?;
        let mut endpoint = before.clone();
        endpoint.generation = endpoint.generation.saturating_add(1);
        let overlap = Duration::hours(self.overlap_hours.into());
        endpoint.previous_until = (self.overlap_hours > 0).then(|| (unit.now() + overlap).into());
        let generation = endpoint.generation;
        let id = edit::update(unit, Self::OPERATION, EventKind::WebhookEndpointRotated, &before, endpoint).await?;
        Ok(Signed { id, secret: SecretName { endpoint: id, generation } })
    }
}
