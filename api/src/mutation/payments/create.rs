//! Creating a payment.

use crate::{mutation::prelude::*, payments::Payment};

verbs! {
    /// Creates a payment: one attempt to get money for an order that is placed and not cancelled.
    create_payment = perform(service::payments::create::Create) {
        /// The order.
        order_id: Id,
        /// Provider; any name, at most 50 characters. With `manual` and `bank_transfer`, captures, refunds and voids
        /// take effect at once; with any other provider an agent gets a task.
        provider: String,
        /// Payment method, such as `card`. At most 50 characters.
        method: Option<String>,
        /// Amount, in the order's currency. Default: what is outstanding and no other payment is open for.
        amount: Option<Decimal>,
        /// Id of the payment at its provider. At most 255 characters.
        provider_reference: Option<String>,
    } -> payment: Payment;
}
