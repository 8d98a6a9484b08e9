//! Numbers as reports show them.

use rust_decimal::Decimal;

use super::Unit;

/// An amount that was summed in millionths, with two digits.
pub(super) fn money(millionths: i64) -> Decimal {
    Unit::Money.rounded(Decimal::new(millionths, 6))
}

/// A quotient with four digits; none where there is nothing to divide by.
pub(super) fn rate(part: impl Into<Decimal>, whole: impl Into<Decimal>) -> Option<Decimal> {
    let (part, whole): (Decimal, Decimal) = (part.into(), whole.into());
    part.checked_div(whole).map(|rate| Unit::Rate.rounded(rate))
}
