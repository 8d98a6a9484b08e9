//! The journal of the stock: why there are as many pieces as there are.

use chrono::{DateTime, Utc};
use entity::{
    inventory,
    sea_orm_active_enums::StockMovementKind::{
        self, Adjust, Count, Import, Opening, Receive, Return, Ship, Sync, Transfer,
    },
    stock_movements,
};
use uuid::Uuid;

use super::{
    builder::{DAY, DemoBuilder},
    stock::{HOME, PRINTER},
};

/// How long ago the journal began, in minutes: parcels of before stand in no movement.
pub(super) const BEGUN: i64 = 60 * DAY;
/// What else happened, each to another row of the printer's: kind, pieces, days ago, reason.
const EVENTS: [(StockMovementKind, i32, i64, &str); 5] = [
    (Count, -1, 24, "One roll was missing"),
    (Adjust, 2, 19, "Found behind the shelf"),
    (Receive, 12, 16, "Delivery of the printer"),
    (Import, 3, 11, "Count of the whole store"),
    (Sync, -2, 6, "As the connected shop has it"),
];
/// Pieces that were brought home, and days ago.
const MOVED: (i32, i64) = (2, 9);

pub(super) fn build(demo: &mut DemoBuilder) {
    let mut movements = Vec::new();
    sent(demo, &mut movements);
    returned(demo, &mut movements);
    happened(demo, &mut movements);
    open(demo, &mut movements);
    movements.sort_by_key(|movement| movement.created_at);
    for mut movement in movements {
        movement.id = demo.id("stock_movements", movement.created_at.to_utc());
        demo.rows.stock_movements.push(movement);
    }
}

/// A movement without its id.
fn movement(
    demo: &DemoBuilder,
    variant: Option<Uuid>,
    location: &str,
    kind: StockMovementKind,
    quantity: i32,
    at: DateTime<Utc>,
) -> stock_movements::Model {
    let row = demo.rows.product_variants.iter().find(|row| Some(row.id) == variant);
    stock_movements::Model {
        id: Uuid::nil(),
        product_variant_id: variant,
        location: location.to_owned(),
        sku: row.and_then(|row| row.sku.clone()),
        kind,
        quantity,
        reason: None,
        order_id: None,
        principal: "seed".to_owned(),
        effect_key: None,
        created_at: at.into(),
    }
}

/// What left with parcels since the journal began.
fn sent(demo: &DemoBuilder, movements: &mut Vec<stock_movements::Model>) {
    let begun = demo.ago(BEGUN);
    for parcel in &demo.rows.fulfillments {
        let Some(at) = parcel.shipped_at.map(|at| at.to_utc()).filter(|at| *at >= begun) else { continue };
        for line in demo.rows.fulfillment_lines.iter().filter(|line| line.fulfillment_id == parcel.id) {
            let item = demo.rows.order_items.iter().find(|item| item.id == line.order_item_id);
            let variant = item.and_then(|item| item.product_variant_id);
            movements.push(stock_movements::Model {
                order_id: Some(parcel.order_id),
                effect_key: Some(format!("ship:{}:{}", parcel.id, line.order_item_id)),
                ..movement(demo, variant, &parcel.location, Ship, -line.quantity, at)
            });
        }
    }
}

/// What came back.
fn returned(demo: &DemoBuilder, movements: &mut Vec<stock_movements::Model>) {
    for row in &demo.rows.returns {
        let Some(at) = row.received_at.map(|at| at.to_utc()) else { continue };
        for line in demo.rows.return_lines.iter().filter(|line| line.return_id == row.id) {
            let item = demo.rows.order_items.iter().find(|item| item.id == line.order_item_id);
            let (variant, location) = (item.and_then(|item| item.product_variant_id), line.location.as_deref());
            movements.push(stock_movements::Model {
                order_id: Some(row.order_id),
                effect_key: Some(format!("return:{}:{}", row.id, line.order_item_id)),
                ..movement(demo, variant, location.unwrap_or(HOME), Return, line.restocked_quantity, at)
            });
        }
    }
}

/// What people and other systems did.
fn happened(demo: &DemoBuilder, movements: &mut Vec<stock_movements::Model>) {
    let stocked = |location: &'static str| {
        demo.rows.inventory.iter().filter(move |row| row.location == location && row.quantity_available >= 14)
    };
    for ((kind, quantity, days, reason), row) in EVENTS.into_iter().zip(stocked(PRINTER)) {
        movements.push(stock_movements::Model {
            reason: Some(reason.to_owned()),
            ..movement(demo, Some(row.product_variant_id), &row.location, kind, quantity, demo.ago(days * DAY))
        });
    }
    let (quantity, days) = MOVED;
    if let Some(row) = stocked(HOME).next() {
        for (location, quantity) in [(PRINTER, -quantity), (HOME, quantity)] {
            let variant = Some(row.product_variant_id);
            movements.push(movement(demo, variant, location, Transfer, quantity, demo.ago(days * DAY)));
        }
    }
}

/// What was there when the journal began, so that all adds up to what is there now.
fn open(demo: &DemoBuilder, movements: &mut Vec<stock_movements::Model>) {
    let moved = |row: &inventory::Model| -> i32 {
        let own = movements.iter().filter(|movement| movement.product_variant_id == Some(row.product_variant_id));
        own.filter(|movement| movement.location == row.location).map(|movement| movement.quantity).sum()
    };
    let opening = |row: &inventory::Model| {
        let quantity = row.quantity_available + row.quantity_reserved - moved(row);
        let variant = Some(row.product_variant_id);
        (quantity != 0).then(|| movement(demo, variant, &row.location, Opening, quantity, demo.ago(BEGUN)))
    };
    let openings: Vec<_> = demo.rows.inventory.iter().filter_map(opening).collect();
    movements.extend(openings);
}
