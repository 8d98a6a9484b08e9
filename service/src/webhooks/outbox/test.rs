//! Trying an endpoint: whether it takes a message.

use entity::webhook_endpoints;
use serde::{Deserialize, Serialize};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{endpoint::Endpoint, fields, outcome::Answer};
use crate::{Result, UnitOfWork, Verb, access::Operation, edit, refusal::At};

/// Notes that an endpoint is tried. Whoever performs it sends the message afterwards.
#[derive(Clone, Debug, Serialize)]
pub struct Test {
    /// The endpoint.
    pub id: Uuid,
}

/// An endpoint that is tried.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Tested {
    /// Its id.
    pub id: Uuid,
    /// The endpoint, for the one who sends the message; a repeated call has none, and sends nothing.
    #[serde(skip)]
    pub endpoint: Option<Endpoint>,
    /// Whether it took the message.
    #[serde(skip)]
    pub delivered: bool,
    /// The status that it answered with, if it did.
    #[serde(skip)]
    pub response_status: Option<i32>,
    /// What went wrong.
    #[serde(skip)]
    pub error: Option<String>,
}

impl Verb for Test {
    type Outcome = Tested;
    const OPERATION: Operation = Operation::TestWebhookEndpoint;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Tested> {
        fields::check_signing(unit)?;
        let row: webhook_endpoints::Model = edit::find(unit, self.id).await.at(["id"])?;
        let endpoint = Endpoint::of(row);
        unit.record(Self::OPERATION, "WebhookEndpoint", self.id, Json::Null, json!({ "version": endpoint.version }));
        Ok(Tested { id: self.id, endpoint: Some(endpoint), delivered: false, response_status: None, error: None })
    }
}

impl Tested {
    /// The same with its outcome.
    pub fn answered(self, answer: Answer) -> Self {
        let (delivered, response_status, error) = match answer {
            Answer::Taken(status) => (true, Some(status.into()), None),
            Answer::Failed { status, error, .. } => (false, status.map(Into::into), Some(error)),
            Answer::Gone(status) => {
                (false, Some(status.into()), Some("the receiver wants no events any more".to_owned()))
            }
            Answer::Lost(error) => (false, None, Some(error)),
        };
        Self { delivered, response_status, error, ..self }
    }
}
