//! What a piece costs before anything is agreed or taken off.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    facts::{Facts, Variant},
    rate,
};
use crate::{
    money::{currency, round},
    refusal::{Code, Refusal},
    settings::{Settings, Surcharge},
};

/// Where a price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PriceSource {
    /// From a price list.
    PriceList,
    /// From the variant itself.
    Variant,
    /// From the variant, converted from the currency of its product.
    Converted,
}

/// The list price of a piece.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct UnitPrice {
    pub(super) amount: Decimal,
    pub(super) source: PriceSource,
    /// The entry of the price list.
    pub(super) entry_id: Option<Uuid>,
}

/// The list price of a piece, given how many pieces of the variant are bought.
pub(super) fn unit_price(
    variant: &Variant,
    pieces: i64,
    facts: &Facts,
    settings: &Settings,
    currency: &str,
) -> Result<UnitPrice, Refusal> {
    let found = listed(variant, pieces, facts).or_else(|| own(variant, facts, settings, currency));
    let Some(mut price) = found else {
        let message = format!("the variant {} has no price in {currency}", variant.id);
        return Err(Refusal::new(Code::NoPrice, message));
    };
    if let (Some(surcharge), Some(size)) = (&settings.surcharge, &variant.size)
        && is_large(size, surcharge)
    {
        let factor = Decimal::ONE + surcharge.percentage / Decimal::ONE_HUNDRED;
        price.amount = round(price.amount * factor, currency::step(currency));
    }
    match price.amount > currency::max_price() {
        true => Err(Refusal::new(Code::NoPrice, format!("the price of {} is too large in {currency}", variant.id))),
        false => Ok(price),
    }
}

/// The lowest price of the lists that fit.
fn listed(variant: &Variant, pieces: i64, facts: &Facts) -> Option<UnitPrice> {
    let fits = facts.prices.iter().filter(|entry| entry.variant_id == variant.id);
    let fits = fits.filter(|entry| i64::from(entry.min_quantity) <= pieces);
    let lowest = fits.min_by_key(|entry| (entry.price, entry.id))?;
    Some(UnitPrice { amount: lowest.price, source: PriceSource::PriceList, entry_id: Some(lowest.id) })
}

/// The variant's own price, converted if it may be.
fn own(variant: &Variant, facts: &Facts, settings: &Settings, currency: &str) -> Option<UnitPrice> {
    if variant.currency == currency {
        return Some(UnitPrice { amount: variant.price, source: PriceSource::Variant, entry_id: None });
    }
    if !settings.convert_prices {
        return None;
    }
    let rate = facts.rates.iter().find(|rate| rate.base == variant.currency && rate.quote == currency)?;
    let amount = rate::converted(variant.price, rate.rate_e10, currency::step(currency));
    Some(UnitPrice { amount, source: PriceSource::Converted, entry_id: None })
}

/// Whether a size such as `53x72`, width first, is beyond what the surcharge leaves out.
fn is_large(size: &str, surcharge: &Surcharge) -> bool {
    let side = |text: &str| text.trim_matches(|letter: char| !letter.is_ascii_digit()).parse::<Decimal>().ok();
    let Some((width, height)) = size.split_once(['x', 'X', '×']) else { return false };
    let (Some(width), Some(height)) = (side(width), side(height)) else { return false };
    width > surcharge.width || height > surcharge.height
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn large_sizes_are_told_from_others() {
        let surcharge =
            Surcharge { percentage: Decimal::from(20), width: Decimal::from(36), height: Decimal::from(48) };
        for (size, large) in [
            ("53x72", true),
            ("36x48", false),
            ("24x36", false),
            ("36.5x48", true),
            ("36 x 49 in", true),
            ("36\" × 48\"", false),
            ("40X20", true),
            ("60", false),
            ("", false),
            ("x", false),
            ("100xL", false),
            ("one size", false),
        ] {
            assert_eq!(is_large(size, &surcharge), large, "{size}");
        }
    }
}
