//! Marking an order as paid.

use crate::{mutation::prelude::*, payments::Payment};

verbs! {
    /// Marks an order as paid: creates a payment with the provider `manual` of all that is outstanding and no other
    /// payment is open for, and captures it.
    mark_order_paid = perform(service::payments::paid::MarkPaid) {
        /// The order.
        order_id: Id,
        /// Payment method, such as `cash`. At most 50 characters.
        method: Option<String>,
        /// Your own id of the payment. At most 255 characters.
        reference: Option<String>,
    } -> payment: Payment;
}
