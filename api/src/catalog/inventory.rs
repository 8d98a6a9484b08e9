//! Stock: how many of a variant are where.

use chrono::{DateTime, Utc};

use super::ProductVariant;
use crate::{read::scalars::Id, resource};

resource! {
    /// The stock of a variant at a location. On hand are those available and those reserved.
    InventoryLevel: inventory, key [id], by [created_at desc];
    one inventory_level;
    list inventory_levels;
    columns {
        /// Its key.
        id: Id,
        /// The variant.
        product_variant_id: Id,
        /// Where it is.
        location: String,
        /// How many are free to sell.
        quantity_available: i32,
        /// How many are promised to open orders.
        quantity_reserved: i32,
        /// How many are on their way in.
        quantity_incoming: i32,
        /// At how many free ones more are ordered; null when nobody watches.
        reorder_point: Option<i32>,
        /// How many are ordered then; null when it is not set.
        reorder_quantity: Option<i32>,
        /// When they were last counted; null for never.
        last_counted_at: Option<DateTime<Utc>>,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By location.
        location,
        /// By how many are free to sell.
        quantity_available,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {
        /// The variant.
        product_variant: ProductVariant by product_variant_id,
    }
    to_one_or_none {}
    to_many {}
}
