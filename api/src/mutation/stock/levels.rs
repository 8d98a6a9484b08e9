//! Changing inventory levels, but for their quantities.

use service::batch::ItemResult;
use uuid::Uuid;

use crate::{
    catalog::{InventoryLevel, ProductVariant},
    mutation::prelude::*,
    write::error::UserError,
};

input! {
    /// When and how much to reorder. Fields that are left out stay as they are.
    UpdateInventoryLevelItemInput => service::stock::levels::Reorder {
        /// The inventory level.
        id: Id,
        /// Reorder threshold: when the available quantity is not above it any more, an agent gets the task
        /// `restock_variant`. Null for none.
        reorder_point: MaybeUndefined<i32>,
        /// Quantity to reorder. Null for none.
        reorder_quantity: MaybeUndefined<i32>,
        ..versioned,
    }
}

object! {
    /// The result of one item of `updateInventoryLevels`. Items succeed or fail on their own.
    InventoryLevelResult(ItemResult<Uuid>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The inventory level as it is now. Null if the item was refused.
        inventory_level: Option<Row<InventoryLevel>> = item.outcome,
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Sets when and how much to reorder.
    update_inventory_levels = perform(service::stock::levels::Update) {
        /// The inventory levels, at most 1000 items.
        items: Vec<UpdateInventoryLevelItemInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[InventoryLevelResult];

    /// Removes an inventory level. Refused (IN_USE) unless it is empty.
    remove_inventory_level = perform(service::stock::levels::Remove) on level -> variant {
        /// The variant that had it.
        product_variant: Row<ProductVariant> = *variant,
    }
}
