//! What values must be. PostgreSQL would round a number that SQLite refuses, and neither knows a blank name.

use std::io;

use rust_decimal::Decimal;
use serde_json::Value as Json;

use crate::refusal::{Code, Refusal};

/// The most characters of a name.
pub(crate) const NAME: usize = 255;
/// The most characters of a value of an open vocabulary.
pub(crate) const KIND: usize = 100;
/// The most characters of a long text: no input has more bytes.
pub(crate) const TEXT: usize = 64 << 10;

/// The most bytes of a JSON document.
pub(crate) const JSON: usize = 64 << 10;
/// The same for what a task or a report comes to.
pub(crate) const OUTCOME: usize = 256 << 10;

/// A bad value of a field.
pub(crate) fn invalid(field: &str, message: impl Into<String>) -> Refusal {
    Refusal::new(Code::Invalid, message).at([field])
}

/// Refuses a blank or long text.
pub(crate) fn text(field: &str, value: &str, most: usize) -> Result<(), Refusal> {
    if value.trim().is_empty() {
        return Err(invalid(field, format!("`{field}` is blank")));
    }
    match value.chars().count() > most {
        true => Err(invalid(field, format!("`{field}` has more than {most} characters"))),
        false => Ok(()),
    }
}

/// Refuses an amount that is finer than cents or has more than ten digits before the point.
pub(crate) fn amount(field: &str, value: Decimal) -> Result<(), Refusal> {
    let fits = value.normalize().scale() <= 2 && value.abs() < Decimal::from(10_000_000_000_i64);
    match fits {
        true => Ok(()),
        false => Err(invalid(field, format!("`{field}` has more than ten digits before or two after the point"))),
    }
}

/// Refuses what is no currency as ISO 4217 writes them.
pub(crate) fn currency(field: &str, value: &str) -> Result<(), Refusal> {
    match value.len() == 3 && value.bytes().all(|letter| letter.is_ascii_uppercase()) {
        true => Ok(()),
        false => Err(invalid(field, format!("`{field}` is not three capital letters such as USD"))),
    }
}

/// Refuses JSON that is no object, or too long.
pub(crate) fn object(field: &str, value: &Json, most: usize) -> Result<(), Refusal> {
    match value.is_object() {
        true => json(field, value, most),
        false => Err(invalid(field, format!("`{field}` is not an object"))),
    }
}

/// Refuses JSON that is too long.
pub(crate) fn json(field: &str, value: &Json, most: usize) -> Result<(), Refusal> {
    let mut length = Length(0);
    // Counting does not fail.
    let _ = serde_json::to_writer(&mut length, value);
    match length.0 > most {
        true => Err(invalid(field, format!("`{field}` is JSON of {} bytes, at most {most} are allowed", length.0))),
        false => Ok(()),
    }
}

/// Counts what is written.
struct Length(usize);

impl io::Write for Length {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 += bytes.len();
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Refuses a number out of its range.
pub(crate) fn within(field: &str, value: i32, range: std::ops::RangeInclusive<i32>) -> Result<(), Refusal> {
    match range.contains(&value) {
        true => Ok(()),
        false if *range.end() == i32::MAX => Err(invalid(field, format!("`{field}` is less than {}", range.start()))),
        false => Err(invalid(field, format!("`{field}` is not between {} and {}", range.start(), range.end()))),
    }
}
