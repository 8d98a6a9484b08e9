//! Which payment an event is about.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::object::Object;
use crate::refusal::Refusal;

/// The most characters of a method.
const METHOD: usize = 50;

/// What Stripe calls a payment.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Names<'a> {
    /// The payment intent.
    pub(super) intent: Option<&'a str>,
    /// The charge.
    pub(super) charge: Option<&'a str>,
}

impl<'a> Names<'a> {
    /// By the topic of an event and its object.
    pub(super) fn read(topic: &str, object: Object<'a>) -> Self {
        let is_of = |prefix: &str| topic.starts_with(prefix);
        if is_of("payment_intent.") {
            return Self { intent: object.text("id"), charge: None };
        }
        let is_charge = is_of("charge.") && !is_of("charge.dispute.") && !is_of("charge.refund.");
        let charge = if is_charge { object.text("id") } else { object.reference("charge") };
        Self { intent: object.reference("payment_intent"), charge }
    }

    /// What the payment is called here when it is new.
    pub(super) fn main(self) -> Option<&'a str> {
        self.intent.or(self.charge)
    }

    /// All names.
    pub(super) fn all(self) -> impl Iterator<Item = &'a str> {
        self.intent.into_iter().chain(self.charge)
    }
}

/// A payment that an event is about.
#[derive(Debug)]
pub(super) struct Wanted<'a> {
    /// What Stripe calls it.
    pub(super) names: Names<'a>,
    /// The amount of the event's object.
    pub(super) amount: Decimal,
    /// Its currency.
    pub(super) currency: String,
    /// How it is paid.
    pub(super) method: Option<&'a str>,
    /// The id of the order that it names.
    pub(super) order_id: Option<Uuid>,
    /// The number of the order that it names.
    pub(super) order_number: Option<&'a str>,
}

impl<'a> Wanted<'a> {
    /// By the topic of an event and its object.
    pub(super) fn read(topic: &str, object: Object<'a>) -> Result<Self, Refusal> {
        let names = Names::read(topic, object);
        if names.main().is_none() {
            return Err(Refusal::invalid("payment_intent", "the event names neither a payment intent nor a charge"));
        }
        let currency = object.currency()?;
        let details = object.inner("payment_method_details").and_then(|details| details.text("type"));
        Ok(Self {
            names,
            amount: object.amount("amount", &currency)?,
            currency,
            method: details.filter(|method| method.chars().count() <= METHOD),
            order_id: object.metadata("order_id").and_then(|id| Uuid::try_parse(id).ok()),
            order_number: object.metadata("order_number"),
        })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_payment_is_named_by_its_intent_or_its_charge() {
        let payload = json!({ "data": { "object": { "id": "x_1", "payment_intent": "pi_1", "charge": "ch_1" } } });
        let object = Object::of(&payload).expect("an object");
        for (topic, intent, charge) in [
            ("payment_intent.succeeded", Some("x_1"), None),
            ("charge.succeeded", Some("pi_1"), Some("x_1")),
            ("charge.refunded", Some("pi_1"), Some("x_1")),
            ("charge.refund.updated", Some("pi_1"), Some("ch_1")),
            ("charge.dispute.created", Some("pi_1"), Some("ch_1")),
            ("refund.created", Some("pi_1"), Some("ch_1")),
        ] {
            assert_eq!(Names::read(topic, object), Names { intent, charge }, "{topic}");
        }
    }
}
