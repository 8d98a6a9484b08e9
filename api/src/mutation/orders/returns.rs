//! Returns of orders.

use super::pieces::OrderItemQuantityInput;
use crate::{
    mutation::prelude::*,
    orders::{Order, OrderReturn},
};

input! {
    /// Pieces of an order item that came back.
    ReceivedLineInput => service::orders::returns::receive::ReceivedLine {
        /// The order item.
        item_id: Id,
        /// Number of pieces that came back, at least 1.
        quantity: i32,
        /// How many of them go into stock. Default: all.
        restocked_quantity: Option<i32>,
        /// Location of the stock that they go to. Default: the first of `stock.locations`.
        location: Option<String>,
    }
}

verbs! {
    /// Requests a return of pieces that were shipped, have not come back and are in no other open return. Agents can
    /// request it within `returns.windowDays` of the delivery (DEADLINE_PASSED), people at any time.
    request_return = perform(service::orders::returns::request::Request) {
        /// The order.
        order_id: Id,
        /// What comes back, 1 to 1000 lines.
        lines: Vec<OrderItemQuantityInput>,
        /// Reason; any name. At most 100 characters.
        reason: String,
        /// Notes. At most 10000 characters.
        note: Option<String>,
    } -> returned {
        /// The return.
        order_return: Row<OrderReturn> = returned.order_return,
        /// The order.
        order: Row<Order> = returned.order,
    }

    /// Approves or refuses a requested return.
    decide_return = perform(service::orders::returns::decide::Decide) on return {
        /// True to approve it, false to refuse it.
        approve: bool,
        /// A comment, which is added to the return's notes. At most 10000 characters.
        comment: Option<String>,
    } -> returned {
        /// The return.
        order_return: Row<OrderReturn> = returned.order_return,
        /// The order.
        order: Row<Order> = returned.order,
    }

    /// Records what came back of an approved return, all of it or a part; it is received when nothing is missing any
    /// more. The pieces go into stock, where backordered pieces of open orders get them first.
    receive_return = perform(service::orders::returns::receive::Receive) on return {
        /// What came back, 1 to 1000 lines.
        lines: Vec<ReceivedLineInput>,
        /// Requests a refund of these pieces, too. Those that were refunded before are left out. An agent also needs
        /// the capability `payments` for it.
        refund: bool = false,
    } -> returned {
        /// The return.
        order_return: Row<OrderReturn> = returned.order_return,
        /// The order.
        order: Row<Order> = returned.order,
    }

    /// Cancels a requested or approved return: nothing comes back any more. If a part came back already, the return
    /// is received without the rest.
    cancel_return = perform(service::orders::returns::cancel::Cancel) on return -> returned {
        /// The return.
        order_return: Row<OrderReturn> = returned.order_return,
        /// The order.
        order: Row<Order> = returned.order,
    }
}
