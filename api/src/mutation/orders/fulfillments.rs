//! Parcels of orders.

use super::pieces::OrderItemQuantityInput;
use crate::{
    mutation::prelude::*,
    orders::{Fulfillment, Order},
};

verbs! {
    /// Creates a parcel of an order. Its pieces must be reserved at the location it leaves from, and be in no other
    /// parcel; what is reserved at another location moves there, if that has as many (INSUFFICIENT_STOCK). A confirmed
    /// order is processing from then on.
    create_fulfillment = perform(service::orders::fulfil::create::Create) {
        /// The order, confirmed or processing.
        order_id: Id,
        /// Location of the stock that it leaves from. At most 255 characters.
        location: String,
        /// What is in it, 1 to 1000 lines.
        lines: Vec<OrderItemQuantityInput>,
        /// The carrier. At most 100 characters.
        carrier: Option<String>,
        /// The carrier's tracking number. At most 255 characters.
        tracking_number: Option<String>,
        /// Web address that shows where it is. At most 2000 characters.
        tracking_url: Option<String>,
        /// True if it has left already.
        shipped: bool = false,
    } -> parcel {
        /// The parcel.
        fulfillment: Row<Fulfillment> = parcel.fulfillment,
        /// The order.
        order: Row<Order> = parcel.order,
    }

    /// Ships a parcel: its pieces are taken off the stock, and count as fulfilled.
    ship_fulfillment = perform(service::orders::fulfil::ship::Ship) on fulfillment {
        /// The carrier. At most 100 characters. Left out, it stays as it is.
        carrier: Option<String>,
        /// The carrier's tracking number. At most 255 characters. Left out, it stays as it is.
        tracking_number: Option<String>,
        /// Web address that shows where it is. At most 2000 characters. Left out, it stays as it is.
        tracking_url: Option<String>,
    } -> parcel {
        /// The parcel.
        fulfillment: Row<Fulfillment> = parcel.fulfillment,
        /// The order.
        order: Row<Order> = parcel.order,
    }

    /// Records that a shipped parcel was delivered.
    deliver_fulfillment = perform(service::orders::fulfil::deliver::Deliver) on fulfillment -> parcel {
        /// The parcel.
        fulfillment: Row<Fulfillment> = parcel.fulfillment,
        /// The order.
        order: Row<Order> = parcel.order,
    }

    /// Cancels a parcel that was not shipped. Its pieces stay reserved for the order.
    cancel_fulfillment = perform(service::orders::fulfil::cancel::Cancel) on fulfillment -> parcel {
        /// The parcel.
        fulfillment: Row<Fulfillment> = parcel.fulfillment,
        /// The order.
        order: Row<Order> = parcel.order,
    }
}
