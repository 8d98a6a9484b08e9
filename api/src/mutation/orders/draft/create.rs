//! Creating draft orders.

use crate::{
    mutation::prelude::*,
    orders::{Order, OrderLineInput},
};

verbs! {
    /// Creates a draft order, which is a quote: its prices stand until `validUntil`. It holds stock only with
    /// `holdMinutes`. `placeOrder` makes an order of it.
    create_draft_order = perform(service::orders::draft::create::Create) {
        /// What is bought, 1 to 1000 lines.
        lines: Vec<OrderLineInput>,
        ..buyer,
        /// Until when the prices stand. Default: without a limit.
        valid_until: Option<Moment>,
        /// How long the stock is held, in minutes, 1 to 527040. Default: it is not held.
        hold_minutes: Option<i32>,
    } -> order: Order;
}
