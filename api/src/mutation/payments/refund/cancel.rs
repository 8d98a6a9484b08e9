//! Cancelling a refund.

use crate::{mutation::prelude::*, orders::Order, payments::Refund};

verbs! {
    /// Cancels a refund before money was paid out. Refused if an agent already works on it, or the order was cancelled.
    /// Pieces that it has cancelled or put into stock stay so.
    cancel_refund = perform(service::payments::refund::cancel::Cancel) on refund -> outcome {
        /// The refund.
        refund: Row<Refund> = outcome.refund,
        /// Its order.
        order: Row<Order> = outcome.order,
    }
}
