//! Values as they are compared.

use std::cmp::Ordering;

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

/// A value of a column, or a figure, to be compared with another of the same kind.
#[derive(Clone, Debug)]
pub(super) enum Worth {
    /// So many units, shared by so many.
    Number(i128, i128),
    Moment(DateTime<Utc>),
    /// Compared by its bytes.
    Text(String),
    Boolean(bool),
}

impl Worth {
    pub(super) fn whole(units: i128) -> Self {
        Self::Number(units, 1)
    }

    /// The units of a number that is not shared.
    pub(super) fn units(&self) -> i128 {
        match self {
            Self::Number(units, 1) => *units,
            other => panic!("{other:?} is no whole number"),
        }
    }
}

impl Ord for Worth {
    fn cmp(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Number(a, m), Self::Number(b, n)) => (a * n).cmp(&(b * m)),
            (Self::Moment(a), Self::Moment(b)) => a.cmp(b),
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Boolean(a), Self::Boolean(b)) => a.cmp(b),
            _ => panic!("{self:?} is not compared with {other:?}"),
        }
    }
}

impl PartialOrd for Worth {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Worth {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Worth {}

/// A decimal in units of 10⁻ᵈ; it has no more digits.
pub(super) fn units(text: &str, digits: u32) -> i128 {
    let number: Decimal = text.parse().expect("a decimal");
    number.mantissa() * 10_i128.pow(digits - number.scale())
}

/// Units of 10⁻ᵈ as a decimal that shows all its digits.
pub(super) fn decimal(units: i128, digits: u32) -> String {
    Decimal::from_i128_with_scale(units, digits).to_string()
}
