//! Answers as JSON text. A value that was written already stands in an answer as [`Value::Binary`]: no field of the schema
//! has that type, and the text goes to the client as it is.

use async_graphql::Value;
use uuid::Uuid;

/// JSON text that is being written.
pub type Json = Vec<u8>;

/// A part of an answer that was written already.
pub fn written(json: Json) -> Value {
    Value::Binary(json.into())
}

/// Writes a value of an answer.
pub fn value(json: &mut Json, value: &Value) {
    match value {
        Value::Null => null(json),
        Value::Boolean(value) => display(json, value),
        Value::Number(number) => display(json, number),
        Value::String(value) => text(json, value),
        Value::Enum(name) => text(json, name),
        Value::Binary(written) => json.extend_from_slice(written),
        Value::List(items) => list(json, items, |json, item| self::value(json, item)),
        Value::Object(fields) => {
            json.push(b'{');
            for (index, (name, field)) in fields.iter().enumerate() {
                key(json, index, name);
                self::value(json, field);
            }
            json.push(b'}');
        }
    }
}

/// Writes `null`.
pub fn null(json: &mut Json) {
    json.extend_from_slice(b"null");
}

/// Writes a text, in quotes.
pub fn text(json: &mut Json, text: &str) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(json, text);
}

/// Writes an id, in quotes.
pub fn id(json: &mut Json, id: Uuid) {
    let mut digits = [0; uuid::fmt::Hyphenated::LENGTH];
    quoted(json, id.as_hyphenated().encode_lower(&mut digits));
}

/// Writes a text without anything that JSON would escape, in quotes.
pub fn quoted(json: &mut Json, text: &str) {
    json.push(b'"');
    json.extend_from_slice(text.as_bytes());
    json.push(b'"');
}

/// Writes what JSON shows as it is: a number, true or false.
pub fn display(json: &mut Json, shown: &impl std::fmt::Display) {
    use std::io::Write;
    // Writing to memory does not fail.
    let _ = write!(json, "{shown}");
}

/// Writes the name of the field with this index in an object. Names of GraphQL need no escapes.
pub fn key(json: &mut Json, index: usize, name: &str) {
    if index > 0 {
        json.push(b',');
    }
    quoted(json, name);
    json.push(b':');
}

/// Writes a list.
pub fn list<T>(json: &mut Json, items: impl IntoIterator<Item = T>, mut write: impl FnMut(&mut Json, T)) {
    json.push(b'[');
    for (index, item) in items.into_iter().enumerate() {
        if index > 0 {
            json.push(b',');
        }
        write(json, item);
    }
    json.push(b']');
}
