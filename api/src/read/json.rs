//! Answers as JSON text. A value that was written already stands in an answer as [`Value::Binary`]: no field of the schema
//! has that type, and the text goes to the client as it is.

use async_graphql::Value;
use chrono::{DateTime, Datelike, Timelike, Utc};
use uuid::Uuid;

/// JSON text that is being written.
pub type Json = Vec<u8>;

/// Text of more bytes is long: who makes or copies it keeps others waiting, and leaves the runtime for it.
pub const LONG: usize = 1 << 20;

/// A part of an answer that was written already.
pub fn written(json: Json) -> Value {
    Value::Binary(json.into())
}

/// Whether the text of a value is long.
pub fn is_long(value: &Value) -> bool {
    let mut left = LONG;
    !fits(value, &mut left)
}

/// Whether a value has about as many bytes as are left: quotes, commas and digits are few beside the rest.
fn fits(value: &Value, left: &mut usize) -> bool {
    let bytes = match value {
        Value::Binary(written) => written.len(),
        Value::String(text) => text.len(),
        _ => 1,
    };
    let Some(rest) = left.checked_sub(bytes) else { return false };
    *left = rest;
    match value {
        Value::List(items) => items.iter().all(|item| fits(item, left)),
        Value::Object(fields) => fields.values().all(|field| fits(field, left)),
        _ => true,
    }
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
        Value::List(items) => list(json, items, self::value),
        Value::Object(fields) => {
            json.push(b'{');
            for (index, (name, field)) in fields.iter().enumerate() {
                if index > 0 {
                    json.push(b',');
                }
                // Documents of clients have any names.
                text(json, name);
                json.push(b':');
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

/// Writes a point in time as RFC 3339 has it, with as many digits of the second as it needs: none, 3, 6 or 9.
pub fn moment(json: &mut Json, at: &DateTime<Utc>) {
    let date = at.date_naive();
    let (Ok(year), nanos) = (u32::try_from(date.year()), at.nanosecond()) else {
        return quoted(json, &at.to_rfc3339());
    };
    // Other years have more digits, and a leap second counts to 60: rare enough for the library's way, which is slower.
    if year > 9999 || nanos >= 1_000_000_000 {
        return quoted(json, &at.to_rfc3339());
    }
    json.push(b'"');
    digits(json, 4, year);
    for (mark, value) in
        [(b'-', date.month()), (b'-', date.day()), (b'T', at.hour()), (b':', at.minute()), (b':', at.second())]
    {
        json.push(mark);
        digits(json, 2, value);
    }
    let (count, fraction) = match nanos {
        0 => (0, 0),
        nanos if nanos % 1_000_000 == 0 => (3, nanos / 1_000_000),
        nanos if nanos % 1000 == 0 => (6, nanos / 1000),
        nanos => (9, nanos),
    };
    if count > 0 {
        json.push(b'.');
        digits(json, count, fraction);
    }
    json.extend_from_slice(b"+00:00\"");
}

/// Writes the last `count` digits of a number.
fn digits(json: &mut Json, count: u32, number: u32) {
    for place in (0..count).rev() {
        json.push(b'0' + (number / 10_u32.pow(place) % 10) as u8);
    }
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

#[cfg(test)]
mod tests {
    use chrono::TimeDelta;
    use serde_json::json;

    use super::*;

    #[test]
    fn times_are_written_as_the_library_writes_them() {
        let start: DateTime<Utc> = "1970-01-01T00:00:00Z".parse().expect("a time");
        let days = [-800_000, -1, 0, 59, 19_000, 2_932_896, 2_932_897, 90_000_000];
        let seconds = [0, 1, 59, 3600, 86_399];
        let nanos = [0, 1, 999, 1000, 999_999, 1_000_000, 123_456_789, 123_456_000, 123_000_000, 999_999_999];
        for day in days {
            for (second, nano) in seconds.iter().flat_map(|second| nanos.map(|nano| (second, nano))) {
                let at = start + TimeDelta::days(day) + TimeDelta::seconds(*second) + TimeDelta::nanoseconds(nano);
                let mut text = Json::new();
                moment(&mut text, &at);
                assert_eq!(String::from_utf8_lossy(&text), json!(at.to_rfc3339()).to_string());
            }
        }
    }

    #[test]
    fn what_is_long_is_known_before_it_is_written() {
        let list = |items: usize| Value::List(vec![Value::Binary(vec![b'1'; 1 << 10].into()); items]);
        assert!(!is_long(&Value::Null) && !is_long(&list(1_000)) && is_long(&list(1_024)));
        let member = (async_graphql::Name::new("a"), Value::String("x".repeat(LONG + 1)));
        assert!(is_long(&Value::Object([member].into_iter().collect())));
        assert!(is_long(&Value::List(vec![Value::Null; LONG])));
    }

    #[test]
    fn values_are_written_as_json() {
        let value = json!({ "\"\n\u{1}": 1, "a": [null, true, -1.5, "\u{0}\"\\ é😀\n", {}], "b": { "c": [] } });
        let mut text = Json::new();
        super::value(&mut text, &Value::from_json(value.clone()).expect("a value"));
        assert_eq!(serde_json::from_slice::<serde_json::Value>(&text).expect("JSON"), value);
    }
}
