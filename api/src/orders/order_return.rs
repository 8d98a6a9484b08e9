//! Returns: goods on their way back, apart from money.

use chrono::{DateTime, Utc};

use super::{Order, OrderReturnLine};
use crate::{
    payments::Refund,
    read::{scalars::Id, transitions},
    resource, vocabulary,
};

vocabulary! {
    /// Status of a return.
    ReturnStatus {
        /// Requested, not decided yet.
        Requested,
        /// Approved; the goods may come back.
        Approved,
        /// The goods came back.
        Received,
        /// Refused.
        Refused,
        /// Cancelled before the goods came back.
        Cancelled,
    }
}

resource! {
    /// Goods of an order that come back.
    OrderReturn: returns, key [id], by [created_at desc];
    one order_return;
    list order_returns;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The order.
        order_id: Id,
        /// Current status.
        status: ReturnStatus,
        /// Reason; any name.
        reason: String,
        /// Notes; null if none.
        note: Option<String>,
        /// When it was approved or refused; null before that.
        decided_at: Option<DateTime<Utc>>,
        /// When the goods came back; null before that.
        received_at: Option<DateTime<Utc>>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
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
        /// The order.
        order: Order by order_id,
    }
    to_one_or_none {}
    to_many {
        /// The order items that come back, in the order they were added.
        lines: OrderReturnLine by return_id [created_at asc],
        /// The refunds for it, oldest first.
        refunds: Refund by return_id [created_at asc],
    }
    computed {
        /// Statuses the return can change to from its current one.
        allowed_transitions: Vec<ReturnStatus> = transitions::allowed [status];
    }
}
