//! Orders with their lines.

use entity::{
    discount_uses, order_items, orders,
    sea_orm_active_enums::OrderStatus::{self, Cancelled, Completed, Pending},
};
use rust_decimal::Decimal;
use serde_json::json;

use super::{
    LoadData, Rows, Totals,
    catalog::{self, VARIANTS},
    parcels, payments, pricing,
    sale::{Line, SHIPPING, Sale},
};
use crate::pricing::rate;

/// An order with all that hangs from it.
pub(super) fn order(data: &LoadData, _: &Totals, number: u64, rows: &mut Rows) {
    let sale = Sale::of(data, number);
    for (place, line) in sale.lines.iter().enumerate() {
        item(data, &sale, place, line, rows);
    }
    let paid = payments::pay(data, &sale, rows);
    parcels::send(data, &sale, rows);
    row(data, &sale, paid, rows);
    if !sale.discount().is_zero() {
        rows.discount_uses.push(discount_uses::Model {
            id: data.id_at("discount_uses", number, sale.time),
            discount_id: pricing::discount(data),
            order_id: sale.id(data),
            customer_id: Some(data.id("customers", sale.customer as u64)),
            amount: sale.discount(),
            is_once: false,
            created_at: sale.time.into(),
        });
    }
}

fn item(data: &LoadData, sale: &Sale, place: usize, line: &Line, rows: &mut Rows) {
    let out = if sale.is_shipped() { line.quantity } else { 0 };
    let back = if parcels::came_back(sale) { line.quantity } else { 0 };
    rows.order_items.push(order_items::Model {
        id: sale.item(data, place),
        order_id: sale.id(data),
        product_variant_id: Some(catalog::variant_id(data, line.variant)),
        sku: Some(catalog::sku(data, line.variant)),
        title: format!("Trial {} piece {}", data.seed(), line.variant / VARIANTS),
        quantity: line.quantity,
        price: line.price,
        discount_amount: line.discount,
        tax_amount: line.tax,
        total_amount: line.total(),
        version: 1,
        created_at: sale.time.into(),
        updated_at: sale.time.into(),
        position: i32::try_from(place).unwrap_or_default(),
        list_price: Some(line.price),
        tax_percentage: Decimal::new(sale.tax, 1),
        included_tax_amount: Decimal::ZERO,
        fulfilled_quantity: out,
        cancelled_quantity: 0,
        returned_quantity: back,
        refunded_quantity: back,
        shopify_line_item_id: None,
    });
}

fn row(data: &LoadData, sale: &Sale, captured: Decimal, rows: &mut Rows) {
    let updated = data.later(sale.time, 400_000);
    let is_over = |status: OrderStatus| (sale.status == status).then(|| updated.into());
    rows.orders.push(orders::Model {
        id: sale.id(data),
        shopify_order_id: None,
        order_number: format!("T{}-{:07}", data.seed(), sale.number),
        customer_id: Some(data.id("customers", sale.customer as u64)),
        status: sale.status,
        subtotal_amount: sale.lines.iter().map(Line::gross).sum(),
        discount_amount: sale.discount(),
        tax_amount: sale.lines.iter().map(|line| line.tax).sum(),
        shipping_amount: SHIPPING,
        total_amount: sale.total(),
        currency: "USD".to_owned(),
        fulfillment_status: sale.fulfillment,
        financial_status: sale.financial,
        version: 1,
        created_at: sale.time.into(),
        updated_at: updated.into(),
        source: "api".to_owned(),
        placed_by_agent_id: None,
        email: Some(super::customers::email(data, sale.customer as u64)),
        shipping_address: Some(json!({ "country": "US", "line1": format!("{} Trial Street", sale.customer) })),
        billing_address: None,
        note: None,
        tags: json!([]),
        shipping_method: Some(pricing::shipping(data)),
        discount_codes: if sale.discount().is_zero() { json!([]) } else { json!([pricing::code(data)]) },
        tax_included: false,
        included_tax_amount: Decimal::ZERO,
        shipping_tax_amount: Decimal::ZERO,
        captured_amount: captured,
        refunded_amount: sale.refunded(),
        exchange_rate_e10: rate::SAME,
        report_amount: sale.total() - sale.refunded(),
        // Nobody sweeps the trial away.
        hold_expires_at: None,
        valid_until: None,
        placed_at: Some(sale.time.into()),
        confirmed_at: (!matches!(sale.status, Pending | Cancelled)).then(|| sale.time.into()),
        completed_at: is_over(Completed),
        cancelled_at: is_over(Cancelled),
        cancel_reason: (sale.status == Cancelled).then(|| "customer".to_owned()),
        source_updated_at: None,
    });
}
