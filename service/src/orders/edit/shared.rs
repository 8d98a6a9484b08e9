//! After money was captured: pieces that go take their share of the line along, pieces that come bring their own price and
//! tax, and the discounts of other lines never change.

use entity::{order_items, orders};
use rust_decimal::Decimal;

use super::{Kept, Outcome, Plan};
use crate::{
    Result, UnitOfWork,
    money::{currency, round, share::Line, stored},
    orders::lines::{self, touch},
    pricing::{self, DiscountUse, PricedLine},
    refusal::Refusal,
    settings::Settings,
};

/// What the order comes to with these lines.
pub(super) async fn work_out(
    unit: &UnitOfWork,
    settings: &Settings,
    before: &orders::Model,
    plan: &Plan,
) -> Result<Outcome> {
    let (priced, uses) = price_new(unit, settings, before, plan).await?;
    let mut outcome = Outcome { order: before.clone(), kept: Vec::new(), removed: Vec::new(), new: Vec::new(), uses };
    for (item, quantity) in &plan.items {
        if *quantity == 0 {
            outcome.removed.push(item.clone());
            continue;
        }
        let mut changed = item.clone();
        match quantity - item.quantity {
            0 => {}
            more if more > 0 => grow(&mut changed, more, before),
            fewer => shrink(&mut changed, -fewer, before),
        }
        if changed != *item {
            touch(unit, &mut changed);
        }
        outcome.kept.push(Kept::of(item, changed));
    }
    let positions = plan.next_position()..;
    outcome.new = positions.zip(&priced).map(|(position, line)| lines::item(unit, before.id, position, line)).collect();
    sum_up(&mut outcome)?;
    Ok(outcome)
}

/// Takes pieces off a line.
fn shrink(item: &mut order_items::Model, pieces: i32, order: &orders::Model) {
    let line = Line::of(item, &order.currency).without(pieces);
    item.quantity = line.quantity;
    item.discount_amount = stored(line.discount);
    item.tax_amount = stored(line.tax);
    item.included_tax_amount = stored(line.included_tax);
    item.total_amount = total(item);
}

/// Adds pieces to a line, at its price and without a discount.
fn grow(item: &mut order_items::Model, pieces: i32, order: &orders::Model) {
    let (net, step) = (item.price * Decimal::from(pieces), currency::step(&order.currency));
    let rate = item.tax_percentage / Decimal::ONE_HUNDRED;
    item.quantity = item.quantity.saturating_add(pieces);
    match order.tax_included {
        true => item.included_tax_amount += round(net * rate / (Decimal::ONE + rate), step),
        false => item.tax_amount += round(net * rate, step),
    }
    item.total_amount = total(item);
}

fn total(item: &order_items::Model) -> Decimal {
    stored(item.price * Decimal::from(item.quantity) - item.discount_amount + item.tax_amount)
}

/// The new lines, priced by themselves, and the discounts that they use: those of lines alone, since one of the order
/// would be given again with each change. A minimum was asked for when the order was placed.
async fn price_new(
    unit: &UnitOfWork,
    settings: &Settings,
    order: &orders::Model,
    plan: &Plan,
) -> Result<(Vec<PricedLine>, Vec<DiscountUse>)> {
    if plan.new.is_empty() {
        return Ok((Vec::new(), Vec::new()));
    }
    let mut wish = lines::wish(order, &[], order.customer_id)?;
    wish.lines = plan.new.iter().map(super::plan::NewLine::wish).collect();
    wish.discount_codes = Vec::new();
    wish.shipping_method = None;
    wish.shipping_amount = Some(Decimal::ZERO);
    let facts = pricing::load(unit, settings, &wish).await?.lines_only();
    let settings = Settings { commercial_minimum: settings.commercial_minimum.flagging(), ..settings.clone() };
    let priced = pricing::price(&wish, &facts, &settings)?;
    Ok((priced.lines, priced.uses))
}

/// Writes the sums of the lines into the order; what sending it costs stays.
fn sum_up(outcome: &mut Outcome) -> Result<(), Refusal> {
    let items = || outcome.kept.iter().map(|kept| &kept.item).chain(&outcome.new);
    let sum = |amount: fn(&order_items::Model) -> Decimal| items().map(amount).sum::<Decimal>();
    let subtotal = sum(|item| item.price * Decimal::from(item.quantity));
    let discount = sum(|item| item.discount_amount);
    let (tax, included) = (sum(|item| item.tax_amount), sum(|item| item.included_tax_amount));
    let order = &mut outcome.order;
    let (on_top, inside) = match order.tax_included {
        true => (Decimal::ZERO, order.shipping_tax_amount),
        false => (order.shipping_tax_amount, Decimal::ZERO),
    };
    order.subtotal_amount = stored(subtotal);
    order.discount_amount = stored(discount);
    order.tax_amount = stored(tax + on_top);
    order.included_tax_amount = stored(included + inside);
    order.total_amount = stored(subtotal - discount + order.tax_amount + order.shipping_amount);
    let most = currency::max_amount();
    match subtotal > most || order.total_amount > most {
        true => Err(Refusal::invalid("changes", format!("the total of the order exceeds {most}"))),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn item(quantity: i32, price: i64, discount: i64, tax: i64) -> order_items::Model {
        let time = chrono::DateTime::UNIX_EPOCH.into();
        let [price, discount, tax] = [price, discount, tax].map(|cents| Decimal::new(cents, 2));
        let mut item = order_items::Model {
            id: Uuid::nil(),
            order_id: Uuid::nil(),
            product_variant_id: None,
            sku: None,
            title: "x".to_owned(),
            quantity,
            price,
            discount_amount: discount,
            tax_amount: tax,
            total_amount: Decimal::ZERO,
            version: 1,
            created_at: time,
            updated_at: time,
            position: 0,
            list_price: None,
            tax_percentage: Decimal::from(10),
            included_tax_amount: Decimal::ZERO,
            fulfilled_quantity: 0,
            cancelled_quantity: 0,
            returned_quantity: 0,
            refunded_quantity: 0,
            shopify_line_item_id: None,
        };
        item.total_amount = total(&item);
        item
    }

    #[test]
    fn pieces_that_go_take_their_share_along() {
        let line = Line::of(&item(3, 1000, 100, 290), "USD");
        let without = line.without(1);
        assert_eq!((without.quantity, without.discount, without.tax), (2, Decimal::new(67, 2), Decimal::new(193, 2)));
        let gone: Decimal = (0..3).map(|done| line.between(done, 1).amount).sum();
        assert_eq!(gone, item(3, 1000, 100, 290).total_amount);
    }
}
