//! Naming the order that a payment belongs to, of which an event tells.

use entity::{inbound_webhooks, sea_orm_active_enums::InboundStatus};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{death, event::InboundEvent, replay, row};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    events::EventKind,
    principal::Source,
    refusal::{At, Code, Refusal},
    state,
    webhooks::stripe,
};

/// Makes the payment of an event one of an order, and has the event processed once more.
#[derive(Clone, Debug, Serialize)]
pub struct Bind {
    /// The event.
    pub id: Uuid,
    /// The order.
    pub order_id: Uuid,
}

impl Verb for Bind {
    /// The event.
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::MatchInboundWebhook;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let seen = self.find(unit).await?;
        check(&seen).at(["id"])?;
        unit.lock_name(&row::name(&seen.source, seen.object_key.as_deref(), self.id)).await?;
        let event = self.find(unit).await?;
        check(&event).at(["id"])?;
        if event.status == InboundStatus::Dead {
            death::call_off(unit, &[self.id]).await?;
        }
        let told = InboundEvent::from(event.clone());
        stripe::bind(unit, &told, self.order_id).await.map_err(about_input)?;
        replay::again(unit, &[self.id]).await?;
        row::wake(unit, &event.source, event.object_key.as_deref()).await?;
        let before = json!({ "status": state::name(&event.status) });
        let after = json!({ "status": state::name(&InboundStatus::Received), "orderId": self.order_id });
        unit.record(Self::OPERATION, row::TYPE, self.id, before, after);
        let mut happened = death::happened(EventKind::WebhookReplayed, self.id, &event.source, &event.topic);
        happened.changes.insert("orderId".to_owned(), self.order_id.to_string().into());
        unit.emit(happened);
        Ok(self.id)
    }
}

impl Bind {
    async fn find(&self, unit: &UnitOfWork) -> Result<inbound_webhooks::Model> {
        row::find(unit, self.id).await?.ok_or(Error::NotFound(row::NOUN, self.id)).at(["id"])
    }
}

fn check(event: &inbound_webhooks::Model) -> Result<(), Refusal> {
    if event.source != Source::Stripe.name() {
        return Err(Refusal::new(Code::Invalid, "only webhooks of Stripe can be matched to an order"));
    }
    state::check(event.status, InboundStatus::Received)?;
    match event.payload.as_object().is_none_or(|members| members.is_empty()) {
        true => Err(row::refuse_empty()),
        false => Ok(()),
    }
}

/// What is wrong in a payload is wrong with the event that was named.
fn about_input(error: Error) -> Error {
    match error {
        Error::Refused(mut refusal) if refusal.path.first().is_none_or(|field| field != "orderId") => {
            refusal.message = format!("the webhook cannot be matched: {}", refusal.message);
            Error::from(refusal.at(["id"]))
        }
        other => other,
    }
}
