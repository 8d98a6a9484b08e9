//! How a number compares with the one before.

use rust_decimal::Decimal;

use super::metric;

/// The direction of a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Trend {
    /// It is larger.
    Up,
    /// It is smaller.
    Down,
    /// It is about the same.
    Stable,
}

/// A number beside the one before.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Comparison {
    /// The number less the one before.
    pub delta: Option<Decimal>,
    /// The same in percent of the one before.
    pub delta_percentage: Option<Decimal>,
    /// Its direction.
    pub trend: Option<Trend>,
}

/// Compares a number with the one before. Without both there is nothing to compare.
pub fn compare(value: Option<Decimal>, previous: Option<Decimal>) -> Comparison {
    let Some((value, previous)) = value.zip(previous) else { return Comparison::default() };
    let delta = value - previous;
    let percentage = (delta * Decimal::ONE_HUNDRED).checked_div(previous.abs());
    let trend = match delta.abs() <= previous.abs() * Decimal::new(5, 3) {
        true => Trend::Stable,
        false if delta > Decimal::ZERO => Trend::Up,
        false => Trend::Down,
    };
    Comparison {
        delta: Some(metric::rounded(delta)),
        delta_percentage: percentage.map(metric::rounded),
        trend: Some(trend),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(text: &str) -> Decimal {
        text.parse().expect("a number")
    }

    #[test]
    fn half_a_percent_is_stable() {
        for (value, previous, delta, percentage, trend) in [
            ("250.25", "400.60", "-150.3500", Some("-37.5312"), Trend::Down),
            ("100.5", "100", "0.5000", Some("0.5000"), Trend::Stable),
            ("100.51", "100", "0.5100", Some("0.5100"), Trend::Up),
            ("99.5", "100", "-0.5000", Some("-0.5000"), Trend::Stable),
            ("99.49", "100", "-0.5100", Some("-0.5100"), Trend::Down),
            ("3", "0", "3.0000", None, Trend::Up),
            ("0", "0", "0.0000", None, Trend::Stable),
            ("-5", "-10", "5.0000", Some("50.0000"), Trend::Up),
        ] {
            let found = compare(Some(number(value)), Some(number(previous)));
            let shown = |value: Option<Decimal>| value.map(|value| value.to_string());
            assert_eq!(shown(found.delta).as_deref(), Some(delta), "{value} after {previous}");
            assert_eq!(shown(found.delta_percentage).as_deref(), percentage, "{value} after {previous}");
            assert_eq!(found.trend, Some(trend), "{value} after {previous}");
        }
    }

    #[test]
    fn nothing_is_compared_with_nothing() {
        for (value, previous) in [(None, Some(Decimal::ONE)), (Some(Decimal::ONE), None), (None, None)] {
            assert_eq!(compare(value, previous), Comparison::default());
        }
    }
}
