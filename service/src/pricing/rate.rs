//! Amounts in another currency. A rate is a whole number of 10⁻¹⁰: SQLite rounds no decimal with that many places.

use rust_decimal::Decimal;

use super::{Facts, Wish};
use crate::{money::round, refusal::Refusal, settings::Settings};

/// The rate of a currency to itself.
pub(crate) const SAME: i64 = 10_000_000_000;

/// An amount times a rate, rounded to the step of the other currency.
pub(crate) fn converted(amount: Decimal, rate_e10: i64, step: Decimal) -> Decimal {
    round(amount * Decimal::new(rate_e10, 10), step)
}

/// The rate from the currency of a wish to that of the shop.
pub(super) fn to_shop(wish: &Wish, facts: &Facts, settings: &Settings) -> Result<i64, Refusal> {
    let (base, quote) = (wish.currency(settings), settings.currency.as_str());
    if base == quote {
        return Ok(SAME);
    }
    let found = facts.rates.iter().find(|rate| rate.base == base && rate.quote == quote);
    found.map(|rate| rate.rate_e10).ok_or_else(|| {
        let message = format!("there is no exchange rate from {base} to {quote} for today or before");
        Refusal::invalid("currency", message)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conversion_rounds_once() {
        assert_eq!(converted(Decimal::new(1, 2), 5_000_000_000, Decimal::new(1, 2)), Decimal::new(1, 2));
        assert_eq!(converted(Decimal::new(999, 2), 1_500_000_000_000, Decimal::ONE), Decimal::from(1499));
        assert_eq!(converted(Decimal::new(12_345, 2), SAME, Decimal::new(1, 2)), Decimal::new(12_345, 2));
    }
}
