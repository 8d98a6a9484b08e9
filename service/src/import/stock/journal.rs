//! What an import does to the journal of the stock.

use entity::{sea_orm_active_enums::StockMovementKind, stock_movements};
use sea_orm::ActiveValue::Set;
use uuid::Uuid;

use super::shelves::Shelf;
use crate::import::{Options, run};

/// Who imports, as the journal names them.
const PRINCIPAL: &str = "import";

/// A movement that makes the pieces at a location as many as the file says; none if they are.
pub(super) fn movement(
    options: &Options,
    shelf: &Shelf,
    location: &str,
    before: i32,
    after: i32,
) -> Option<stock_movements::ActiveModel> {
    let quantity = after - before;
    (quantity != 0).then(|| stock_movements::ActiveModel {
        id: Set(Uuid::now_v7()),
        product_variant_id: Set(Some(shelf.variant.id)),
        location: Set(location.to_owned()),
        sku: Set(shelf.variant.sku.clone()),
        kind: Set(StockMovementKind::Import),
        quantity: Set(quantity),
        reason: Set(None),
        order_id: Set(None),
        principal: Set(PRINCIPAL.to_owned()),
        effect_key: Set(None),
        created_at: Set(run::timestamp(options)),
    })
}
