//! Movements: the journal of the stock.

use chrono::{DateTime, Utc};

use crate::{catalog::ProductVariant, orders::Order, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Why the number of pieces on hand changed.
    StockMovementKind {
        /// What was there when the journal began.
        Opening,
        /// Somebody counted.
        Count,
        /// A correction by a number of pieces.
        Adjust,
        /// New pieces came in.
        Receive,
        /// Pieces left with a parcel.
        Ship,
        /// Pieces came back from a customer.
        Return,
        /// Pieces moved between two locations.
        Transfer,
        /// An import said how many there are.
        Import,
        /// A connected shop said how many there are.
        Sync,
    }
}

resource! {
    /// A change of how many pieces of a variant are on hand at a location, available and reserved together. Movements
    /// are never changed or deleted, and add up to what is on hand. Reserving is no movement: the pieces stay where
    /// they are.
    StockMovement: stock_movements, key [id], by [created_at desc];
    one stock_movement;
    list stock_movements;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The variant; null if deleted.
        product_variant_id: Option<Id>,
        /// Location of the stock.
        location: String,
        /// SKU of the variant at that time; null if it had none.
        sku: Option<String>,
        /// Why the number changed.
        kind: StockMovementKind,
        /// Change of the number of pieces; negative for pieces that left.
        quantity: i32,
        /// Reason, in words; null if none was given.
        reason: Option<String>,
        /// The order that caused it; null if none or deleted.
        order_id: Option<Id>,
        /// Who did it: the principal's name, as in the audit log.
        principal: String,
        /// Unique key of the effect, so that the same effect is not recorded twice; null if none.
        effect_key: Option<String>,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {
        /// The variant; null if deleted.
        product_variant: ProductVariant by product_variant_id,
        /// The order that caused it; null if none or deleted.
        order: Order by order_id,
    }
    to_many {}
}
