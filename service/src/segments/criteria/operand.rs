//! The types of values that conditions compare with.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::InteractionChannel;
use rust_decimal::Decimal;
use sea_orm::{ActiveEnum, Iterable};
use serde_json::Value as Json;

use crate::{database::Sql, edit::check, state, value};

/// A type of values.
pub(super) trait Operand: Sized + PartialOrd + Send + Sync + 'static {
    /// What can be asked of a value of this type.
    const OPERATORS: &'static [&'static str];

    /// Reads a value, or says what it must be.
    fn read(value: &Json) -> Result<Self, &'static str>;

    /// Adds it to a statement.
    fn bind(&self, sql: &mut Sql);

    /// Adds that what stands before is one of some values.
    fn among(values: &[Self], sql: &mut Sql) {
        sql.push(" IN ").list(values, |sql, value| value.bind(sql));
    }
}

/// A text.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(super) struct Text(pub(super) String);

/// A number.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Number(pub(super) Decimal);

/// A number without a fraction.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Whole(pub(super) i64);

/// A moment.
#[derive(Clone, Copy, Debug, PartialEq, PartialOrd)]
pub(super) struct Moment(pub(super) DateTime<Utc>);

/// How people speak with the company.
#[derive(Clone, Debug, PartialEq, PartialOrd)]
pub(super) struct Channel(String);

/// The most of a number: beyond it SQLite would round.
const MOST: i64 = 1_000_000_000_000;

impl Operand for Text {
    const OPERATORS: &'static [&'static str] = &["eq", "ne", "in", "notIn", "contains", "startsWith", "isNull"];

    fn read(value: &Json) -> Result<Self, &'static str> {
        let text = value.as_str().filter(|text| text.chars().count() <= check::NAME && value::is_storable(text));
        text.map(|text| Self(text.to_owned())).ok_or("a text of at most 255 characters")
    }

    fn bind(&self, sql: &mut Sql) {
        sql.bind(self.0.as_str());
    }

    /// As one parameter, whatever their number.
    fn among(values: &[Self], sql: &mut Sql) {
        sql.is_any_text(&values.iter().map(|text| text.0.as_str()).collect::<Vec<_>>());
    }
}

impl Operand for Number {
    const OPERATORS: &'static [&'static str] =
        &["eq", "ne", "in", "notIn", "lt", "lte", "gt", "gte", "between", "isNull"];

    fn read(value: &Json) -> Result<Self, &'static str> {
        let number = match value {
            Json::Number(number) => Decimal::from_str_exact(&number.to_string()).ok(),
            Json::String(text) => Decimal::from_str_exact(text).ok(),
            _ => None,
        };
        let fits = |number: &Decimal| number.abs() <= Decimal::from(MOST) && number.normalize().scale() <= 4;
        number.filter(fits).map(Self).ok_or("a number of at most 12 digits before and 4 behind the point")
    }

    /// A number travels as a text to SQLite, which orders texts behind all numbers.
    fn bind(&self, sql: &mut Sql) {
        sql.push("CAST(").bind(self.0).push(" AS decimal)");
    }
}

impl Operand for Whole {
    const OPERATORS: &'static [&'static str] = Number::OPERATORS;

    fn read(value: &Json) -> Result<Self, &'static str> {
        let number = value.as_i64().filter(|number| (-MOST..=MOST).contains(number));
        number.map(Self).ok_or("a whole number")
    }

    fn bind(&self, sql: &mut Sql) {
        sql.bind(self.0);
    }
}

impl Operand for Moment {
    const OPERATORS: &'static [&'static str] =
        &["lt", "lte", "gt", "gte", "between", "withinDays", "beforeDays", "isNull"];

    fn read(value: &Json) -> Result<Self, &'static str> {
        let moment = value.as_str().and_then(|text| DateTime::parse_from_rfc3339(text).ok());
        let moment = moment.map(|moment| moment.to_utc());
        let moment = moment.filter(|moment| value::unbindable(&(*moment).into()).is_none());
        moment.map(Self).ok_or("a time such as 2026-11-28T08:00:00Z")
    }

    fn bind(&self, sql: &mut Sql) {
        sql.bind(self.0);
    }
}

impl Operand for Channel {
    const OPERATORS: &'static [&'static str] = &["eq", "ne", "in", "notIn", "isNull"];

    fn read(value: &Json) -> Result<Self, &'static str> {
        let name = value.as_str();
        let channel = InteractionChannel::iter().find(|channel| Some(state::name(channel).as_str()) == name);
        let channel = channel.map(|channel| Self(channel.to_value().value.to_string()));
        channel.ok_or("EMAIL, CHAT, SMS, PHONE, WHATSAPP, SOCIAL, WEBSITE or IN_PERSON")
    }

    fn bind(&self, sql: &mut Sql) {
        sql.bind(self.0.as_str());
    }
}
