//! What an order comes to.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{discount::Cut, lines::Line, tax::Tax};
use crate::money::stored;

/// The amounts of an order in its currency, rounded as the columns store them.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Priced {
    /// The currency.
    pub(crate) currency: String,
    /// The lines, in the order of the wish.
    pub(crate) lines: Vec<PricedLine>,
    /// Of all lines, before discounts.
    pub(crate) subtotal_amount: Decimal,
    /// Taken off all lines.
    pub(crate) discount_amount: Decimal,
    /// Tax on top, that on shipping too.
    pub(crate) tax_amount: Decimal,
    /// Tax that is contained in the prices, that in shipping too.
    pub(crate) included_tax_amount: Decimal,
    /// What sending it costs.
    pub(crate) shipping_amount: Decimal,
    /// The tax on or in it.
    pub(crate) shipping_tax_amount: Decimal,
    /// Subtotal − discount + tax + shipping.
    pub(crate) total_amount: Decimal,
    /// Whether prices contain their tax.
    pub(crate) tax_included: bool,
    /// The code of the shipping method, if one was asked for.
    pub(crate) shipping_method: Option<String>,
    /// The discounts that take something off, each once.
    pub(crate) uses: Vec<DiscountUse>,
    /// The rate to the currency of the shop, in units of 10⁻¹⁰.
    pub(crate) exchange_rate_e10: i64,
    /// The total in the currency of the shop.
    pub(crate) report_amount: Decimal,
    /// Whether it is below what an order of a commercial customer comes to at least.
    pub(crate) below_minimum: bool,
}

/// A line of an order.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct PricedLine {
    /// What is bought.
    pub(crate) variant_id: Uuid,
    /// Its SKU.
    pub(crate) sku: Option<String>,
    /// What the line is called.
    pub(crate) title: String,
    /// How many pieces.
    pub(crate) quantity: i32,
    /// What a piece costs by the lists; none for a line of before that has none.
    pub(crate) list_price: Option<Decimal>,
    /// What a piece costs.
    pub(crate) price: Decimal,
    /// Taken off all pieces: the line's own discount, and its part of the order's.
    pub(crate) discount_amount: Decimal,
    /// The rate of the tax.
    pub(crate) tax_percentage: Decimal,
    /// Tax on top.
    pub(crate) tax_amount: Decimal,
    /// Tax that is contained in the price.
    pub(crate) included_tax_amount: Decimal,
    /// Quantity × price − discount + tax on top.
    pub(crate) total_amount: Decimal,
}

/// What an order uses of a discount.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DiscountUse {
    /// The discount.
    pub(crate) discount_id: Uuid,
    /// What it takes off.
    pub(crate) amount: Decimal,
    /// Whether a customer can use it once.
    pub(crate) is_once: bool,
    /// Whether it can be used so often at most.
    pub(crate) is_limited: bool,
}

impl PricedLine {
    pub(super) fn new(line: &Line<'_>, discount_amount: Decimal, tax: Tax) -> Self {
        Self {
            variant_id: line.variant.id,
            sku: line.sku(),
            title: line.title(),
            quantity: line.wish.quantity,
            list_price: line.list_price.map(stored),
            price: stored(line.price),
            discount_amount: stored(discount_amount),
            tax_percentage: tax.percentage,
            tax_amount: stored(tax.on_top),
            included_tax_amount: stored(tax.included),
            total_amount: stored(line.gross - discount_amount + tax.on_top),
        }
    }
}

impl DiscountUse {
    /// The discounts of cuts, each once, with all that it takes off.
    pub(super) fn of<'a>(cuts: impl Iterator<Item = Cut<'a>>) -> Vec<Self> {
        let mut uses: Vec<Self> = Vec::new();
        for Cut { discount, amount } in cuts {
            match uses.iter_mut().find(|used| used.discount_id == discount.id) {
                Some(used) => used.amount += amount,
                None => uses.push(Self {
                    discount_id: discount.id,
                    amount: stored(amount),
                    is_once: discount.once_per_customer,
                    is_limited: discount.usage_limit.is_some(),
                }),
            }
        }
        uses
    }
}
