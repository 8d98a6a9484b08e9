//! Which pieces come back.

use chrono::{DateTime, Utc};

use super::{OrderItem, OrderReturn};
use crate::{read::scalars::Id, resource};

resource! {
    /// The pieces of an order item that come back.
    OrderReturnLine: return_lines, key [return_id, order_item_id], by [created_at desc];
    list order_return_lines;
    columns {
        /// The return.
        return_id: Id,
        /// The order item.
        order_item_id: Id,
        /// Number of pieces to come back, at least 1.
        quantity: i32,
        /// How many of them came back.
        received_quantity: i32,
        /// How many of them went into stock.
        restocked_quantity: i32,
        /// Location of the stock that they went to; null if none did.
        location: Option<String>,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The return.
        order_return: OrderReturn by return_id,
        /// The order item.
        order_item: OrderItem by order_item_id,
    }
    to_one_or_none {}
    to_many {}
}
