//! The fields of a line. What cannot be read is refused by the name of its field.

use rust_decimal::Decimal;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    Change,
    refusal::{Code, Refusal},
};

/// The most bytes of a line.
const LONGEST: usize = 64 << 10;

/// The fields of a line: those that nobody has asked for yet.
pub(in crate::jobs) struct Fields<'a> {
    given: Map<String, Json>,
    /// What lines have that do not say it themselves.
    defaults: &'a Map<String, Json>,
}

impl<'a> Fields<'a> {
    /// Reads a line, which must be an object.
    pub(super) fn of(line: &str, defaults: &'a Map<String, Json>) -> Result<Self, Refusal> {
        if line.len() > LONGEST {
            return Err(Refusal::new(Code::Invalid, format!("the line has more than {LONGEST} bytes")));
        }
        match serde_json::from_str(line) {
            Ok(Json::Object(given)) => Ok(Self { given, defaults }),
            Ok(_) => Err(Refusal::new(Code::Invalid, "the line must be a JSON object")),
            Err(error) => Err(Refusal::new(Code::Invalid, format!("the line is not JSON: {error}"))),
        }
    }

    /// Refuses fields that nobody has asked for.
    pub(super) fn end(&self) -> Result<(), Refusal> {
        match self.given.keys().next() {
            None => Ok(()),
            Some(name) => Err(Refusal::new(Code::Invalid, format!("the field {name:?} is not known"))),
        }
    }

    /// A text; null is none.
    pub(super) fn text(&mut self, name: &str) -> Result<Option<String>, Refusal> {
        match self.take(name) {
            None | Some(Json::Null) => Ok(None),
            Some(Json::String(text)) => Ok(Some(text)),
            Some(_) => Err(unreadable(name, "a text")),
        }
    }

    /// The same for one that must be there.
    pub(super) fn needed_text(&mut self, name: &str) -> Result<String, Refusal> {
        self.text(name)?.ok_or_else(|| Refusal::invalid(name, format!("`{name}` is missing")))
    }

    /// An id.
    pub(super) fn id(&mut self, name: &str) -> Result<Option<Uuid>, Refusal> {
        let Some(text) = self.text(name)? else { return Ok(None) };
        text.parse().map(Some).map_err(|_| unreadable(name, "an id"))
    }

    /// A whole number; null is none.
    pub(super) fn whole(&mut self, name: &str) -> Result<Option<i32>, Refusal> {
        match self.changed_whole(name)? {
            Change::Set(number) => Ok(number),
            Change::Keep => Ok(None),
        }
    }

    /// The same where null says something.
    pub(super) fn changed_whole(&mut self, name: &str) -> Result<Change<Option<i32>>, Refusal> {
        match self.take(name) {
            None => Ok(Change::Keep),
            Some(Json::Null) => Ok(Change::Set(None)),
            Some(value) => {
                let number = value.as_i64().and_then(|number| i32::try_from(number).ok());
                number.map(|number| Change::Set(Some(number))).ok_or_else(|| unreadable(name, "a whole number"))
            }
        }
    }

    /// A decimal number, as a text or a number; null says something.
    pub(super) fn changed_decimal(&mut self, name: &str) -> Result<Change<Option<Decimal>>, Refusal> {
        let text = match self.take(name) {
            None => return Ok(Change::Keep),
            Some(Json::Null) => return Ok(Change::Set(None)),
            Some(Json::String(text)) => text,
            Some(Json::Number(number)) => number.to_string(),
            Some(_) => return Err(unreadable(name, "a decimal number")),
        };
        let number = text.parse().map_err(|_| unreadable(name, "a decimal number, such as \"19.90\""))?;
        Ok(Change::Set(Some(number)))
    }

    fn take(&mut self, name: &str) -> Option<Json> {
        self.given.remove(name).or_else(|| self.defaults.get(name).cloned())
    }
}

fn unreadable(name: &str, what: &str) -> Refusal {
    Refusal::invalid(name, format!("`{name}` must be {what}"))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_a_line_does_not_say_comes_from_the_options() {
        let defaults = Map::from_iter([("location".to_owned(), json!("main")), ("reason".to_owned(), json!("count"))]);
        let line = r#"{ "location": "shop", "available": 5, "changeFromQuantity": null, "price": "1.50", "x": 1 }"#;
        let mut fields = Fields::of(line, &defaults).expect("an object");
        assert_eq!(fields.text("location"), Ok(Some("shop".to_owned())));
        assert_eq!(fields.text("reason"), Ok(Some("count".to_owned())));
        assert_eq!(fields.whole("available"), Ok(Some(5)));
        assert_eq!(fields.changed_whole("changeFromQuantity"), Ok(Change::Set(None)));
        assert_eq!(fields.changed_whole("incoming"), Ok(Change::Keep));
        assert_eq!(fields.changed_decimal("price"), Ok(Change::Set(Some(Decimal::new(150, 2)))));
        assert!(fields.end().expect_err("a field more").message.contains("\"x\""));
    }

    #[test]
    fn what_cannot_be_read_is_refused_at_its_field() {
        let defaults = Map::new();
        let line = r#"{ "sku": 1, "variantId": "no id", "available": 2147483648, "price": true, "text": "x" }"#;
        let mut fields = Fields::of(line, &defaults).expect("an object");
        assert_eq!(fields.text("sku").expect_err("refused").path, ["sku"]);
        assert_eq!(fields.id("variantId").expect_err("refused").path, ["variantId"]);
        assert_eq!(fields.whole("available").expect_err("refused").path, ["available"]);
        assert_eq!(fields.changed_decimal("price").expect_err("refused").path, ["price"]);
        assert!(fields.changed_decimal("text").is_err() && fields.needed_text("location").is_err());
        for line in ["", "1", "[]", "{", "null", &format!("\"{}\"", "x".repeat(LONGEST))] {
            assert!(Fields::of(line, &defaults).is_err(), "{line}");
        }
        assert!(Fields::of(&"[".repeat(10_000), &defaults).is_err());
    }
}
