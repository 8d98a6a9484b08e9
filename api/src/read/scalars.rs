//! Scalars that GraphQL's own set and the library's lack.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, ID, InputType, InputValueError, InputValueResult, OutputType, Positioned, Scalar, ScalarType,
    ServerResult, Value, parser::types::Field, registry::Registry,
};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, SubsecRound, Utc};
use rust_decimal::Decimal;
use service::value::{YEARS, is_known_year};
use uuid::Uuid;

/// The key of a row: a UUID, shown as GraphQL's `ID`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Id(pub Uuid);

impl Id {
    fn text(self) -> String {
        self.0.as_hyphenated().to_string()
    }
}

impl InputType for Id {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <ID as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        match value {
            Some(Value::String(text)) => id(&text).map_err(InputValueError::custom),
            other => Err(InputValueError::expected_type(other.unwrap_or_default())),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.text())
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

impl OutputType for Id {
    fn type_name() -> Cow<'static, str> {
        <ID as OutputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <ID as OutputType>::create_type_info(registry)
    }

    async fn resolve(&self, _: &ContextSelectionSet<'_>, _: &Positioned<Field>) -> ServerResult<Value> {
        Ok(Value::String(self.text()))
    }
}

/// A moment that a client sends, shown as `DateTime`: within the years that both engines order, and as fine as both
/// keep it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Moment(pub DateTime<Utc>);

impl InputType for Moment {
    type RawValueType = Self;

    fn type_name() -> Cow<'static, str> {
        <DateTime<Utc> as InputType>::type_name()
    }

    fn create_type_info(registry: &mut Registry) -> String {
        <DateTime<Utc> as InputType>::create_type_info(registry)
    }

    fn parse(value: Option<Value>) -> InputValueResult<Self> {
        let Some(Value::String(text)) = &value else {
            return Err(InputValueError::expected_type(value.unwrap_or_default()));
        };
        moment(text).map_err(InputValueError::custom)
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// The longest text of an input, in bytes.
const TEXT: usize = 64 << 10;

/// What is wrong with the text of a scalar, told before anything is executed.
pub fn flaw(scalar: &str, value: &Value) -> Option<String> {
    let Value::String(text) = value else { return None };
    match scalar {
        "String" => long(text),
        "ID" => id(text).err(),
        "DateTime" => moment(text).err(),
        "Date" => day(text).err(),
        "Decimal" => {
            text.parse::<Decimal>().err().map(|_| format!("{} is not a decimal number such as 1299.00", shown(text)))
        }
        _ => None,
    }
}

/// What is wrong with a text that is too long.
pub fn long(text: &str) -> Option<String> {
    let length = text.len();
    (length > TEXT).then(|| format!("it has {length} bytes, at most {TEXT} are allowed"))
}

/// A value in a message: the beginning tells which one it is.
pub(super) fn shown(text: &str) -> String {
    let mut shown: String = text.chars().take(40).collect();
    if shown.len() < text.len() {
        shown.push('…');
    }
    format!("{shown:?}")
}

fn id(text: &str) -> Result<Id, String> {
    Uuid::try_parse(text).map(Id).map_err(|_| format!("{} is not an id: ids are UUIDs", shown(text)))
}

fn moment(text: &str) -> Result<Moment, String> {
    match DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc()) {
        Ok(moment) if is_known_year(moment.year()) => Ok(Moment(moment.trunc_subsecs(6))),
        Ok(_) => Err(format!("{} is out of range: {YEARS}", shown(text))),
        Err(_) => Err(format!("{} is not a time such as 2026-11-01T08:30:00Z (RFC 3339)", shown(text))),
    }
}

fn day(text: &str) -> Result<Date, String> {
    match text.parse::<NaiveDate>() {
        Ok(day) if is_known_year(day.year()) => Ok(Date(day)),
        Ok(_) => Err(format!("{} is out of range: {YEARS}", shown(text))),
        Err(_) => Err(format!("{} is not a date such as 2026-11-01", shown(text))),
    }
}

/// A calendar date, `YYYY-MM-DD`, without time or time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Date(pub NaiveDate);

/// A calendar date, `YYYY-MM-DD`, without time or time zone.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => day(text).map_err(InputValueError::custom),
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
