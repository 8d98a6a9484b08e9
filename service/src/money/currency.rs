//! The currencies of ISO 4217 that people pay with, and how fine the amounts of each are.
//!
//! An amount is a multiple of its currency's *step*, the smallest amount that there is. Columns have two decimals, and
//! card networks want a last digit of 0 where a currency has three: its step is 0.01 as well.

use rust_decimal::{Decimal, prelude::ToPrimitive};

use crate::refusal::Refusal;

/// No decimals.
const WHOLE: &str = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX VND VUV XAF XOF XPF";
/// Two decimals.
const HUNDREDTHS: &str = "AED AFN ALL AMD ANG AOA ARS AUD AWG AZN BAM BBD BDT BGN BMD BND BOB BRL BSD BTN BWP BYN BZD \
                          CAD CDF CHF CNY COP CRC CUP CVE CZK DKK DOP DZD EGP ERN ETB EUR FJD FKP GBP GEL GHS GIP GMD \
                          GTQ GYD HKD HNL HTG HUF IDR ILS INR IRR JMD KES KGS KHR KPW KYD KZT LAK LBP LKR LRD LSL MAD \
                          MDL MGA MKD MMK MNT MOP MRU MUR MVR MWK MXN MYR MZN NAD NGN NIO NOK NPR NZD PAB PEN PGK PHP \
                          PKR PLN QAR RON RSD RUB SAR SBD SCR SDG SEK SGD SHP SLE SOS SRD SSP STN SVC SYP SZL THB TJS \
                          TMT TOP TRY TTD TWD TZS UAH USD UYU UZS VED VES WST XCD XCG YER ZAR ZMW ZWG";
/// Three decimals.
const THOUSANDTHS: &str = "BHD IQD JOD KWD LYD OMR TND";

/// How many decimals a currency has; none if there is no such currency.
pub fn exponent(code: &str) -> Option<u32> {
    let has = |codes: &str| codes.split(' ').any(|known| known == code);
    let of = |(codes, exponent)| has(codes).then_some(exponent);
    [(HUNDREDTHS, 2), (WHOLE, 0), (THOUSANDTHS, 3)].into_iter().find_map(of)
}

/// The smallest amount of a currency: 1 where it has no decimals, else 0.01.
pub fn step(code: &str) -> Decimal {
    if exponent(code) == Some(0) { Decimal::ONE } else { Decimal::new(1, 2) }
}

/// Whether an amount is a multiple of its currency's step.
pub fn is_multiple(amount: Decimal, code: &str) -> bool {
    amount.normalize().scale() <= step(code).scale()
}

/// The largest amount that is stored.
pub fn max_amount() -> Decimal {
    Decimal::new(999_999_999_999, 2)
}

/// The largest price of a piece that is stored.
pub fn max_price() -> Decimal {
    Decimal::new(9_999_999_999, 2)
}

/// Refuses what is no currency.
pub fn check_code(field: &str, code: &str) -> Result<(), Refusal> {
    match exponent(code) {
        Some(_) => Ok(()),
        None => Err(Refusal::invalid(field, format!("`{field}` must be a currency code of ISO 4217, such as \"USD\""))),
    }
}

/// Refuses an amount, of either sign, that is too large or no multiple of its currency's step. `code` is a currency.
pub fn check(field: &str, amount: Decimal, code: &str) -> Result<(), Refusal> {
    let most = max_amount();
    if amount.abs() > most {
        return Err(Refusal::invalid(field, format!("`{field}` must be at most {most}")));
    }
    if !is_multiple(amount, code) {
        let message = format!("`{field}` must be a multiple of {}, as all amounts in {code} are", step(code));
        return Err(Refusal::invalid(field, message));
    }
    Ok(())
}

/// Refuses a negative amount, and what [`check`] refuses.
pub fn check_amount(field: &str, amount: Decimal, code: &str) -> Result<(), Refusal> {
    if amount < Decimal::ZERO {
        return Err(Refusal::invalid(field, format!("`{field}` must be at least 0")));
    }
    check(field, amount, code)
}

/// Refuses what is no price of a piece: a negative one, one that is too large, or what [`check`] refuses.
pub fn check_price(field: &str, price: Decimal, code: &str) -> Result<(), Refusal> {
    let most = max_price();
    if price > most {
        return Err(Refusal::invalid(field, format!("`{field}` must be at most {most}")));
    }
    check_amount(field, price, code)
}

/// An amount in the currency's smallest unit, as most providers count: 5.12 KWD is 5120, 500 JPY is 500. None for what
/// is no multiple of the step, or no currency.
pub fn to_minor(amount: Decimal, code: &str) -> Option<i64> {
    scaled(amount, exponent(code)?, code)
}

/// The amount for a number of minor units; none if it is no multiple of the step, or the currency is unknown.
pub fn from_minor(units: i64, code: &str) -> Option<Decimal> {
    unscaled(units, exponent(code)?, code)
}

/// How many units of 10^-exponent an amount is.
pub(super) fn scaled(amount: Decimal, exponent: u32, code: &str) -> Option<i64> {
    let units = amount.checked_mul(Decimal::from(10_u64.pow(exponent)))?;
    (is_multiple(amount, code) && units.is_integer()).then(|| units.to_i64()).flatten()
}

/// The amount for a number of units of 10^-exponent.
pub(super) fn unscaled(units: i64, exponent: u32, code: &str) -> Option<Decimal> {
    let amount = Decimal::try_new(units, exponent).ok()?.normalize();
    is_multiple(amount, code).then_some(amount)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::seed::rng::Rng;

    fn amount(text: &str) -> Decimal {
        text.parse().expect("a decimal")
    }

    fn all() -> impl Iterator<Item = &'static str> {
        [HUNDREDTHS, WHOLE, THOUSANDTHS].into_iter().flat_map(|codes| codes.split(' '))
    }

    #[test]
    fn codes_are_three_capital_letters_and_listed_once() {
        let mut codes: Vec<&str> = all().collect();
        assert!(codes.iter().all(|code| code.len() == 3 && code.bytes().all(|letter| letter.is_ascii_uppercase())));
        let count = codes.len();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), count);
        assert!(check_code("currency", "USD").is_ok());
        for code in ["", "usd", "US", "USD ", "XXX"] {
            assert!(check_code("currency", code).is_err(), "{code}");
        }
    }

    #[test]
    fn amounts_are_multiples_of_the_step() {
        for (text, code, allowed) in [
            ("12.50", "USD", true),
            ("12.505", "USD", false),
            ("500", "JPY", true),
            ("500.00", "JPY", true),
            ("500.5", "JPY", false),
            ("5.12", "KWD", true),
            ("5.124", "KWD", false),
            ("-3.10", "EUR", true),
            ("9999999999.99", "EUR", true),
            ("10000000000", "EUR", false),
            ("79228162514264337593543950335", "EUR", false),
            ("0.0000000000000000000000000001", "EUR", false),
        ] {
            assert_eq!(check("amount", amount(text), code).is_ok(), allowed, "{text} {code}");
        }
        assert!(check_amount("amount", amount("-0.01"), "USD").is_err());
        assert!(check_price("price", amount("100000000"), "USD").is_err());
        let refusal = check("amount", amount("5.124"), "KWD").expect_err("refused");
        assert_eq!(refusal.path, ["amount"]);
    }

    #[test]
    fn minor_units_use_the_exponent() {
        for (text, code, units) in
            [("5.12", "KWD", 5120), ("500", "JPY", 500), ("12.5", "USD", 1250), ("-0.01", "EUR", -1), ("0", "ISK", 0)]
        {
            assert_eq!(to_minor(amount(text), code), Some(units), "{text} {code}");
            assert_eq!(from_minor(units, code), Some(amount(text)), "{units} {code}");
        }
        assert_eq!(from_minor(5124, "KWD"), None);
        assert_eq!(to_minor(amount("5.124"), "KWD"), None);
        assert_eq!(to_minor(Decimal::MAX, "USD"), None);
        assert_eq!((to_minor(Decimal::ONE, "XXX"), from_minor(1, "XXX")), (None, None));
    }

    #[test]
    fn minor_units_of_every_currency_lead_back() {
        let mut rng = Rng::new(7);
        for code in all() {
            for _ in 0..50 {
                let amount = Decimal::from(rng.between(-10_000_000, 999_999_999_999)) * step(code);
                let units = to_minor(amount, code).expect("a multiple of the step");
                assert_eq!(from_minor(units, code), Some(amount), "{amount} {code}");
            }
        }
    }
}
