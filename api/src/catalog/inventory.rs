//! Stock: how many of a variant are where.

use chrono::{DateTime, Utc};

use super::ProductVariant;
use crate::{read::scalars::Id, resource, stock::StockReservation};

resource! {
    /// Stock of a variant at one location. The quantity on hand is available plus reserved.
    InventoryLevel: inventory, key [id], by [created_at desc];
    one inventory_level;
    list inventory_levels;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The variant in stock.
        product_variant_id: Id,
        /// Location of the stock.
        location: String,
        /// Quantity available for sale.
        quantity_available: i32,
        /// Quantity reserved for baskets and orders.
        quantity_reserved: i32,
        /// Quantity on its way into stock.
        quantity_incoming: i32,
        /// Reorder threshold for the available quantity; null if none.
        reorder_point: Option<i32>,
        /// Quantity to reorder at the threshold; null if not set.
        reorder_quantity: Option<i32>,
        /// When the stock was last counted; null if never.
        last_counted_at: Option<DateTime<Utc>>,
        /// When the connected shop last changed it; null if it never did.
        source_updated_at: Option<DateTime<Utc>>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By location.
        location,
        /// By quantity available for sale.
        quantity_available,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {
        /// The variant in stock.
        product_variant: ProductVariant by product_variant_id,
    }
    to_one_or_none {}
    to_many {
        /// The reservations of this stock, oldest first.
        reservations: StockReservation by inventory_id [created_at asc],
    }
}
