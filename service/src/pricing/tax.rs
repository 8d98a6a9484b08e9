//! Tax, by line: on top of prices, or contained in them.

use rust_decimal::Decimal;

use super::{Facts, Wish, facts::TaxRate};
use crate::money::round;

/// The decimals of a percentage.
const DECIMALS: u32 = 4;
/// The tax class of shipping.
const STANDARD: &str = "standard";

/// What is due where an order is sent.
pub(super) struct Taxes<'a> {
    rates: &'a [TaxRate],
    region: &'a str,
    /// Whether prices contain the tax; alike for a country.
    pub(super) are_included: bool,
    step: Decimal,
}

/// The tax on an amount: one of the two is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Tax {
    pub(super) percentage: Decimal,
    /// On top of the amount.
    pub(super) on_top: Decimal,
    /// Contained in the amount.
    pub(super) included: Decimal,
}

impl<'a> Taxes<'a> {
    /// The taxes of a wish, rounded to the step.
    pub(super) fn new(wish: &'a Wish, facts: &'a Facts, step: Decimal) -> Self {
        let are_included = facts.taxes.iter().any(|rate| rate.is_included);
        Self { rates: &facts.taxes, region: wish.region(), are_included, step }
    }

    /// The tax on a line of this class.
    pub(super) fn on_line(&self, class: &str, net: Decimal) -> Tax {
        self.on(net, self.rate(class))
    }

    /// The tax on shipping: that of the standard class, where it is due on shipping.
    pub(super) fn on_shipping(&self, amount: Decimal) -> Tax {
        self.on(amount, self.rate(STANDARD).filter(|rate| rate.on_shipping))
    }

    /// The rate of the region, else that of the country.
    fn rate(&self, class: &str) -> Option<&'a TaxRate> {
        let of = |region: &str| self.rates.iter().find(|rate| rate.tax_class == class && rate.region == region);
        of(self.region).or_else(|| of(""))
    }

    fn on(&self, net: Decimal, rate: Option<&TaxRate>) -> Tax {
        let mut percentage = rate.map(|rate| rate.percentage).unwrap_or_default();
        percentage.rescale(DECIMALS);
        let (on_top, included) = match self.are_included {
            true => (Decimal::ZERO, net * percentage / (Decimal::ONE_HUNDRED + percentage)),
            false => (net * percentage / Decimal::ONE_HUNDRED, Decimal::ZERO),
        };
        Tax { percentage, on_top: round(on_top, self.step), included: round(included, self.step) }
    }
}
