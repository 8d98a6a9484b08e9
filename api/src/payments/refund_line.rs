//! For which pieces money goes back.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::Refund;
use crate::{orders::OrderItem, read::scalars::Id, resource};

resource! {
    /// The pieces of an order item that a refund pays for.
    RefundLine: refund_lines, key [refund_id, order_item_id], by [created_at desc];
    list refund_lines;
    columns {
        /// The refund.
        refund_id: Id,
        /// The order item.
        order_item_id: Id,
        /// Number of pieces, at least 1.
        quantity: i32,
        /// Amount for these pieces, in the refund's currency.
        amount: Decimal,
        /// Tax contained in the amount.
        tax_amount: Decimal,
        /// How many of the pieces went into stock with this refund.
        restocked_quantity: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The refund.
        refund: Refund by refund_id,
        /// The order item.
        order_item: OrderItem by order_item_id,
    }
    to_one_or_none {}
    to_many {}
}
