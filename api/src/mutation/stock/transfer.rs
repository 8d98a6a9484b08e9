//! Moving stock.

use service::{batch::ItemResult, stock::transfer::Moved};

use crate::{catalog::InventoryLevel, mutation::prelude::*, write::error::UserError};

input! {
    /// Pieces of a variant to move.
    TransferStockItemInput => service::stock::transfer::Move {
        /// The variant. Give this or `sku`.
        variant_id: Option<Id>,
        /// SKU of the variant.
        sku: Option<String>,
        /// Number of pieces, at least 1. Refused (INSUFFICIENT_STOCK) if fewer are available.
        quantity: i32,
    }
}

object! {
    /// The result of one item of a transfer. Items succeed or fail on their own.
    TransferResult(ItemResult<Moved>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The stock that the pieces were moved from, as it is now. Null if the item was refused.
        from: Option<Row<InventoryLevel>> = item.outcome.map(|moved| moved.from),
        /// The stock that the pieces were moved to, as it is now. Null if the item was refused.
        to: Option<Row<InventoryLevel>> = item.outcome.map(|moved| moved.to),
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Moves available stock from one location to another.
    transfer_stock = perform(service::stock::transfer::Transfer) {
        /// Location to move it from.
        from: String,
        /// Location to move it to. Inventory levels are created where there are none.
        to: String,
        /// What to move, at most 1000 items.
        items: Vec<TransferStockItemInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[TransferResult];
}
