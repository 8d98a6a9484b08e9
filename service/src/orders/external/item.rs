//! An item of an order, as a line of another system has it.

use entity::order_items;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{check::gross, given::ExternalLine, lines::Planned};
use crate::{UnitOfWork, edit::check::invalid, money::stored, orders::lines::touch, refusal::Refusal};

/// The item of a line, as it is to be.
pub(super) fn make(
    unit: &UnitOfWork,
    order_id: Uuid,
    (position, line): (i32, &ExternalLine),
    tax_included: bool,
    before: Option<order_items::Model>,
    variant: Option<Uuid>,
) -> Result<Planned, Refusal> {
    let mut item = before.clone().unwrap_or_else(|| blank(unit, order_id));
    if line.quantity < item.fulfilled_quantity.max(item.refunded_quantity) {
        return Err(invalid("quantity", format!("more than {} pieces were sent or refunded", line.quantity)));
    }
    let (on_top, contained) =
        if tax_included { (Decimal::ZERO, line.tax_amount) } else { (line.tax_amount, Decimal::ZERO) };
    // A variant that was deleted here, or has another SKU now, is not forgotten.
    item.product_variant_id = item.product_variant_id.or(variant);
    item.sku.clone_from(&line.sku);
    item.title.clone_from(&line.title);
    item.quantity = line.quantity;
    item.price = stored(line.price);
    item.discount_amount = stored(line.discount_amount);
    item.tax_amount = stored(on_top);
    item.included_tax_amount = stored(contained);
    item.total_amount = stored(gross(line) - line.discount_amount + on_top);
    item.position = position;
    item.tax_percentage = percentage(line.tax_percentage);
    item.shopify_line_item_id = line.shopify_id.clone().or(item.shopify_line_item_id);
    let (sent, returned) = (item.fulfilled_quantity, item.returned_quantity);
    // What was sent or came back stays so; what was given up too, unless it was sent after all.
    item.fulfilled_quantity = sent.max(line.fulfilled_quantity.min(line.quantity));
    let sent_after_all = (item.fulfilled_quantity - sent).min(line.unsure_quantity);
    let cancelled = line.cancelled_quantity.max(item.cancelled_quantity - sent_after_all);
    item.cancelled_quantity = cancelled.min(line.quantity - item.fulfilled_quantity);
    item.returned_quantity = returned.max(line.returned_quantity.min(item.fulfilled_quantity));
    if before.as_ref().is_some_and(|before| *before != item) {
        touch(unit, &mut item);
    }
    let (leaving, returning) = (item.fulfilled_quantity - sent, item.returned_quantity - returned);
    Ok(Planned { before, item, leaving, returning })
}

/// A percentage as it is stored.
fn percentage(percentage: Decimal) -> Decimal {
    let mut percentage = percentage.round_dp(4);
    percentage.rescale(4);
    percentage
}

/// An item that no line has any more but that parcels, returns or refunds name: it is worth nothing, and what was not
/// sent of it will not be.
pub(super) fn emptied(unit: &UnitOfWork, before: order_items::Model) -> Planned {
    let mut item = before.clone();
    item.discount_amount = stored(item.price * Decimal::from(item.quantity));
    item.tax_amount = stored(Decimal::ZERO);
    item.included_tax_amount = stored(Decimal::ZERO);
    item.total_amount = stored(Decimal::ZERO);
    item.cancelled_quantity = item.quantity - item.fulfilled_quantity;
    if item != before {
        touch(unit, &mut item);
    }
    Planned { before: Some(before), item, leaving: 0, returning: 0 }
}

fn blank(unit: &UnitOfWork, order_id: Uuid) -> order_items::Model {
    order_items::Model {
        id: Uuid::now_v7(),
        order_id,
        product_variant_id: None,
        sku: None,
        title: String::new(),
        quantity: 0,
        price: Decimal::ZERO,
        discount_amount: Decimal::ZERO,
        tax_amount: Decimal::ZERO,
        total_amount: Decimal::ZERO,
        version: 1,
        created_at: unit.now().into(),
        updated_at: unit.now().into(),
        position: 0,
        list_price: None,
        tax_percentage: Decimal::ZERO,
        included_tax_amount: Decimal::ZERO,
        fulfilled_quantity: 0,
        cancelled_quantity: 0,
        returned_quantity: 0,
        refunded_quantity: 0,
        shopify_line_item_id: None,
    }
}
