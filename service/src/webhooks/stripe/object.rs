//! The fields of Stripe's objects. What cannot be read is refused by the name of its field.

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use crate::{
    edit::check,
    money::{currency, stored, stripe},
    refusal::Refusal,
    value,
};

/// The most characters of a code.
const CODE: usize = 100;

/// An object of Stripe.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a>(&'a Map<String, Json>);

impl<'a> Object<'a> {
    /// The object that an event is about; none if it has none.
    pub(super) fn of(payload: &'a Json) -> Option<Self> {
        payload.get("data")?.get("object")?.as_object().map(Self)
    }

    /// A text that fits into a column; none if it is empty.
    pub(super) fn text(self, field: &str) -> Option<&'a str> {
        self.0.get(field).and_then(Json::as_str).filter(|text| fits(text))
    }

    /// A code of what went wrong; a long one is cut.
    pub(super) fn code(self, field: &str) -> Option<String> {
        self.text(field).map(|code| code.chars().take(CODE).collect())
    }

    /// The id of another object, which stands there itself or is given by its id.
    pub(super) fn reference(self, field: &str) -> Option<&'a str> {
        self.text(field).or_else(|| self.inner(field)?.text("id"))
    }

    /// An object in it.
    pub(super) fn inner(self, field: &str) -> Option<Self> {
        self.0.get(field)?.as_object().map(Self)
    }

    /// What whoever made it has noted. An empty list stands for no notes, too.
    pub(super) fn metadata(self, name: &str) -> Option<&'a str> {
        self.inner("metadata")?.text(name)
    }

    /// A yes or no.
    pub(super) fn flag(self, field: &str) -> Option<bool> {
        self.0.get(field).and_then(Json::as_bool)
    }

    /// A moment.
    pub(super) fn time(self, field: &str) -> Option<DateTime<Utc>> {
        let seconds = self.0.get(field).and_then(Json::as_i64)?;
        DateTime::from_timestamp(seconds, 0).filter(|at| value::is_known_year(at.year()))
    }

    /// Its id.
    pub(super) fn id(self) -> Result<&'a str, Refusal> {
        self.text("id").ok_or_else(|| unreadable("id", "a text of at most 255 characters"))
    }

    /// Its currency, as ISO 4217 writes it.
    pub(super) fn currency(self) -> Result<String, Refusal> {
        let code = self.text("currency").map(str::to_ascii_uppercase).unwrap_or_default();
        currency::check_code("currency", &code)?;
        Ok(code)
    }

    /// An amount, which Stripe counts in its own units.
    pub(super) fn amount(self, field: &str, code: &str) -> Result<Decimal, Refusal> {
        self.optional_amount(field, code)?.ok_or_else(|| unreadable(field, "a whole number"))
    }

    /// The same for one that may be missing.
    pub(super) fn optional_amount(self, field: &str, code: &str) -> Result<Option<Decimal>, Refusal> {
        let Some(found) = self.0.get(field).filter(|found| !found.is_null()) else { return Ok(None) };
        let units = found.as_i64().ok_or_else(|| unreadable(field, "a whole number"))?;
        let Some(amount) = stripe::from_units(units, code) else {
            let step = currency::step(code);
            return Err(unreadable(field, &format!("a multiple of {step} {code}; it is {units} of Stripe's units")));
        };
        currency::check_amount(field, amount, code)?;
        Ok(Some(stored(amount)))
    }
}

/// Whether a text fits into a column.
fn fits(text: &str) -> bool {
    !text.is_empty() && text.chars().count() <= check::NAME
}

fn unreadable(field: &str, what: &str) -> Refusal {
    Refusal::invalid(field, format!("`{field}` must be {what}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn amount(object: &Json) -> Result<String, String> {
        let object = Object(object.as_object().expect("an object"));
        let read = object.currency().and_then(|code| object.amount("amount", &code));
        read.map(|amount| amount.to_string()).map_err(|refusal| refusal.path.join("."))
    }

    #[test]
    fn amounts_are_counted_as_stripe_does() {
        for (units, code, expected) in [
            (json!(1250), "usd", Ok("12.50")),
            (json!(500), "jpy", Ok("500.00")),
            (json!(1200), "isk", Ok("12.00")),
            (json!(1250), "isk", Err("amount")),
            (json!(1200), "ugx", Ok("12.00")),
            (json!(12), "mga", Ok("12.00")),
            (json!(5120), "kwd", Ok("5.12")),
            (json!(5124), "kwd", Err("amount")),
            (json!(-1), "usd", Err("amount")),
            (json!(12.5), "usd", Err("amount")),
            (json!("1250"), "usd", Err("amount")),
            (json!(i64::MAX), "usd", Err("amount")),
            (Json::Null, "usd", Err("amount")),
            (json!(1), "xxx", Err("currency")),
            (json!(1), "dollars", Err("currency")),
        ] {
            let found = amount(&json!({ "amount": units, "currency": code }));
            assert_eq!(found.as_deref().map_err(String::as_str), expected, "{units} {code}");
        }
    }

    #[test]
    fn references_are_ids_or_whole_objects() {
        let payload = json!({ "data": { "object": {
            "payment_intent": { "id": "pi_1", "object": "payment_intent" },
            "charge": "ch_1",
            "customer": null,
            "long": "x".repeat(256),
            "metadata": [],
        } } });
        let object = Object::of(&payload).expect("an object");
        assert_eq!(object.reference("payment_intent"), Some("pi_1"));
        assert_eq!(object.reference("charge"), Some("ch_1"));
        assert_eq!((object.reference("customer"), object.text("long")), (None, None));
        assert_eq!(object.metadata("order_id"), None);
        assert!(Object::of(&json!({})).is_none());
    }
}
