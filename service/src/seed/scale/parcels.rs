//! What an order keeps of the stock, what went out, and what came back.

use chrono::{DateTime, Utc};
use entity::{
    fulfillment_lines, fulfillments, return_lines, returns,
    sea_orm_active_enums::{
        FulfillmentStatus::Restocked,
        OrderStatus::Processing,
        ParcelStatus::{Delivered, Preparing},
        ReservationStatus::Ordered,
        ReturnStatus::Received,
        StockMovementKind::{self, Return, Ship},
    },
    stock_movements, stock_reservations,
};
use uuid::Uuid;

use super::{
    LoadData, Rows,
    catalog::{self, HOME},
    sale::{Line, Sale},
};

/// Whether everything came back.
pub(super) fn came_back(sale: &Sale) -> bool {
    sale.fulfillment == Restocked
}

/// The row of its return.
pub(super) fn return_id(data: &LoadData, sale: &Sale) -> Uuid {
    data.id_at("returns", sale.number, returned(data, sale))
}

fn returned(data: &LoadData, sale: &Sale) -> DateTime<Utc> {
    data.later(sale.time, 250_000)
}

/// Whatever is known of an order's pieces.
pub(super) fn send(data: &LoadData, sale: &Sale, rows: &mut Rows) {
    if sale.is_open() {
        sale.lines.iter().enumerate().for_each(|(place, line)| keep(data, sale, place, line, rows));
    }
    if sale.is_shipped() || sale.status == Processing {
        parcel(data, sale, rows);
    }
    if came_back(sale) {
        come_back(data, sale, rows);
    }
}

fn keep(data: &LoadData, sale: &Sale, place: usize, line: &Line, rows: &mut Rows) {
    rows.stock_reservations.push(stock_reservations::Model {
        id: data.id_at("stock_reservations", sale.number * 4 + place as u64, sale.time),
        hold_id: sale.id(data),
        product_variant_id: catalog::variant_id(data, line.variant),
        inventory_id: Some(catalog::stock_id(data, line.variant, 0)),
        order_id: Some(sale.id(data)),
        order_item_id: Some(sale.item(data, place)),
        quantity: line.quantity,
        status: Ordered,
        expires_at: None,
        reference: None,
        created_at: sale.time.into(),
        updated_at: sale.time.into(),
    });
}

fn parcel(data: &LoadData, sale: &Sale, rows: &mut Rows) {
    let is_out = sale.is_shipped();
    let id = data.id_at("fulfillments", sale.number, sale.time);
    let (sent, arrived) = (data.later(sale.time, 80_000), data.later(sale.time, 200_000));
    rows.fulfillments.push(fulfillments::Model {
        id,
        order_id: sale.id(data),
        status: if is_out { Delivered } else { Preparing },
        location: HOME.to_owned(),
        carrier: is_out.then(|| "Trial".to_owned()),
        tracking_number: is_out.then(|| format!("TRIAL{:09}", sale.number)),
        tracking_url: None,
        shipped_at: is_out.then(|| sent.into()),
        delivered_at: is_out.then(|| arrived.into()),
        shopify_fulfillment_id: None,
        version: 1,
        created_at: sale.time.into(),
        updated_at: sale.time.into(),
    });
    for (place, line) in sale.lines.iter().enumerate() {
        rows.fulfillment_lines.push(fulfillment_lines::Model {
            fulfillment_id: id,
            order_item_id: sale.item(data, place),
            quantity: line.quantity,
            created_at: sale.time.into(),
        });
        if is_out {
            movement(data, sale, place, line, (Ship, -line.quantity, sent), rows);
        }
    }
}

fn come_back(data: &LoadData, sale: &Sale, rows: &mut Rows) {
    let (id, time) = (return_id(data, sale), returned(data, sale));
    rows.returns.push(returns::Model {
        id,
        order_id: sale.id(data),
        status: Received,
        reason: "too_large".to_owned(),
        note: None,
        decided_at: Some(time.into()),
        received_at: Some(time.into()),
        version: 1,
        created_at: time.into(),
        updated_at: time.into(),
    });
    for (place, line) in sale.lines.iter().enumerate() {
        rows.return_lines.push(return_lines::Model {
            return_id: id,
            order_item_id: sale.item(data, place),
            quantity: line.quantity,
            received_quantity: line.quantity,
            restocked_quantity: line.quantity,
            location: Some(HOME.to_owned()),
            created_at: time.into(),
            updated_at: time.into(),
        });
        movement(data, sale, place, line, (Return, line.quantity, time), rows);
    }
}

fn movement(
    data: &LoadData,
    sale: &Sale,
    place: usize,
    line: &Line,
    (kind, quantity, time): (StockMovementKind, i32, DateTime<Utc>),
    rows: &mut Rows,
) {
    let number = sale.number * 8 + place as u64 * 2 + u64::from(quantity > 0);
    rows.stock_movements.push(stock_movements::Model {
        id: data.id_at("stock_movements", number, time),
        product_variant_id: Some(catalog::variant_id(data, line.variant)),
        location: HOME.to_owned(),
        sku: Some(catalog::sku(data, line.variant)),
        kind,
        quantity,
        reason: None,
        order_id: Some(sale.id(data)),
        principal: "seed".to_owned(),
        effect_key: None,
        created_at: time.into(),
    });
}
