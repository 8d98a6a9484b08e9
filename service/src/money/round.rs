//! Rounding: half away from zero, as receipts, sales-tax rules and both databases do it.

use rust_decimal::{Decimal, RoundingStrategy::MidpointAwayFromZero};

/// Rounds to a multiple of a currency's step, which is 1 or 0.01.
pub fn round(amount: Decimal, step: Decimal) -> Decimal {
    amount.round_dp_with_strategy(step.normalize().scale(), MidpointAwayFromZero)
}

/// An amount written as columns keep it, with two decimals: both engines show it alike.
pub fn stored(mut amount: Decimal) -> Decimal {
    amount.rescale(2);
    amount
}

/// The share of an amount that falls to `part` of `whole`, rounded to the step. All of it for the whole, nothing where
/// there is no whole.
pub fn proportion(amount: Decimal, part: Decimal, whole: Decimal, step: Decimal) -> Decimal {
    if part == whole {
        return amount;
    }
    let share = amount.checked_mul(part).and_then(|product| product.checked_div(whole));
    round(share.unwrap_or_default(), step)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn halves_go_away_from_zero() {
        let cent = Decimal::new(1, 2);
        for (thousandths, cents) in [(1005, 101), (1015, 102), (1025, 103), (-1005, -101), (1004, 100), (0, 0)] {
            assert_eq!(round(Decimal::new(thousandths, 3), cent), Decimal::new(cents, 2), "{thousandths}");
        }
        assert_eq!(round(Decimal::new(25, 1), Decimal::ONE), Decimal::from(3));
        assert_eq!(round(Decimal::new(-5, 1), Decimal::ONE), Decimal::from(-1));
    }

    #[test]
    fn amounts_are_shown_with_two_decimals() {
        for (amount, shown) in [(Decimal::from(500), "500.00"), (Decimal::new(75, 1), "7.50"), (Decimal::ZERO, "0.00")]
        {
            assert_eq!(stored(amount).to_string(), shown);
        }
    }

    #[test]
    fn a_proportion_of_the_whole_is_all_of_it() {
        let (amount, cent) = (Decimal::new(1000, 2), Decimal::new(1, 2));
        assert_eq!(proportion(amount, Decimal::ONE, Decimal::from(3), cent), Decimal::new(333, 2));
        assert_eq!(proportion(amount, Decimal::TWO, Decimal::from(3), cent), Decimal::new(667, 2));
        assert_eq!(proportion(amount, Decimal::from(3), Decimal::from(3), cent), amount);
        assert_eq!(proportion(amount, Decimal::ONE, Decimal::ZERO, cent), Decimal::ZERO);
    }
}
