//! What is in a parcel.

use chrono::{DateTime, Utc};

use super::{Fulfillment, OrderItem};
use crate::{read::scalars::Id, resource};

resource! {
    /// The pieces of an order item that are in a parcel.
    FulfillmentLine: fulfillment_lines, key [fulfillment_id, order_item_id], by [created_at desc];
    list fulfillment_lines;
    columns {
        /// The parcel.
        fulfillment_id: Id,
        /// The order item.
        order_item_id: Id,
        /// Number of pieces, at least 1.
        quantity: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The parcel.
        fulfillment: Fulfillment by fulfillment_id,
        /// The order item.
        order_item: OrderItem by order_item_id,
    }
    to_one_or_none {}
    to_many {}
}
