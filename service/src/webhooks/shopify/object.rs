//! The fields of Shopify's objects. What cannot be read is refused by the name of its field.

use chrono::{DateTime, Datelike, Utc};
use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};

use crate::{
    customers::address::{check_email, normal},
    refusal::{At, Code, Refusal},
    value,
};

/// The most characters of an id.
const ID: usize = 40;
/// What amounts are below: sums of them can be added.
const LARGEST: i64 = 1_000_000_000_000;

/// An object of Shopify.
#[derive(Clone, Copy, Debug)]
pub(super) struct Object<'a>(&'a Map<String, Json>);

impl<'a> Object<'a> {
    /// A payload, which must be an object.
    pub(super) fn of(payload: &'a Json) -> Result<Self, Refusal> {
        payload.as_object().map(Self).ok_or_else(|| Refusal::invalid("payload", "the payload must be an object"))
    }

    /// Whether there is a field, which may be null.
    pub(super) fn has(self, name: &str) -> bool {
        self.0.contains_key(name)
    }

    /// A field that is present and not null.
    fn field(self, name: &str) -> Option<&'a Json> {
        self.0.get(name).filter(|value| !value.is_null())
    }

    /// An id, which Shopify writes as a number.
    pub(super) fn optional_id(self, name: &str) -> Result<Option<String>, Refusal> {
        let Some(found) = self.field(name) else { return Ok(None) };
        let id = match found {
            Json::Number(number) if number.is_u64() => number.to_string(),
            Json::String(text) if !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit()) => text.clone(),
            _ => return Err(unreadable(name, "an id: a whole number")),
        };
        match id.len() > ID {
            true => Err(unreadable(name, "an id: a whole number")),
            false => Ok(Some(id)),
        }
    }

    /// The same for one that must be there.
    pub(super) fn id(self, name: &str) -> Result<String, Refusal> {
        self.optional_id(name)?.ok_or_else(|| unreadable(name, "an id: a whole number"))
    }

    /// An address that messages can be sent to.
    pub(super) fn email(self, name: &str) -> Option<String> {
        self.text(name).map(normal).filter(|email| check_email(name, email).is_ok())
    }

    /// A text without blanks around it; none if it is blank.
    pub(super) fn text(self, name: &str) -> Option<&'a str> {
        self.field(name).and_then(Json::as_str).map(str::trim).filter(|text| !text.is_empty())
    }

    /// A text of which only the first characters are kept.
    pub(super) fn cut(self, name: &str, most: usize) -> Option<String> {
        self.text(name).map(|text| text.chars().take(most).collect::<String>().trim_end().to_owned())
    }

    /// A yes or no.
    pub(super) fn flag(self, name: &str) -> bool {
        self.field(name).and_then(Json::as_bool).unwrap_or_default()
    }

    /// An amount, of either sign, which Shopify writes as a text.
    pub(super) fn optional_amount(self, name: &str) -> Result<Option<Decimal>, Refusal> {
        let Some(found) = self.field(name) else { return Ok(None) };
        let text = match found {
            Json::String(text) => text.trim().to_owned(),
            Json::Number(number) => number.to_string(),
            _ => return Err(unreadable(name, "a decimal number")),
        };
        let amount: Option<Decimal> = text.parse().ok();
        let amount = amount.filter(|amount| amount.abs() < Decimal::from(LARGEST));
        amount.map(Some).ok_or_else(|| unreadable(name, "a decimal number of at most twelve digits"))
    }

    /// The same for one that must be there.
    pub(super) fn amount(self, name: &str) -> Result<Decimal, Refusal> {
        self.optional_amount(name)?.ok_or_else(|| unreadable(name, "a decimal number"))
    }

    /// A whole number; none if it is missing.
    pub(super) fn optional_whole(self, name: &str) -> Result<Option<i32>, Refusal> {
        let Some(found) = self.field(name) else { return Ok(None) };
        let number = found.as_i64().and_then(|number| i32::try_from(number).ok());
        number.map(Some).ok_or_else(|| unreadable(name, "a whole number"))
    }

    /// The same for one that must be there.
    pub(super) fn whole(self, name: &str) -> Result<i32, Refusal> {
        self.optional_whole(name)?.ok_or_else(|| unreadable(name, "a whole number"))
    }

    /// A moment; none if it is missing.
    pub(super) fn time(self, name: &str) -> Result<Option<DateTime<Utc>>, Refusal> {
        let Some(text) = self.text(name) else { return Ok(None) };
        let at = DateTime::parse_from_rfc3339(text).map(|at| at.to_utc()).ok();
        let at = at.filter(|at| value::is_known_year(at.year()));
        at.map(Some).ok_or_else(|| unreadable(name, "a time, such as 2026-07-01T12:00:00Z"))
    }

    /// An object in it.
    pub(super) fn inner(self, name: &str) -> Option<Self> {
        self.field(name)?.as_object().map(Self)
    }

    /// Reads each object of a list, which may be missing.
    pub(super) fn each<T>(
        self,
        name: &str,
        mut read: impl FnMut(Self) -> Result<T, Refusal>,
    ) -> Result<Vec<T>, Refusal> {
        let items = match self.field(name) {
            None => return Ok(Vec::new()),
            Some(Json::Array(items)) => items,
            Some(_) => return Err(unreadable(name, "a list")),
        };
        let one = |(index, item): (usize, &'a Json)| {
            let object = item.as_object().map(Self).ok_or_else(not_an_object);
            object.and_then(&mut read).under([name, &index.to_string()])
        };
        items.iter().enumerate().map(one).collect()
    }

    /// The sum of an amount of each object of a list.
    pub(super) fn sum(self, list: &str, amount: &str) -> Result<Decimal, Refusal> {
        let mut sum = Decimal::ZERO;
        for found in self.each(list, |item| item.amount(amount))? {
            sum = sum.checked_add(found).ok_or_else(|| unreadable(list, "a list of amounts that can be added"))?;
        }
        Ok(sum)
    }

    /// Tags: a text with commas, or a list.
    pub(super) fn tags(self, name: &str) -> Vec<String> {
        let texts: Vec<&str> = match self.field(name) {
            Some(Json::String(text)) => text.split(',').collect(),
            Some(Json::Array(items)) => {
                items.iter().filter_map(Json::as_str).flat_map(|text| text.split(',')).collect()
            }
            _ => Vec::new(),
        };
        let mut tags: Vec<String> = Vec::new();
        for text in texts.into_iter().map(str::trim).filter(|text| !text.is_empty()) {
            let tag: String = text.chars().take(TAG).collect();
            if !tags.contains(&tag) && tags.len() < TAGS {
                tags.push(tag);
            }
        }
        tags
    }
}

/// The most characters of a tag.
const TAG: usize = 255;
/// The most tags.
const TAGS: usize = 250;

fn not_an_object() -> Refusal {
    Refusal::new(Code::Invalid, "it must be an object")
}

/// A refusal of a field.
pub(super) fn unreadable(name: &str, what: &str) -> Refusal {
    Refusal::invalid(name, format!("`{name}` must be {what}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn ids_are_numbers() {
        let payload = json!({ "a": 632_910_392_u64, "b": "42", "c": -1, "d": 1.5, "e": "x", "f": null });
        let object = Object::of(&payload).expect("an object");
        assert_eq!(object.id("a"), Ok("632910392".to_owned()));
        assert_eq!(object.id("b"), Ok("42".to_owned()));
        for name in ["c", "d", "e"] {
            assert_eq!(object.id(name).expect_err(name).path, [name]);
        }
        assert_eq!(object.optional_id("f"), Ok(None));
        assert!(object.id("g").is_err());
    }

    #[test]
    fn amounts_are_texts_of_any_length_but_numbers() {
        let payload = json!({
            "a": "199.65", "b": 7, "c": "-3.5", "d": "1e400", "e": "", "f": {}, "g": "9".repeat(100),
            "list": [{ "price": "1.10" }, { "price": "2.20" }], "bad": [{ "price": "x" }], "text": "x",
        });
        let object = Object::of(&payload).expect("an object");
        assert_eq!(object.amount("a"), Ok(Decimal::new(19_965, 2)));
        assert_eq!(object.amount("b"), Ok(Decimal::from(7)));
        assert_eq!(object.amount("c"), Ok(Decimal::new(-35, 1)));
        for name in ["d", "e", "f", "g", "missing"] {
            assert_eq!(object.amount(name).expect_err(name).path, [name]);
        }
        assert_eq!(object.sum("list", "price"), Ok(Decimal::new(330, 2)));
        assert_eq!(object.sum("missing", "price"), Ok(Decimal::ZERO));
        assert_eq!(object.sum("bad", "price").expect_err("bad").path, ["bad", "0", "price"]);
        assert_eq!(object.sum("text", "price").expect_err("text").path, ["text"]);
    }

    #[test]
    fn tags_are_a_text_with_commas() {
        let payload = json!({ "tags": " a, b,, a ,c ", "list": ["x", "y,z"] });
        let object = Object::of(&payload).expect("an object");
        assert_eq!(object.tags("tags"), ["a", "b", "c"]);
        assert_eq!(object.tags("list"), ["x", "y", "z"]);
        assert!(object.tags("missing").is_empty());
    }
}
