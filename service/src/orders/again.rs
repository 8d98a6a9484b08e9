//! The price of an order that is there, once more: by the discounts of the day on which it was placed.

use entity::orders;

use crate::{
    Error, Result, UnitOfWork,
    pricing::{self, Priced, Wish},
    refusal::{Facts, Refusal},
    settings::Settings,
};

/// What an order comes to with these lines. Codes that do not apply to them any more are left out, and shipping costs
/// what it did where its method is not there any more.
pub(super) async fn price(
    unit: &UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    mut wish: Wish,
) -> Result<Priced> {
    let placed_at = order.placed_at.map_or_else(|| unit.now(), |time| time.to_utc());
    let facts = pricing::load(unit, settings, &wish).await?.at_time(placed_at);
    loop {
        match pricing::price(&wish, &facts, settings) {
            Err(Error::Refused(refusal))
                if leave_out(&mut wish, &refusal.facts) || keep_shipping(&mut wish, order, &refusal) => {}
            done => return done.map(|priced| Priced { shipping_method: order.shipping_method.clone(), ..priced }),
        }
    }
}

/// Keeps what sending the order costs, if its method cannot be asked for any more; whether that was the matter.
pub(super) fn keep_shipping(wish: &mut Wish, order: &orders::Model, refusal: &Refusal) -> bool {
    let is_gone = refusal.path == ["shippingMethod"] && wish.shipping_method.take().is_some();
    if is_gone {
        wish.shipping_amount = Some(order.shipping_amount);
    }
    is_gone
}

/// Leaves out a code that does not apply; whether there is one.
fn leave_out(wish: &mut Wish, details: &Facts) -> bool {
    let Facts::Discount { code, .. } = details else { return false };
    let count = wish.discount_codes.len();
    wish.discount_codes.retain(|asked| asked.trim().to_uppercase() != *code);
    wish.discount_codes.len() < count
}
