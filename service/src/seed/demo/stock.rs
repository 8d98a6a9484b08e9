//! Stock of each variant in both locations, and who keeps what of it.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    inventory, order_items, orders, product_variants,
    sea_orm_active_enums::{
        OrderStatus::{Cancelled, Completed, Draft},
        ProductStatus,
        ReservationStatus::{self, Backordered, Expired, Held, Ordered, Released, Shipped},
        StockPolicy,
    },
    stock_reservations,
};
use uuid::Uuid;

use super::{
    builder::{DAY, DemoBuilder, HOUR, rng},
    journal::BEGUN,
};

/// Where the smaller sizes wait.
pub(super) const HOME: &str = "main";
/// Where the largest is printed on demand.
pub(super) const PRINTER: &str = "Printful";

/// Where pieces of a size are sent from.
pub(super) fn shelf(size: Option<&str>) -> &'static str {
    if size == Some("53x72") { PRINTER } else { HOME }
}

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut rng = rng("stock");
    for place in 0..demo.rows.product_variants.len() {
        let variant = demo.rows.product_variants[place].clone();
        let mut sold = demo.rows.products.iter().filter(|product| product.status == ProductStatus::Active);
        let sold = sold.any(|product| product.id == variant.product_id);
        let mut quantity = 0;
        for (location, low, high, reorder_point) in [(HOME, 2, 18, 4), (PRINTER, 20, 60, 10)] {
            let drawn = if sold { i32::try_from(rng.between(low, high)).unwrap_or_default() } else { 0 };
            // What can be ordered without stock is sold out.
            let available = if variant.stock_policy == StockPolicy::Backorder { 0 } else { drawn };
            quantity += available;
            let counted = demo.ago(rng.between(DAY, 30 * DAY));
            let row = inventory::Model {
                id: demo.id("inventory", variant.created_at.to_utc()),
                product_variant_id: variant.id,
                location: location.to_owned(),
                quantity_available: available,
                quantity_reserved: 0,
                quantity_incoming: if sold && available <= reorder_point { 12 } else { 0 },
                reorder_point: Some(reorder_point),
                reorder_quantity: Some(12),
                last_counted_at: Some(counted.into()),
                version: 1,
                created_at: variant.created_at,
                updated_at: counted.into(),
                source_updated_at: None,
            };
            demo.rows.inventory.push(row);
        }
        demo.rows.product_variants[place].inventory_quantity = quantity;
    }
    for place in 0..demo.rows.orders.len() {
        let order = demo.rows.orders[place].clone();
        reserve(demo, &order);
    }
    baskets(demo);
    total(demo);
    sell(demo);
}

/// What an order keeps, and what recent ones kept.
fn reserve(demo: &mut DemoBuilder, order: &orders::Model) {
    let created = order.created_at.to_utc();
    let is_over = matches!(order.status, Completed | Cancelled);
    if order.status == Draft || is_over && created < demo.ago(BEGUN) {
        return;
    }
    let hold = demo.id("holds", created);
    let items: Vec<_> = demo.rows.order_items.iter().filter(|item| item.order_id == order.id).cloned().collect();
    for item in items {
        let Some(variant) = variant_of(demo, &item) else { continue };
        let rest = match order.status {
            Cancelled => Released,
            _ if variant.stock_policy == StockPolicy::Backorder => Backordered,
            _ => Ordered,
        };
        let open = item.quantity - item.fulfilled_quantity;
        for (quantity, status) in [(item.fulfilled_quantity, Shipped), (open, rest)] {
            if quantity > 0 {
                let mut row = reservation(demo, hold, &variant, quantity, status, created);
                row.order_id = Some(order.id);
                row.order_item_id = Some(item.id);
                demo.rows.stock_reservations.push(row);
            }
        }
    }
}

/// Baskets of people who have not ordered yet, and one that was left.
fn baskets(demo: &mut DemoBuilder) {
    let fresh = demo.ago(20);
    let left = demo.ago(5 * HOUR);
    let holds = [demo.id("holds", fresh), demo.id("holds", left)];
    let sold: Vec<_> = demo.rows.product_variants.iter().filter(|row| row.inventory_quantity > 0).cloned().collect();
    for (hold, place, status, created) in
        [(holds[0], 3, Held, fresh), (holds[0], 8, Held, fresh), (holds[1], 14, Expired, left)]
    {
        let mut row = reservation(demo, hold, &sold[place], 1, status, created);
        row.expires_at = (status == Held).then(|| (demo.now + TimeDelta::hours(12)).into());
        row.reference = Some(format!("basket-{}", 4_700 + place));
        demo.rows.stock_reservations.push(row);
    }
}

/// A reservation of nobody.
fn reservation(
    demo: &mut DemoBuilder,
    hold_id: Uuid,
    variant: &product_variants::Model,
    quantity: i32,
    status: ReservationStatus,
    created: DateTime<Utc>,
) -> stock_reservations::Model {
    let location = shelf(variant.size.as_deref());
    let stock = demo.rows.inventory.iter();
    let stock = stock.filter(|row| row.location == location).find(|row| row.product_variant_id == variant.id);
    let inventory_id = stock.filter(|_| status != Backordered).map(|row| row.id);
    stock_reservations::Model {
        id: demo.id("stock_reservations", created),
        hold_id,
        product_variant_id: variant.id,
        inventory_id,
        order_id: None,
        order_item_id: None,
        quantity,
        status,
        expires_at: None,
        reference: None,
        created_at: created.into(),
        updated_at: created.into(),
    }
}

/// Writes into the stock what is kept of it.
fn total(demo: &mut DemoBuilder) {
    let mut kept: BTreeMap<Option<Uuid>, i32> = BTreeMap::new();
    for row in demo.rows.stock_reservations.iter().filter(|row| matches!(row.status, Held | Ordered)) {
        *kept.entry(row.inventory_id).or_default() += row.quantity;
    }
    for row in &mut demo.rows.inventory {
        row.quantity_reserved = kept.get(&Some(row.id)).copied().unwrap_or_default();
    }
}

/// Counts what went out and did not come back; an edition says so itself.
fn sell(demo: &mut DemoBuilder) {
    let mut sold: BTreeMap<Option<Uuid>, i32> = BTreeMap::new();
    for item in &demo.rows.order_items {
        *sold.entry(item.product_variant_id).or_default() += item.fulfilled_quantity - item.returned_quantity;
    }
    for variant in demo.rows.product_variants.iter_mut().filter(|variant| variant.edition_size.is_none()) {
        variant.edition_sold = sold.get(&Some(variant.id)).copied().unwrap_or_default();
    }
}

fn variant_of(demo: &DemoBuilder, item: &order_items::Model) -> Option<product_variants::Model> {
    demo.rows.product_variants.iter().find(|row| Some(row.id) == item.product_variant_id).cloned()
}
