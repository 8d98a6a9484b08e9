//! What an order would cost, by the arithmetic of placing one, and with its refusals.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    lines::{self, demands_of_lines},
    wanted::wanting,
};
use crate::{
    Result, Service,
    pricing::{DiscountUse, Priced, PricedLine},
    refusal::At,
    settings, stock, value,
};

wanting! {
    /// What an order would be placed for.
    Quote {}
}

/// What an order would come to, all amounts in its currency.
#[derive(Clone, Debug, PartialEq)]
pub struct Quoted {
    /// The customer, if there is one already.
    pub customer_id: Option<Uuid>,
    /// The currency.
    pub currency: String,
    /// The lines, in the order of the input.
    pub lines: Vec<QuotedLine>,
    /// Of all lines, before discounts.
    pub subtotal_amount: Decimal,
    /// Taken off all lines.
    pub discount_amount: Decimal,
    /// Whether prices contain their tax.
    pub tax_included: bool,
    /// Tax on top, that on shipping too.
    pub tax_amount: Decimal,
    /// Tax that is contained in the prices.
    pub included_tax_amount: Decimal,
    /// What sending it costs.
    pub shipping_amount: Decimal,
    /// The tax on or in it.
    pub shipping_tax_amount: Decimal,
    /// The total.
    pub total_amount: Decimal,
    /// The discounts that would be used.
    pub discounts: Vec<QuotedDiscount>,
    /// Whether it is less than an order of a commercial customer should come to.
    pub below_minimum: bool,
}

/// A line of a quote.
#[derive(Clone, Debug, PartialEq)]
pub struct QuotedLine {
    /// What would be bought.
    pub variant_id: Uuid,
    /// Its SKU.
    pub sku: Option<String>,
    /// What the line would be called.
    pub title: String,
    /// How many pieces.
    pub quantity: i32,
    /// What a piece costs by the lists.
    pub list_price: Option<Decimal>,
    /// What a piece would cost.
    pub price: Decimal,
    /// Taken off all pieces.
    pub discount_amount: Decimal,
    /// The rate of the tax.
    pub tax_percentage: Decimal,
    /// Tax on top.
    pub tax_amount: Decimal,
    /// Tax that is contained in the price.
    pub included_tax_amount: Decimal,
    /// The total.
    pub total_amount: Decimal,
}

/// A discount of a quote.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct QuotedDiscount {
    /// The discount.
    pub discount_id: Uuid,
    /// What it would take off.
    pub amount: Decimal,
}

/// What an order would come to, now. Nothing is kept.
pub async fn quote(service: &Service, quote: &Quote) -> Result<Quoted> {
    value::check(quote)?;
    let source = service.source();
    let settings = settings::load(&source).await?;
    let (buyer, priced) = lines::price(&source, &settings, &quote.wanted()).await?;
    stock::check_covered(&source, &settings, &demands_of_lines(&priced.lines)).await.at(["lines"])?;
    Ok(Quoted::of(buyer.id, priced))
}

impl Quoted {
    fn of(customer_id: Option<Uuid>, priced: Priced) -> Self {
        let discount = |used: &DiscountUse| QuotedDiscount { discount_id: used.discount_id, amount: used.amount };
        Self {
            customer_id,
            currency: priced.currency,
            lines: priced.lines.into_iter().map(QuotedLine::of).collect(),
            subtotal_amount: priced.subtotal_amount,
            discount_amount: priced.discount_amount,
            tax_included: priced.tax_included,
            tax_amount: priced.tax_amount,
            included_tax_amount: priced.included_tax_amount,
            shipping_amount: priced.shipping_amount,
            shipping_tax_amount: priced.shipping_tax_amount,
            total_amount: priced.total_amount,
            discounts: priced.uses.iter().map(discount).collect(),
            below_minimum: priced.below_minimum,
        }
    }
}

impl QuotedLine {
    fn of(line: PricedLine) -> Self {
        Self {
            variant_id: line.variant_id,
            sku: line.sku,
            title: line.title,
            quantity: line.quantity,
            list_price: line.list_price,
            price: line.price,
            discount_amount: line.discount_amount,
            tax_percentage: line.tax_percentage,
            tax_amount: line.tax_amount,
            included_tax_amount: line.included_tax_amount,
            total_amount: line.total_amount,
        }
    }
}
