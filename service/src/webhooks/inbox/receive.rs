//! Storing a webhook before it is understood, so that its sender is answered at once.

use chrono::{DateTime, Datelike, SubsecRound, Utc};
use entity::sea_orm_active_enums::InboundStatus;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{payload, person};
use crate::{
    Actor, Error, Result, Service, UnitOfWork,
    edit::check,
    principal::{Principal, Source},
    refusal::Refusal,
    settings, value,
    webhooks::{shopify, stripe},
};

/// The most characters of an id of another system.
const ID: usize = 255;
/// The most characters of a topic.
const TOPIC: usize = 100;

/// A webhook of another system, whose signature was checked.
#[derive(Clone, Debug)]
pub struct Received {
    /// Who sent it.
    pub source: Source,
    /// Its id there.
    pub external_id: String,
    /// What sort of thing happened.
    pub topic: String,
    /// What several webhooks about the same act have in common.
    pub event_key: Option<String>,
    /// When it happened.
    pub triggered_at: Option<DateTime<Utc>>,
    /// The domain of the shop that it is about.
    pub shop: Option<String>,
    /// What is told: an object.
    pub payload: Json,
}

impl Service {
    /// Stores a webhook that came with a request, and has it processed soon. False if it was stored before.
    pub async fn receive(&self, request: &str, received: Received) -> Result<bool> {
        received.check()?;
        let principal = Principal::connection(received.source);
        let unit = self.begin(&Actor { principal, request: Some(request.to_owned()) }).await?;
        let stored = store(&unit, received).await;
        let is_new = unit.end(stored).await?;
        if is_new {
            self.signals().received();
        }
        Ok(is_new)
    }
}

impl Received {
    fn check(&self) -> Result<(), Refusal> {
        for (field, text, most) in [("id", &self.external_id, ID), ("topic", &self.topic, TOPIC)] {
            check::text(field, text, most)?;
            value::check_text(field, text)?;
        }
        match self.payload.is_object() {
            true => Ok(()),
            false => Err(Refusal::invalid("body", "the body must be a JSON object")),
        }
    }

    /// What it is about: events with the same key are processed one after the other.
    fn object_key(&self, payload: &Json) -> Option<String> {
        match self.source {
            Source::Shopify => shopify::object_key(&self.topic, payload),
            Source::Stripe => stripe::object_key(&self.topic, payload),
        }
    }
}

async fn store(unit: &UnitOfWork, mut received: Received) -> Result<bool> {
    check_shop(unit, &received).await?;
    let payload = payload::clean(received.payload.take());
    let object_key = received.object_key(&payload).filter(|key| fits(key));
    let email_hash = person::email_hash(&payload);
    let triggered_at = received.triggered_at.filter(|at| value::is_known_year(at.year())).map(|at| at.trunc_subsecs(6));
    let mut sql = unit.sql();
    sql.push("INSERT INTO inbound_webhooks (id, source, external_id, topic, object_key, event_key, email_hash, ");
    sql.push("triggered_at, payload, status, attempts, next_attempt_at, created_at, updated_at) VALUES (");
    sql.bind(Uuid::now_v7());
    sql.push(", ").bind(received.source.name()).push(", ").bind(received.external_id);
    sql.push(", ").bind(received.topic).push(", ").bind(object_key);
    sql.push(", ").bind(received.event_key.filter(|key| fits(key))).push(", ").bind(email_hash);
    sql.push(", ").bind(triggered_at);
    sql.push(", ").bind(payload).push(", ").literal(&InboundStatus::Received);
    sql.push(", 0, ").now().push(", ").now().push(", ").now();
    sql.push(") ON CONFLICT (source, external_id) DO NOTHING");
    Ok(unit.execute(sql).await? > 0)
}

/// Whether a key has room; one that does not says nothing.
fn fits(key: &str) -> bool {
    value::is_storable(key) && key.chars().count() <= ID
}

/// Refuses what another shop sends: its app may have the same secret.
async fn check_shop(unit: &UnitOfWork, received: &Received) -> Result<()> {
    if received.source != Source::Shopify {
        return Ok(());
    }
    let Some(expected) = settings::load(unit).await?.shopify_domain else { return Ok(()) };
    match received.shop.as_deref().is_some_and(|shop| shop.eq_ignore_ascii_case(&expected)) {
        true => Ok(()),
        false => {
            let message = "the webhook is of another shop than the one in the configuration `shopify.domain`";
            Err(Error::Unauthenticated(message.to_owned()))
        }
    }
}
