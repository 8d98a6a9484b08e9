//! A value beside that of another period. It is compared before it is rounded.

use rust_decimal::Decimal;

use super::{Unit, target::Target};
use crate::analytics::{
    Exact,
    latest::Status,
    trend::{self, Trend},
};

/// A value beside that of another period; nothing where there is no data.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// The value, with the digits of its unit.
    pub value: Option<Decimal>,
    /// That of the other period.
    pub previous: Option<Decimal>,
    /// The value less the other one.
    pub delta: Option<Decimal>,
    /// The same divided by the size of the other one, with four digits; none where that is 0.
    pub change: Option<Decimal>,
    /// Whether it is larger.
    pub trend: Option<Trend>,
    /// The share of the data that the value is made of, with four digits; none where that is all of it.
    pub coverage: Option<Decimal>,
    /// What it should be, with the digits of its unit.
    pub target: Option<Decimal>,
    /// Whether it is so.
    pub status: Option<Status>,
}

impl Figure {
    pub(super) fn new(unit: Unit, now: Exact, before: Exact, target: Option<&Target>) -> Self {
        let both = now.value.zip(before.value);
        let delta = both.map(|(value, previous)| value - previous);
        Self {
            value: now.value.map(|value| unit.rounded(value)),
            previous: before.value.map(|value| unit.rounded(value)),
            delta: delta.map(|delta| unit.rounded(delta)),
            change: change(now, before).map(|change| Unit::Rate.rounded(change)),
            trend: trend::compare(now.value, before.value).trend,
            coverage: now.coverage.map(|coverage| Unit::Rate.rounded(coverage)),
            target: target.map(|target| unit.rounded(target.value)),
            status: target.zip(now.value).map(|(target, value)| target.status(value)),
        }
    }
}

/// How much larger a value is than another one, as a share of that; none where that is 0.
pub(super) fn change(now: Exact, before: Exact) -> Option<Decimal> {
    let (value, previous) = now.value.zip(before.value)?;
    (value - previous).checked_div(previous.abs())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn figure(unit: Unit, value: &str, previous: &str) -> Figure {
        let exact = |text: &str| Exact { value: text.parse().ok(), coverage: None };
        Figure::new(unit, exact(value), exact(previous), None)
    }

    fn text(value: Option<Decimal>) -> String {
        value.map_or("none".to_owned(), |value| value.to_string())
    }

    #[test]
    fn values_are_compared_before_they_are_rounded() {
        let revenue = figure(Unit::Money, "250.25", "400.60");
        assert_eq!((text(revenue.delta), text(revenue.change)), ("-150.35".to_owned(), "-0.3753".to_owned()));
        assert_eq!(revenue.trend, Some(Trend::Down));
        // Both are 0.10 when they are rounded.
        let close = figure(Unit::Money, "0.104", "0.095");
        assert_eq!((text(close.delta), close.trend), ("0.01".to_owned(), Some(Trend::Up)));
    }

    #[test]
    fn nothing_is_compared_with_nothing() {
        let first = figure(Unit::Count, "3", "0");
        assert_eq!((text(first.delta), text(first.change)), ("3".to_owned(), "none".to_owned()));
        assert_eq!(first.trend, Some(Trend::Up));
        let alone = figure(Unit::Rate, "0.5", "none");
        assert_eq!((text(alone.value), alone.delta, alone.trend), ("0.5000".to_owned(), None, None));
    }
}
