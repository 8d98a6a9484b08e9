//! What went out, and how it came back.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    fulfillment_lines, fulfillments, order_items, orders, return_lines, returns,
    sea_orm_active_enums::{
        FulfillmentStatus::{Partial, Unfulfilled},
        OrderStatus::{Cancelled, Completed, Processing},
        ParcelStatus::{self, Delivered, Preparing, Shipped},
        ReturnStatus::{self, Approved, Received, Refused, Requested},
    },
};

use super::{
    builder::DemoBuilder,
    stock::{PRINTER, shelf},
};

/// A cancelled order of which a parcel was packed already.
const UNPACKED: usize = 26;
/// Returns: the order's place, status, and reason. What was received is the whole order.
const RETURNS: [(usize, ReturnStatus, &str); 5] = [
    (35, Received, "too_large"),
    (48, ReturnStatus::Cancelled, "changed_mind"),
    (50, Refused, "damaged_by_customer"),
    (53, Requested, "other_colour"),
    (54, Approved, "too_large"),
];

pub(super) fn build(demo: &mut DemoBuilder) {
    for place in 0..demo.rows.orders.len() {
        let order = demo.rows.orders[place].clone();
        let packed = order.created_at.to_utc() + TimeDelta::minutes(30);
        let sent = order.created_at.to_utc() + TimeDelta::days(1);
        for (order_of_parcel, (location, items)) in (0..).zip(by_location(demo, &order)) {
            match (order.status, order.fulfillment_status) {
                (Completed, _) => parcel(demo, &order, location, &items, Delivered, sent),
                (Processing, Partial) if order_of_parcel == 0 => {
                    parcel(demo, &order, location, &items, Shipped, packed);
                }
                (Processing, Partial | Unfulfilled) => parcel(demo, &order, location, &items, Preparing, packed),
                (Cancelled, _) if place == UNPACKED => {
                    parcel(demo, &order, location, &items, ParcelStatus::Cancelled, packed);
                }
                _ => {}
            }
        }
    }
    for (place, status, reason) in RETURNS {
        come_back(demo, place, status, reason);
    }
}

/// The items of an order by the location that they are sent from.
fn by_location(demo: &DemoBuilder, order: &orders::Model) -> BTreeMap<&'static str, Vec<order_items::Model>> {
    let mut parcels: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for item in demo.rows.order_items.iter().filter(|item| item.order_id == order.id) {
        let variant = demo.rows.product_variants.iter().find(|row| Some(row.id) == item.product_variant_id);
        let location = variant.map_or(PRINTER, |variant| shelf(variant.size.as_deref()));
        parcels.entry(location).or_default().push(item.clone());
    }
    parcels
}

fn parcel(
    demo: &mut DemoBuilder,
    order: &orders::Model,
    location: &str,
    items: &[order_items::Model],
    status: ParcelStatus,
    at: DateTime<Utc>,
) {
    let is_out = matches!(status, Shipped | Delivered);
    let arrived = (status == Delivered).then_some(order.updated_at);
    let number = demo.rows.fulfillments.len();
    let tracking = format!("1Z999AA1{:08}", 10_000 + 37 * number);
    let id = demo.id("fulfillments", at);
    demo.rows.fulfillments.push(fulfillments::Model {
        id,
        order_id: order.id,
        status,
        location: location.to_owned(),
        carrier: is_out.then(|| "UPS".to_owned()),
        tracking_url: is_out.then(|| format!("https://www.ups.com/track?tracknum={tracking}")),
        tracking_number: is_out.then_some(tracking),
        shipped_at: is_out.then(|| at.into()),
        delivered_at: arrived,
        shopify_fulfillment_id: None,
        version: if status == Preparing { 1 } else { 2 + i32::from(arrived.is_some()) },
        created_at: at.into(),
        updated_at: arrived.unwrap_or(at.into()),
    });
    for item in items {
        demo.rows.fulfillment_lines.push(fulfillment_lines::Model {
            fulfillment_id: id,
            order_item_id: item.id,
            quantity: item.quantity,
            created_at: at.into(),
        });
        if is_out {
            change(demo, item, |item| item.fulfilled_quantity = item.quantity);
        }
    }
}

/// The way back of an order, or of its first piece.
fn come_back(demo: &mut DemoBuilder, place: usize, status: ReturnStatus, reason: &str) {
    let order = demo.rows.orders[place].clone();
    let asked = demo.by_now(order.updated_at.to_utc() + TimeDelta::days(1));
    let decided = demo.by_now(asked + TimeDelta::hours(20));
    let received = (status == Received).then(|| demo.by_now(asked + TimeDelta::days(5)));
    let id = demo.id("returns", asked);
    demo.rows.returns.push(returns::Model {
        id,
        order_id: order.id,
        status,
        reason: reason.to_owned(),
        note: (status == Requested).then(|| "It looks greener than on the screen.".to_owned()),
        decided_at: matches!(status, Received | Refused | Approved).then(|| decided.into()),
        received_at: received.map(Into::into),
        version: if status == Requested { 1 } else { 2 + i32::from(received.is_some()) },
        created_at: asked.into(),
        updated_at: if status == Requested { asked.into() } else { received.unwrap_or(decided).into() },
    });
    let items = by_location(demo, &order)
        .into_iter()
        .flat_map(|(location, items)| items.into_iter().map(move |item| (location, item)));
    let items: Vec<_> = if received.is_some() { items.collect() } else { items.take(1).collect() };
    for (location, item) in items {
        let quantity = if received.is_some() { item.quantity } else { 1 };
        let back = if received.is_some() { quantity } else { 0 };
        demo.rows.return_lines.push(return_lines::Model {
            return_id: id,
            order_item_id: item.id,
            quantity,
            received_quantity: back,
            restocked_quantity: back,
            location: received.map(|_| location.to_owned()),
            created_at: asked.into(),
            updated_at: received.unwrap_or(asked).into(),
        });
        change(demo, &item, |item| item.returned_quantity = back);
    }
    if let Some(received) = received {
        demo.rows.orders[place].updated_at = received.into();
    }
}

/// Changes an item that was built before.
pub(super) fn change(demo: &mut DemoBuilder, item: &order_items::Model, change: impl FnOnce(&mut order_items::Model)) {
    if let Some(item) = demo.rows.order_items.iter_mut().find(|row| row.id == item.id) {
        change(item);
    }
}
