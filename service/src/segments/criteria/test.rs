//! What is asked of an expression: an operator with what it compares to.

use chrono::TimeDelta;

use super::{given::Given, operand::Operand};
use crate::{database::Sql, refusal::Refusal};

/// A question about a value of a type.
#[derive(Debug, PartialEq)]
pub(super) enum Test<T> {
    /// Whether it is one of some values, or is none of them: null is none.
    OneOf(Vec<T>, bool),
    /// How it compares.
    Compare(Comparison, T),
    /// Whether it is one of two values, or lies between them.
    Between(T, T),
    /// Whether it is null.
    IsNull(bool),
    /// Whether a text has a part.
    Contains(String),
    /// Whether a text begins so.
    StartsWith(String),
    /// Whether a moment lies in the last days.
    Within(TimeDelta),
    /// Whether a moment lies before the last days.
    Before(TimeDelta),
}

/// How values compare.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Comparison {
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

impl Comparison {
    const fn operator(self) -> &'static str {
        match self {
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    fn holds<T: PartialOrd>(self, value: &T, other: &T) -> bool {
        match self {
            Self::Less => value < other,
            Self::LessOrEqual => value <= other,
            Self::Greater => value > other,
            Self::GreaterOrEqual => value >= other,
        }
    }
}

impl<T: Operand> Test<T> {
    /// Reads the question of a condition.
    pub(super) fn read(given: &Given<'_>) -> Result<Self, Refusal> {
        let compare = |how| -> Result<Self, Refusal> { Ok(Self::Compare(how, given.operand()?)) };
        match given.operator(T::OPERATORS)? {
            "eq" => Ok(Self::OneOf(vec![given.operand()?], true)),
            "ne" => Ok(Self::OneOf(vec![given.operand()?], false)),
            "in" => Ok(Self::OneOf(given.operands()?, true)),
            "notIn" => Ok(Self::OneOf(given.operands()?, false)),
            "lt" => compare(Comparison::Less),
            "lte" => compare(Comparison::LessOrEqual),
            "gt" => compare(Comparison::Greater),
            "gte" => compare(Comparison::GreaterOrEqual),
            "between" => match <[T; 2]>::try_from(given.operands::<T>()?) {
                Ok([from, to]) => Ok(Self::Between(from, to)),
                Err(_) => Err(given.refuse("value", "`value` must be a list of two values: from, and to")),
            },
            "isNull" => Ok(Self::IsNull(given.flag("value")?)),
            "contains" => Ok(Self::Contains(given.text("value")?.to_owned())),
            "startsWith" => Ok(Self::StartsWith(given.text("value")?.to_owned())),
            "withinDays" => Ok(Self::Within(given.days("value")?)),
            _ => Ok(Self::Before(given.days("value")?)),
        }
    }

    /// Writes it about an expression. Of a null one it may be NULL, which counts as false.
    pub(super) fn write(&self, sql: &mut Sql, of: &str) {
        match self {
            Self::OneOf(values, is_wanted) => {
                sql.write(format_args!("({of}"));
                T::among(values, sql);
                sql.push(if *is_wanted { ")" } else { ") IS NOT TRUE" });
            }
            Self::Compare(how, value) => {
                sql.write(format_args!("{of} {} ", how.operator()));
                value.bind(sql);
            }
            Self::Between(from, to) => {
                sql.write(format_args!("{of} BETWEEN "));
                from.bind(sql);
                sql.push(" AND ");
                to.bind(sql);
            }
            Self::IsNull(is) => {
                sql.write(format_args!("{of} IS {}NULL", if *is { "" } else { "NOT " }));
            }
            Self::Contains(part) => {
                sql.contains(format_args!("{of}"), part);
            }
            Self::StartsWith(start) => {
                let length = start.chars().count();
                sql.write(format_args!("substr({of}, 1, {length}) = ")).bind(start.as_str());
            }
            Self::Within(length) => {
                sql.write(format_args!("{of} >= ")).ago(*length);
            }
            Self::Before(length) => {
                sql.write(format_args!("{of} < ")).ago(*length);
            }
        }
    }

    /// The answer for a value that is known, or for null.
    pub(super) fn holds(&self, value: Option<&T>) -> bool {
        match (self, value) {
            (Self::OneOf(values, is_wanted), value) => value.is_some_and(|value| values.contains(value)) == *is_wanted,
            (Self::IsNull(is), value) => value.is_none() == *is,
            (Self::Compare(how, other), Some(value)) => how.holds(value, other),
            (Self::Between(from, to), Some(value)) => from <= value && value <= to,
            // These are asked of texts and moments, none of which is known before.
            (Self::Contains(_) | Self::StartsWith(_) | Self::Within(_) | Self::Before(_), _) => false,
            (Self::Compare(..) | Self::Between(..), None) => false,
        }
    }
}
