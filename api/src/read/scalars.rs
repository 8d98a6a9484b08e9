//! Scalars that GraphQL's own set and the library's lack.

use std::borrow::Cow;

use async_graphql::{
    ContextSelectionSet, ID, InputType, InputValueError, InputValueResult, OutputType, Positioned, Scalar, ScalarType,
    ServerResult, Value, parser::types::Field, registry::Registry,
};
use chrono::{DateTime, Datelike, NaiveDate, SecondsFormat, SubsecRound, Utc};
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
            Some(Value::String(text)) => match Uuid::try_parse(&text) {
                Ok(id) => Ok(Self(id)),
                Err(_) => Err(InputValueError::custom(format!("`{text}` is not an id: ids are UUIDs"))),
            },
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
        let moment = DateTime::parse_from_rfc3339(text).map(|moment| moment.to_utc());
        let moment =
            moment.map_err(|_| InputValueError::custom(format!("`{text}` is not a moment written as RFC 3339")))?;
        match is_known_year(moment.year()) {
            true => Ok(Self(moment.trunc_subsecs(6))),
            false => Err(InputValueError::custom(format!("`{text}` is out of range: {YEARS}"))),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_rfc3339_opts(SecondsFormat::Micros, true))
    }

    fn as_raw_value(&self) -> Option<&Self> {
        Some(self)
    }
}

/// A calendar day, `YYYY-MM-DD`, without a time and without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Date(pub NaiveDate);

/// A calendar day, `YYYY-MM-DD`, without a time and without a time zone.
#[Scalar(specified_by_url = "https://www.rfc-editor.org/rfc/rfc3339#section-5.6")]
impl ScalarType for Date {
    fn parse(value: Value) -> InputValueResult<Self> {
        match &value {
            Value::String(text) => match text.parse::<NaiveDate>() {
                Ok(day) if is_known_year(day.year()) => Ok(Self(day)),
                Ok(_) => Err(InputValueError::custom(format!("`{text}` is out of range: {YEARS}"))),
                Err(_) => Err(InputValueError::custom(format!("`{text}` is not a day written as YYYY-MM-DD"))),
            },
            _ => Err(InputValueError::expected_type(value)),
        }
    }

    fn to_value(&self) -> Value {
        Value::String(self.0.to_string())
    }
}
