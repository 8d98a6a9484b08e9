//! How Stripe counts amounts: as ISO 4217 does, but for three currencies.

use rust_decimal::Decimal;

use super::currency::{exponent, scaled, unscaled};

/// How many decimals Stripe's units of a currency have.
fn decimals(code: &str) -> Option<u32> {
    match code {
        // Hundredths, of which only whole ones are allowed.
        "ISK" | "UGX" => Some(2),
        "MGA" => Some(0),
        _ => exponent(code),
    }
}

/// An amount in Stripe's units; none for what Stripe cannot charge, or no currency.
pub fn to_units(amount: Decimal, code: &str) -> Option<i64> {
    scaled(amount, decimals(code)?, code)
}

/// The amount for a number of Stripe's units; none if it is no multiple of the step, or the currency is unknown.
pub fn from_units(units: i64, code: &str) -> Option<Decimal> {
    unscaled(units, decimals(code)?, code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn three_currencies_are_counted_differently() {
        for (amount, code, units) in [
            (Decimal::from(12), "ISK", 1200),
            (Decimal::from(12), "UGX", 1200),
            (Decimal::from(12), "MGA", 12),
            (Decimal::from(12), "JPY", 12),
            (Decimal::from(12), "USD", 1200),
            (Decimal::from(12), "KWD", 12_000),
        ] {
            assert_eq!(to_units(amount, code), Some(units), "{code}");
            assert_eq!(from_units(units, code), Some(amount), "{code}");
        }
        assert_eq!(from_units(1250, "ISK"), None);
        assert_eq!(to_units(Decimal::new(125, 1), "MGA"), None);
    }
}
