//! What sending an order costs.

use rust_decimal::Decimal;

use super::{
    Facts, Wish,
    discount::{Cut, Discounts},
    facts::{Discount, ShippingMethod},
};
use crate::{refusal::Refusal, settings::Settings};

/// What sending costs, and the discount that makes it free.
pub(super) struct Shipping<'a> {
    pub(super) amount: Decimal,
    pub(super) free_by: Option<Cut<'a>>,
}

/// What sending a wish costs, whose lines come to these amounts: what was agreed, or the price of the method. Nothing
/// from the method's own bound on, or by a discount.
pub(super) fn shipping<'a>(
    wish: &Wish,
    facts: &Facts,
    settings: &Settings,
    discounts: &Discounts<'a>,
    net: &[Decimal],
) -> Result<Shipping<'a>, Refusal> {
    let sum: Decimal = net.iter().sum();
    let amount = match (wish.shipping_amount, method(wish, facts, settings)?) {
        (Some(agreed), _) => agreed,
        (None, Some(method)) if method.free_from.is_some_and(|bound| sum >= bound) => Decimal::ZERO,
        (None, Some(method)) => method.price,
        (None, None) => Decimal::ZERO,
    };
    // A code that does not apply is refused even where there is nothing to take off.
    let free_by = discounts.free_shipping(net)?;
    let free_by = free_by.filter(|discount| amount > Decimal::ZERO || is_free_already(wish, facts, discount));
    Ok(match free_by {
        Some(discount) => Shipping { amount: Decimal::ZERO, free_by: Some(Cut { discount, amount }) },
        None => Shipping { amount, free_by: None },
    })
}

/// Whether a discount made free what was agreed for an order that is there: only the 0 that it came to was kept.
fn is_free_already(wish: &Wish, facts: &Facts, discount: &Discount) -> bool {
    let is_agreed = wish.order_id.is_some() && wish.shipping_amount.is_some();
    is_agreed && (discount.code.is_some() || facts.own_uses.contains(&discount.id))
}

/// The method that is asked for; refused unless it sends to where the wish goes.
fn method<'a>(wish: &Wish, facts: &'a Facts, settings: &Settings) -> Result<Option<&'a ShippingMethod>, Refusal> {
    let Some(code) = &wish.shipping_method else { return Ok(None) };
    let Some(method) = facts.method.as_ref().filter(|method| method.is_active) else {
        let message = format!("there is no active shipping method {code:?} in {}", wish.currency(settings));
        return Err(Refusal::invalid("shippingMethod", message));
    };
    let country = wish.country(settings);
    match method.countries.is_empty() || method.countries.iter().any(|served| served == country) {
        true => Ok(Some(method)),
        false => {
            Err(Refusal::invalid("shippingMethod", format!("the shipping method {code:?} does not ship to {country}")))
        }
    }
}
