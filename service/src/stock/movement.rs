//! The journal of what is on hand: what is available and reserved of a variant at a location is the sum of its
//! movements.

use entity::sea_orm_active_enums::StockMovementKind;
use uuid::Uuid;

use super::shelves::Variant;
use crate::{
    UnitOfWork,
    database::{Column, columns},
};

/// Why the number of pieces on hand changes.
#[derive(Clone, Debug)]
pub(super) struct Cause {
    /// What was done.
    kind: StockMovementKind,
    /// Why, in words.
    reason: Option<String>,
    /// The order that it is about.
    order_id: Option<Uuid>,
    /// What there may be only once.
    effect_key: Option<String>,
}

impl Cause {
    /// Something that people or agents did, with their reason.
    pub(super) fn given(kind: StockMovementKind, reason: Option<&str>) -> Self {
        Self { kind, reason: reason.map(str::to_owned), order_id: None, effect_key: None }
    }

    /// Something that happened once to an order.
    pub(super) fn of_order(kind: StockMovementKind, order_id: Uuid, effect_key: String) -> Self {
        Self { kind, reason: None, order_id: Some(order_id), effect_key: Some(effect_key) }
    }
}

/// A row of the journal.
#[derive(Debug)]
pub(super) struct Movement {
    id: Uuid,
    product_variant_id: Uuid,
    sku: Option<String>,
    location: String,
    quantity: i32,
    cause: Cause,
}

fn columns() -> Vec<Column<Movement>> {
    columns!(Movement:
        id,
        product_variant_id,
        sku,
        location,
        quantity,
        kind = cause.kind,
        reason = cause.reason,
        order_id = cause.order_id,
        effect_key = cause.effect_key,
    )
    .into()
}

impl Movement {
    /// Pieces of a variant that came to a location, or left it.
    pub(super) fn new(variant: &Variant, location: &str, quantity: i32, cause: Cause) -> Self {
        Self {
            id: Uuid::now_v7(),
            product_variant_id: variant.id,
            sku: variant.sku.clone(),
            location: location.to_owned(),
            quantity,
            cause,
        }
    }
}

/// Writes movements.
pub(super) fn write(unit: &UnitOfWork, movements: &[Movement]) {
    if movements.is_empty() {
        return;
    }
    let same = [("principal", unit.principal().name.as_str().into()), ("created_at", unit.now().into())];
    unit.insert("stock_movements", &columns(), &same, movements);
}
