//! The value of a column of a row, whatever its type is: how it is written, and carried in a cursor.

use chrono::{DateTime, NaiveDate, SecondsFormat, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Document;
use uuid::Uuid;

use super::json::{self, Json};

/// A value that was read.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Null.
    Null,
    /// A key.
    Id(Uuid),
    /// A text.
    Text(String),
    /// A whole number.
    Int(i32),
    /// True or false.
    Boolean(bool),
    /// A decimal number with the digits of its column.
    Decimal(Decimal),
    /// A point in time.
    DateTime(DateTime<Utc>),
    /// A day.
    Date(NaiveDate),
    /// A JSON document.
    Json(Document),
    /// Texts.
    Texts(Vec<String>),
    /// Keys.
    Ids(Vec<Uuid>),
    /// A value of a closed vocabulary, by its name in GraphQL.
    Choice(&'static str),
}

impl Cell {
    /// Writes it as an answer shows it.
    pub fn write(&self, json: &mut Json) {
        match self {
            Self::Null => json::null(json),
            Self::Id(id) => json::id(json, *id),
            Self::Text(text) => json::text(json, text),
            Self::Int(number) => json::display(json, number),
            Self::Boolean(value) => json::display(json, value),
            Self::Decimal(number) => json::quoted(json, &number.to_string()),
            Self::DateTime(at) => json::moment(json, at),
            Self::Date(day) => json::quoted(json, &day.to_string()),
            // Writing to memory does not fail.
            Self::Json(document) => drop(serde_json::to_writer(json, document)),
            Self::Texts(texts) => json::list(json, texts, |json, text| json::text(json, text)),
            Self::Ids(ids) => json::list(json, ids, |json, id| json::id(json, *id)),
            Self::Choice(name) => json::quoted(json, name),
        }
    }

    /// The value as a cursor carries it; nothing for null, and for JSON, which nothing is ordered by.
    pub fn key(&self) -> Option<String> {
        match self {
            Self::Id(id) => Some(id.simple().to_string()),
            Self::Text(text) => Some(text.clone()),
            Self::Int(number) => Some(number.to_string()),
            Self::Boolean(value) => Some(value.to_string()),
            Self::Decimal(number) => Some(number.to_string()),
            Self::DateTime(at) => Some(at.to_rfc3339_opts(SecondsFormat::Micros, true)),
            Self::Date(day) => Some(day.to_string()),
            Self::Choice(name) => Some((*name).to_owned()),
            Self::Null | Self::Json(_) | Self::Texts(_) | Self::Ids(_) => None,
        }
    }

    /// About how many bytes it keeps.
    pub fn size(&self) -> usize {
        match self {
            Self::Text(text) => text.len(),
            Self::Json(document) => size(document),
            Self::Texts(texts) => texts.iter().map(String::len).sum(),
            Self::Ids(ids) => size_of_val(ids.as_slice()),
            _ => size_of::<Self>(),
        }
    }

    /// The key that it is, if it is one.
    pub fn id(&self) -> Option<Uuid> {
        match self {
            Self::Id(id) => Some(*id),
            _ => None,
        }
    }
}

fn size(document: &Document) -> usize {
    size_of::<Document>()
        + match document {
            Document::String(text) => text.len(),
            Document::Array(items) => items.iter().map(size).sum(),
            Document::Object(members) => members.iter().map(|(name, value)| name.len() + size(value)).sum(),
            _ => 0,
        }
}
