//! What Stripe tells: payments, refunds and disputes.
//!
//! - `object`: the fields of Stripe's objects. `wanted`: which payment an event is about, and `find`: that payment,
//!   locked, or a new one of the order that the event names.
//! - `payment`, `refund`, `dispute`, `compare`: what each sort of event tells, and what follows from it.

mod compare;
mod dispute;
mod find;
mod object;
mod payment;
mod refund;
mod wanted;

use chrono::{DateTime, Utc};
use serde_json::Value as Json;
use uuid::Uuid;

use self::{
    compare::Comparison,
    dispute::Dispute,
    object::Object,
    payment::Happened,
    refund::Refund,
    wanted::{Names, Wanted},
};
use super::inbox::event::{Applied, InboundEvent};
use crate::{
    Result, UnitOfWork,
    payments::account::{Account, News},
    refusal::{At, Code, Refusal},
};

/// What payments of Stripe have as their provider, and inbound webhooks as their source.
const PROVIDER: &str = "stripe";

/// What events have to be about to be handled one after the other: a payment intent, else a charge, else the object
/// itself.
pub(crate) fn object_key(topic: &str, payload: &Json) -> Option<String> {
    let object = Object::of(payload)?;
    let key = Names::read(topic, object).main().or_else(|| object.text("id"));
    key.map(str::to_owned)
}

/// Does what follows from an event.
pub(crate) async fn apply(unit: &mut UnitOfWork, event: &InboundEvent) -> Result<Applied> {
    match Told::read(&event.topic, &event.payload) {
        Ok(Some(Told::Payment(payment))) => payment.apply(unit, event).await,
        Ok(Some(Told::Refund(refund))) => refund.apply(unit, event).await,
        Ok(Some(Told::Dispute(dispute))) => dispute.apply(unit, event).await,
        Ok(Some(Told::Compare(comparison))) => comparison.apply(unit, event).await,
        Ok(None) => Ok(Applied::Ignored(format!("the topic {} has no effect", event.topic))),
        Err(unreadable) => Ok(Applied::Dead(unreadable.message)),
    }
}

/// Makes an event's payment one of an order: it adds the payment if it is not known yet, so that the event finds it.
pub(crate) async fn bind(unit: &mut UnitOfWork, event: &InboundEvent, order: Uuid) -> Result<()> {
    let wanted = Wanted::read(&event.topic, object(&event.payload)?)?;
    let mut account = Account::lock(unit, order).await.at(["orderId"])?;
    if let Some(known) = find::by_name(unit, wanted.names).await? {
        return match known.order_id == order {
            true => Ok(()),
            false => {
                let message = "the payment of this event belongs to another order";
                Err(Refusal::new(Code::AlreadyExists, message).at(["orderId"]).into())
            }
        };
    }
    match find::open(unit, &mut account, &wanted).await? {
        Ok(_) => Ok(()),
        Err(refusal) => Err(refusal.at(["orderId"]).into()),
    }
}

/// What an event is about.
enum Told<'a> {
    /// A payment.
    Payment(Happened<'a>),
    /// A refund.
    Refund(Refund<'a>),
    /// A dispute.
    Dispute(Dispute<'a>),
    /// What was refunded in total.
    Compare(Comparison<'a>),
}

impl<'a> Told<'a> {
    /// None if the topic has no effect. Disputes and refunds come before charges, whose topics begin alike.
    fn read(topic: &str, payload: &'a Json) -> Result<Option<Self>, Refusal> {
        let is_of = |prefix: &str| topic.starts_with(prefix);
        if is_of("charge.dispute.") {
            return Ok(Dispute::read(topic, object(payload)?)?.map(Self::Dispute));
        }
        if is_of("refund.") || is_of("charge.refund.") {
            return Ok(Refund::read(topic, object(payload)?)?.map(Self::Refund));
        }
        if topic == "charge.refunded" {
            return Ok(Comparison::read(topic, object(payload)?)?.map(Self::Compare));
        }
        match is_of("payment_intent.") || is_of("charge.") {
            true => Ok(Happened::read(topic, object(payload)?)?.map(Self::Payment)),
            false => Ok(None),
        }
    }
}

/// The object of an event.
fn object(payload: &Json) -> Result<Object<'_>, Refusal> {
    Object::of(payload).ok_or_else(|| Refusal::invalid("data", "the event has no `data.object`"))
}

/// When it happened, by Stripe's clock, but not after now.
fn happened_at(unit: &UnitOfWork, event: &InboundEvent) -> DateTime<Utc> {
    event.triggered_at.unwrap_or(event.received_at).min(unit.now())
}

/// When it happened, and by which event it is known.
fn news(unit: &UnitOfWork, event: &InboundEvent) -> News {
    News { at: happened_at(unit, event), event: Some(event.external_id.clone()) }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_about_one_payment_has_one_key() {
        let key = |topic: &str, object: Json| object_key(topic, &json!({ "data": { "object": object } }));
        for (topic, object, expected) in [
            ("payment_intent.succeeded", json!({ "id": "pi_1" }), "pi_1"),
            ("charge.captured", json!({ "id": "ch_1", "payment_intent": "pi_1" }), "pi_1"),
            ("charge.captured", json!({ "id": "ch_1", "payment_intent": null }), "ch_1"),
            ("refund.created", json!({ "id": "re_1", "charge": "ch_1" }), "ch_1"),
            ("charge.dispute.closed", json!({ "id": "dp_1", "payment_intent": { "id": "pi_1" } }), "pi_1"),
            ("customer.created", json!({ "id": "cus_1" }), "cus_1"),
        ] {
            assert_eq!(key(topic, object).as_deref(), Some(expected), "{topic}");
        }
        assert_eq!(key("customer.created", json!({ "id": "x".repeat(256) })), None);
        assert_eq!(object_key("customer.created", &json!([1])), None);
    }

    #[test]
    fn what_cannot_be_read_names_the_field() {
        let read = |topic: &str, object: Json| {
            let payload = json!({ "data": { "object": object } });
            match Told::read(topic, &payload) {
                Ok(Some(_)) => "read".to_owned(),
                Ok(None) => "no effect".to_owned(),
                Err(refusal) => refusal.path.join("."),
            }
        };
        let intent = json!({ "id": "pi_1", "amount": 100, "currency": "usd", "amount_received": 100 });
        assert_eq!(read("payment_intent.succeeded", intent.clone()), "read");
        for topic in ["payment_intent.processing", "charge.updated", "customer.created", "", "charge.dispute.updated"] {
            assert_eq!(read(topic, intent.clone()), "no effect", "{topic}");
        }
        for (topic, object, field) in [
            ("payment_intent.succeeded", json!({ "id": "pi_1", "amount": 100, "currency": "usd" }), "amount_received"),
            ("payment_intent.succeeded", json!({ "amount": 100, "currency": "usd" }), "payment_intent"),
            ("charge.captured", json!({ "id": "ch_1", "currency": "usd" }), "amount"),
            ("charge.captured", json!({ "id": "ch_1", "amount": 1 }), "currency"),
            ("refund.created", json!({ "id": "re_1", "charge": "ch_1", "amount": 1, "currency": "usd" }), "status"),
        ] {
            assert_eq!(read(topic, object), field, "{topic}");
        }
        assert!(Told::read("payment_intent.succeeded", &json!({})).is_err());
    }
}
