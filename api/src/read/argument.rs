//! The arguments of a field, and what its filters say before anything is selected by them.
//!
//! A null is refused, wherever it stands but in `isNull`: as no condition at all it would select every row.

use async_graphql::{Context, InputType, InputValueError, Pos, Value};
use service::{
    Error, Result,
    refusal::{Code, Refusal},
    value::{NUL, is_storable},
};

/// The most values in a list of a filter, and in all of them.
const LIST: usize = 1_000;
const VALUES: usize = 5_000;
/// The longest text that a filter compares with, in bytes.
const TEXT: usize = 1_024;
/// The deepest JSON document that a filter compares with, and its most members.
const DOCUMENT: usize = 8;
const MEMBERS: usize = 100;
/// Lists that a column is asked to have some or all values of.
const PARTS: [&str; 2] = ["hasAny", "hasAll"];
/// The most values of these.
const MAX_PARTS: usize = 100;

/// Refuses a filter with a null, or a value that the database cannot hold. `place` leads from the argument to the
/// filter; an argument that is null or was left out is no filter.
pub fn check(ctx: &Context<'_>, place: &[&str]) -> Result<()> {
    let arguments = ctx.field().arguments().map_err(|error| Error::invalid(error.message))?;
    let Some((argument, inner)) = place.split_first() else { return Ok(()) };
    let Some((_, value)) = arguments.iter().find(|(name, _)| name.as_str() == *argument) else { return Ok(()) };
    let mut value = value;
    for name in inner {
        let Value::Object(fields) = value else { return Ok(()) };
        let Some(field) = fields.get(*name) else { return Ok(()) };
        value = field;
    }
    if *value == Value::Null && inner.is_empty() {
        return Ok(());
    }
    // Paths are told from `input` on, as everywhere.
    let path = if inner.is_empty() { place } else { inner };
    Walk { path: path.iter().map(|name| (*name).to_owned()).collect(), values: 0, members: 0 }.condition(value)
}

/// Reads an argument.
pub fn value<T: InputType>(name: &str, value: Value) -> Result<Option<T>> {
    Option::parse(Some(value)).map_err(|error: InputValueError<Option<T>>| {
        Error::invalid(format!("`{name}`: {}", plain(&error.into_server_error(Pos::default()).message)))
    })
}

/// What is wrong with a value, without the types that it was found in.
pub fn plain(message: &str) -> String {
    let (reason, _) = message.split_once(" (occurred while parsing \"").unwrap_or((message, ""));
    if let Some(expected) = reason.strip_prefix("Expected input type ") {
        let (kind, _) = expected.split_once(", found ").unwrap_or((expected, ""));
        return format!("a value of the type {kind} is expected");
    }
    match reason.strip_prefix("Failed to parse ").and_then(|reason| reason.split_once(": ")) {
        // The reason of the library does not show what is expected.
        Some((kind @ "\"Decimal\"", _)) => format!("not a valid {kind}: write a number such as 1299.00"),
        Some((kind, reason)) => format!("not a valid {kind}: {reason}"),
        None => reason.to_owned(),
    }
}

struct Walk {
    path: Vec<String>,
    values: usize,
    members: usize,
}

impl Walk {
    fn condition(&mut self, value: &Value) -> Result<()> {
        match value {
            Value::Null => Err(self.refused("is null, which is not a condition: leave it out, or use `isNull`")),
            Value::Object(fields) => fields.iter().try_for_each(|(name, value)| match (name.as_str(), value) {
                ("isNull", Value::Null) => Ok(()),
                ("contains", Value::Null | Value::String(_)) => self.below(name, |walk| walk.condition(value)),
                ("contains", document) => self.below(name, |walk| walk.document(document, 1)),
                _ => self.below(name, |walk| walk.condition(value)),
            }),
            Value::List(items) => {
                let is_part = self.path.last().is_some_and(|name| PARTS.contains(&name.as_str()));
                self.list(items.len(), if is_part { MAX_PARTS } else { LIST })?;
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, item)| self.below(&index.to_string(), |walk| walk.condition(item)))
            }
            Value::String(text) => self.text(text),
            _ => Ok(()),
        }
    }

    /// JSON that is compared with: null is a value there.
    fn document(&mut self, value: &Value, depth: usize) -> Result<()> {
        if depth > DOCUMENT && matches!(value, Value::List(_) | Value::Object(_)) {
            let message = format!("`{}` nests more than {DOCUMENT} levels deep", self.path.join("."));
            return Err(Error::limit(message));
        }
        match value {
            Value::Object(fields) => {
                self.members(fields.len())?;
                fields.iter().try_for_each(|(name, value)| {
                    self.text(name)?;
                    self.below(name, |walk| walk.document(value, depth + 1))
                })
            }
            Value::List(items) => {
                self.members(items.len())?;
                items
                    .iter()
                    .enumerate()
                    .try_for_each(|(index, item)| self.below(&index.to_string(), |walk| walk.document(item, depth + 1)))
            }
            Value::String(text) => self.text(text),
            _ => Ok(()),
        }
    }

    fn list(&mut self, values: usize, most: usize) -> Result<()> {
        if values > most {
            let message = format!("`{}` has {values} values, at most {most} are allowed", self.path.join("."));
            return Err(Error::limit(message));
        }
        self.values += values;
        match self.values > VALUES {
            true => Err(Error::limit(format!("the filter compares with more than {VALUES} values"))),
            false => Ok(()),
        }
    }

    fn members(&mut self, members: usize) -> Result<()> {
        self.members += members;
        match self.members > MEMBERS {
            true => Err(Error::limit(format!("the filter compares with JSON of more than {MEMBERS} members"))),
            false => Ok(()),
        }
    }

    fn text(&self, text: &str) -> Result<()> {
        if text.len() > TEXT {
            let (place, length) = (self.path.join("."), text.len());
            return Err(Error::limit(format!("`{place}` has {length} bytes, at most {TEXT} are allowed")));
        }
        match is_storable(text) {
            true => Ok(()),
            false => Err(self.refused(&format!("cannot be compared: {NUL}"))),
        }
    }

    fn below(&mut self, name: &str, check: impl FnOnce(&mut Self) -> Result<()>) -> Result<()> {
        self.path.push(name.to_owned());
        check(self)?;
        self.path.pop();
        Ok(())
    }

    fn refused(&self, why: &str) -> Error {
        Refusal::new(Code::Invalid, format!("`{}` {why}", self.path.join("."))).at(&self.path).into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_value_is_told_without_the_types_around_it() {
        assert_eq!(
            plain("Expected input type \"ID\", found 5. (occurred while parsing \"X\")"),
            "a value of the type \"ID\" is expected"
        );
    }
}
