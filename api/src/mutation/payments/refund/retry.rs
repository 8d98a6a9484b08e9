//! Retrying a refund.

use crate::{mutation::prelude::*, orders::Order, payments::Refund};

verbs! {
    /// Retries a refund: requests the part that failed once more; if nothing failed, the part whose task is gone. Refused
    /// while the refund is on its way at its provider.
    retry_refund = perform(service::payments::refund::retry::Retry) on refund {
        /// The payment to refund. Default: any of the order.
        payment_id: Option<Id>,
    } -> outcome {
        /// The refund.
        refund: Row<Refund> = outcome.refund,
        /// Its order.
        order: Row<Order> = outcome.order,
    }
}
