//! Orders and their items, made of priced lines.

use entity::{
    order_items, orders,
    sea_orm_active_enums::{FinancialStatus, FulfillmentStatus, OrderStatus},
};
use rust_decimal::Decimal;
use serde_json::Value as Json;
use uuid::Uuid;

use super::wanted::{Wanted, list, texts};
use crate::{
    Result, UnitOfWork,
    customers::{Buyer, find_buyer},
    database::Source,
    pricing::{self, Destination, Priced, PricedLine, Wish, WishLine, rate},
    refusal::{Code, Refusal},
    settings::Settings,
    stock::{Demand, Taken},
};

/// Where orders come from unless the caller says.
pub(super) const SOURCE: &str = "api";
/// The tag of orders that come to less than those of commercial customers should.
const BELOW_MINIMUM: &str = "below-minimum";

/// Prices what is wanted: who buys, and what it comes to. A quote, a draft and an order ask alike.
pub(super) async fn price(source: &impl Source, settings: &Settings, wanted: &Wanted) -> Result<(Buyer, Priced)> {
    wanted.check()?;
    let buyer = find_buyer(source, wanted.customer_id, wanted.email.as_deref()).await?;
    let wish = wanted.wish(buyer.id)?;
    let facts = pricing::load(source, settings, &wish).await?;
    Ok((buyer, pricing::price(&wish, &facts, settings)?))
}

/// A new order: a draft of what was priced.
pub(super) fn draft(
    unit: &UnitOfWork,
    order_number: String,
    wanted: &Wanted,
    buyer: &Buyer,
    priced: &Priced,
) -> orders::Model {
    let mut order = orders::Model {
        id: Uuid::now_v7(),
        shopify_order_id: None,
        order_number,
        customer_id: buyer.id,
        status: OrderStatus::Draft,
        subtotal_amount: Decimal::ZERO,
        discount_amount: Decimal::ZERO,
        tax_amount: Decimal::ZERO,
        shipping_amount: Decimal::ZERO,
        total_amount: Decimal::ZERO,
        currency: priced.currency.clone(),
        fulfillment_status: FulfillmentStatus::Unfulfilled,
        financial_status: FinancialStatus::Pending,
        version: 1,
        created_at: unit.now().into(),
        updated_at: unit.now().into(),
        source: SOURCE.to_owned(),
        placed_by_agent_id: None,
        email: buyer.email.clone(),
        shipping_address: wanted.shipping_address.clone(),
        billing_address: wanted.billing_address.clone(),
        note: wanted.note.clone(),
        tags: tags(&wanted.tags, priced),
        shipping_method: None,
        discount_codes: list(&wanted.discount_codes),
        tax_included: false,
        included_tax_amount: Decimal::ZERO,
        shipping_tax_amount: Decimal::ZERO,
        captured_amount: Decimal::ZERO,
        refunded_amount: Decimal::ZERO,
        exchange_rate_e10: rate::SAME,
        report_amount: Decimal::ZERO,
        hold_expires_at: None,
        valid_until: None,
        placed_at: None,
        confirmed_at: None,
        completed_at: None,
        cancelled_at: None,
        cancel_reason: None,
        source_updated_at: None,
    };
    apply(&mut order, priced);
    order
}

/// What an order has, to be priced with the prices that its items have.
pub(super) fn wish(order: &orders::Model, items: &[order_items::Model], customer_id: Option<Uuid>) -> Result<Wish> {
    let lines = items.iter().enumerate().map(|(index, item)| kept(index, item)).collect::<Result<_, Refusal>>()?;
    // What sending costs was agreed, unless a method says it.
    let shipping_amount = order.shipping_method.is_none().then_some(order.shipping_amount);
    Ok(Wish {
        order_id: Some(order.id),
        customer_id,
        currency: Some(order.currency.clone()),
        lines,
        destination: order.shipping_address.as_ref().and_then(Destination::of),
        shipping_method: order.shipping_method.clone(),
        shipping_amount,
        discount_codes: texts(&order.discount_codes),
    })
}

/// A line with the prices of an item; refused if its variant is gone.
pub(super) fn kept(index: usize, item: &order_items::Model) -> Result<WishLine, Refusal> {
    WishLine::kept(index, item).ok_or_else(|| {
        Refusal::new(
            Code::NotForSale,
            format!("the variant {:?} was deleted: its line can only be removed", item.title),
        )
    })
}

/// The tags of an order; one says that it is below the minimum of commercial customers.
pub(super) fn tags(wanted: &[String], priced: &Priced) -> Json {
    let mut tags: Vec<String> = wanted.iter().filter(|tag| *tag != BELOW_MINIMUM).cloned().collect();
    if priced.below_minimum {
        tags.push(BELOW_MINIMUM.to_owned());
    }
    list(&tags)
}

/// Writes the amounts of priced lines into an order.
pub(super) fn apply(order: &mut orders::Model, priced: &Priced) {
    order.subtotal_amount = priced.subtotal_amount;
    order.discount_amount = priced.discount_amount;
    order.tax_amount = priced.tax_amount;
    order.included_tax_amount = priced.included_tax_amount;
    order.shipping_amount = priced.shipping_amount;
    order.shipping_tax_amount = priced.shipping_tax_amount;
    order.total_amount = priced.total_amount;
    order.tax_included = priced.tax_included;
    order.shipping_method.clone_from(&priced.shipping_method);
    order.exchange_rate_e10 = priced.exchange_rate_e10;
    order.report_amount = priced.report_amount;
}

/// A new item of an order.
pub(super) fn item(unit: &UnitOfWork, order_id: Uuid, position: i32, line: &PricedLine) -> order_items::Model {
    order_items::Model {
        id: Uuid::now_v7(),
        order_id,
        product_variant_id: Some(line.variant_id),
        sku: line.sku.clone(),
        title: line.title.clone(),
        quantity: line.quantity,
        price: line.price,
        discount_amount: line.discount_amount,
        tax_amount: line.tax_amount,
        total_amount: line.total_amount,
        version: 1,
        created_at: unit.now().into(),
        updated_at: unit.now().into(),
        position,
        list_price: line.list_price,
        tax_percentage: line.tax_percentage,
        included_tax_amount: line.included_tax_amount,
        fulfilled_quantity: 0,
        cancelled_quantity: 0,
        returned_quantity: 0,
        refunded_quantity: 0,
        shopify_line_item_id: None,
    }
}

/// The new items of an order, in the order of the lines.
pub(super) fn items(unit: &UnitOfWork, order_id: Uuid, lines: &[PricedLine]) -> Vec<order_items::Model> {
    (0..).zip(lines).map(|(position, line)| item(unit, order_id, position, line)).collect()
}

/// Writes what a line costs now into an item that is there; its version moves if it is another item by that.
pub(super) fn reprice(unit: &UnitOfWork, item: &mut order_items::Model, line: &PricedLine) {
    let before = item.clone();
    item.quantity = line.quantity;
    item.price = line.price;
    item.list_price = line.list_price;
    item.discount_amount = line.discount_amount;
    item.tax_percentage = line.tax_percentage;
    item.tax_amount = line.tax_amount;
    item.included_tax_amount = line.included_tax_amount;
    item.total_amount = line.total_amount;
    if *item != before {
        touch(unit, item);
    }
}

/// Counts a change of an item.
pub(super) fn touch(unit: &UnitOfWork, item: &mut order_items::Model) {
    item.version += 1;
    item.updated_at = unit.now().into();
}

/// The pieces that items want of the stock, by their places; items whose variant is gone want none.
pub(super) fn demands(items: &[order_items::Model]) -> Vec<Demand> {
    let demand = |(line, item): (usize, &order_items::Model)| {
        let quantity = item.quantity - item.cancelled_quantity - item.fulfilled_quantity;
        let variant_id = item.product_variant_id.filter(|_| quantity > 0)?;
        Some(Demand { line, variant_id, quantity, location: None })
    };
    items.iter().enumerate().filter_map(demand).collect()
}

/// The pieces that items want more of the stock, by their places; items whose variant is gone want none.
pub(super) fn demands_of(items: &[(&order_items::Model, i32)]) -> Vec<Demand> {
    let demand = |(line, (item, quantity)): (usize, &(&order_items::Model, i32))| {
        Some(Demand { line, variant_id: item.product_variant_id?, quantity: *quantity, location: None })
    };
    items.iter().enumerate().filter_map(demand).collect()
}

/// The pieces that priced lines want of the stock, by their places.
pub(super) fn demands_of_lines(lines: &[PricedLine]) -> Vec<Demand> {
    let demand = |(line, priced): (usize, &PricedLine)| Demand {
        line,
        variant_id: priced.variant_id,
        quantity: priced.quantity,
        location: None,
    };
    lines.iter().enumerate().map(demand).collect()
}

/// The pieces that were taken, each with its item.
pub(super) fn of_items<'a>(items: &[order_items::Model], taken: &'a [Taken]) -> Vec<(Uuid, &'a Taken)> {
    taken.iter().filter_map(|taken| Some((items.get(taken.line)?.id, taken))).collect()
}

/// By how many percent at most the price of an item is below its list price; 0 of nothing.
pub(super) fn largest_reduction<'a>(items: impl IntoIterator<Item = &'a order_items::Model>) -> Decimal {
    items.into_iter().filter_map(|item| reduction(item.list_price?, item.price)).max().unwrap_or_default()
}

fn reduction(list_price: Decimal, price: Decimal) -> Option<Decimal> {
    let less = (list_price - price).max(Decimal::ZERO);
    (less * Decimal::ONE_HUNDRED).checked_div(list_price)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reduction_is_a_part_of_the_list_price() {
        for (list_price, price, expected) in [
            (100, 100, Some(0)),
            (100, 120, Some(0)),
            (200, 150, Some(25)),
            (10, 0, Some(100)),
            (0, 0, None),
            (0, 5, None),
        ] {
            let found = reduction(Decimal::from(list_price), Decimal::from(price));
            assert_eq!(found, expected.map(Decimal::from), "{list_price} {price}");
        }
    }
}
