//! Pieces of order items, as parcels and returns name them.

use crate::mutation::prelude::*;

input! {
    /// Pieces of an order item.
    OrderItemQuantityInput => service::orders::pieces::ItemQuantity {
        /// The order item.
        item_id: Id,
        /// Number of pieces, at least 1.
        quantity: i32,
    }
}
