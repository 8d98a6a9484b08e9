//! What a database cannot hold, refused alike on both engines.
//!
//! PostgreSQL has no U+0000 in text and JSON, and a JSON number beyond 64 bits loses digits when it is read. What a
//! caller sends is checked where it enters (`check` for a verb and its items); [`Sql`](crate::database::Sql) refuses
//! what slips through.

use chrono::Datelike;
use sea_orm::Value;
use serde::Serialize;
use serde_json::{Number, Value as Json};

use crate::{
    Error, Result,
    refusal::{Code, Refusal},
};

/// Why a text is refused.
pub const NUL: &str = "the character U+0000 cannot be stored";
/// Why a time is refused.
pub const YEARS: &str = "a time is between the years 1 and 9999";

/// Whether both engines can hold a text.
pub fn is_storable(text: &str) -> bool {
    !text.as_bytes().contains(&0)
}

/// A text as both engines can hold it: a sign stands for what they cannot.
pub(crate) fn storable(text: impl Into<String>) -> String {
    let text = text.into();
    match is_storable(&text) {
        true => text,
        false => text.replace('\0', "\u{fffd}"),
    }
}

/// Refuses an input that has a text or a number which a database cannot hold; the path says where.
pub(crate) fn check(input: &impl Serialize) -> Result<()> {
    check_json(&json(input)?)
}

/// The same for an input written as JSON.
pub(crate) fn check_json(input: &Json) -> Result<()> {
    let mut path = Vec::new();
    match unstorable(input, &mut path) {
        Some(why) => Err(Refusal::new(Code::Invalid, why).at(named(&path)).into()),
        None => Ok(()),
    }
}

/// Refuses a JSON value that a database cannot hold; the path begins with `field`.
pub(crate) fn check_field(field: &str, value: &Json) -> Result<(), Refusal> {
    let mut path = Vec::new();
    match unstorable(value, &mut path) {
        Some(why) => {
            let path = std::iter::once(field.to_owned()).chain(path.iter().map(Step::text));
            Err(Refusal::new(Code::Invalid, why).at(path))
        }
        None => Ok(()),
    }
}

/// Refuses a text that a database cannot hold.
pub(crate) fn check_text(field: &str, text: &str) -> Result<(), Refusal> {
    match is_storable(text) {
        true => Ok(()),
        false => Err(Refusal::new(Code::Invalid, NUL).at([field])),
    }
}

/// Why a parameter cannot be bound: a text with U+0000, or a time that one of the engines does not know.
pub(crate) fn unbindable(value: &Value) -> Option<&'static str> {
    match value {
        Value::String(Some(text)) if !is_storable(text) => Some(NUL),
        Value::Json(Some(json)) => unstorable(json, &mut Vec::new()),
        Value::ChronoDateTimeUtc(Some(moment)) if !is_known_year(moment.year()) => Some(YEARS),
        Value::ChronoDateTimeWithTimeZone(Some(moment)) if !is_known_year(moment.year()) => Some(YEARS),
        Value::ChronoDate(Some(day)) if !is_known_year(day.year()) => Some(YEARS),
        Value::Array(_, Some(items)) => items.iter().find_map(unbindable),
        _ => None,
    }
}

/// Whether both engines order the days of a year as days: SQLite compares their texts.
pub fn is_known_year(year: i32) -> bool {
    (1..=9999).contains(&year)
}

/// An input as JSON.
pub(crate) fn json(input: &impl Serialize) -> Result<Json> {
    serde_json::to_value(input).map_err(|error| Error::internal(format!("no JSON can be made of it: {error}")))
}

/// One step into a JSON document.
#[derive(Clone, Copy)]
enum Step<'a> {
    Member(&'a str),
    Element(usize),
}

impl Step<'_> {
    fn text(&self) -> String {
        match self {
            Self::Member(name) => (*name).to_owned(),
            Self::Element(index) => index.to_string(),
        }
    }
}

/// Why a document cannot be stored; `path` leads to what is wrong.
fn unstorable<'a>(value: &'a Json, path: &mut Vec<Step<'a>>) -> Option<&'static str> {
    let mut inside = |step: Step<'a>, value: &'a Json| {
        path.push(step);
        let found = unstorable(value, path);
        if found.is_none() {
            path.pop();
        }
        found
    };
    match value {
        Json::String(text) => (!is_storable(text)).then_some(NUL),
        Json::Number(number) => (!is_exact(number))
            .then_some("a JSON number must be a 64-bit integer or a decimal below 2^63: send a larger one as a string"),
        Json::Array(items) => items.iter().enumerate().find_map(|(index, item)| inside(Step::Element(index), item)),
        Json::Object(members) => members.iter().find_map(|(name, value)| match is_storable(name) {
            true => inside(Step::Member(name), value),
            false => Some("a name in JSON has the character U+0000, which cannot be stored"),
        }),
        Json::Null | Json::Bool(_) => None,
    }
}

/// Whether a number is what was sent: an integer beyond 64 bits was rounded when it was read.
fn is_exact(number: &Number) -> bool {
    const LARGEST: f64 = 9_223_372_036_854_775_808.0;
    number.is_i64() || number.is_u64() || number.as_f64().is_some_and(|value| value.abs() < LARGEST)
}

/// A path of the service's own fields, as the input calls them.
fn named(path: &[Step<'_>]) -> Vec<String> {
    let mut named = Vec::with_capacity(path.len());
    // Within JSON of the caller the names are the caller's.
    let mut is_ours = true;
    for step in path {
        let text = step.text();
        match step {
            // How `Change::Set` is written.
            Step::Member("<set>") => continue,
            Step::Member(name) if is_ours => {
                is_ours = !DOCUMENTS.contains(name);
                named.push(camel(name));
            }
            _ => named.push(text),
        }
    }
    named
}

/// The fields that hold JSON of the caller.
const DOCUMENTS: &[&str] = &[
    "billing_address",
    "configuration",
    "content",
    "context",
    "criteria",
    "custom",
    "details",
    "evidence",
    "input",
    "input_data",
    "metadata",
    "options",
    "output_data",
    "patch",
    "performance_metrics",
    "shipping_address",
    "value",
];

fn camel(name: &str) -> String {
    let mut words = name.split('_');
    let mut camel = words.next().unwrap_or_default().to_owned();
    for word in words {
        let mut letters = word.chars();
        camel.extend(letters.next().map(|first| first.to_ascii_uppercase()));
        camel.push_str(letters.as_str());
    }
    camel
}
