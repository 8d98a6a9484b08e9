//! Cancelling orders.

use crate::{mutation::prelude::*, orders::Order, payments::Refund};

verbs! {
    /// Cancels an order before anything is shipped. Authorizations are voided, and a refund of everything that was
    /// captured is requested. An order that is cancelled already stays as it is.
    cancel_order = perform(service::orders::cancel::Cancel) on order {
        /// Why, in a word or two; any name. At most 50 characters.
        reason: Option<String>,
        /// Whether its stock is available again. False if the pieces are gone: they are taken off the stock.
        restock: bool = true,
        /// The approval of a refund above the agent's limit (configuration `authority`). It must be about this order.
        approval_id: Option<Id>,
    } -> cancelled {
        /// The order.
        order: Row<Order> = cancelled.order,
        /// The refunds that were requested.
        refunds: Vec<Row<Refund>> = cancelled.refunds,
    }
}
