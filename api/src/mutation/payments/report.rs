//! Reporting what happened to a payment.

use crate::{mutation::prelude::*, orders::Order, payments::Payment};

input_enum! {
    /// What can happen to a payment at its provider.
    PaymentFact => service::payments::report::FactKind {
        /// Money was authorized.
        Authorized,
        /// An authorization ended.
        Voided,
        /// Money was captured.
        Captured,
        /// A requested capture failed.
        CaptureFailed,
        /// Money was refunded.
        Refunded,
        /// A requested refund failed.
        RefundFailed,
        /// A refund came back.
        RefundReversed,
        /// The payer took money back.
        ChargedBack,
        /// A charge-back was decided for the shop: its money is there again.
        ChargebackReversed,
        /// The provider charged a fee.
        Fee,
        /// The payment failed.
        Failed,
    }
}

verbs! {
    /// Reports what happened to a payment at its provider. What is known already changes nothing.
    report_payment = join(service::payments::report::Report) {
        /// The payment.
        id: Id,
        /// What happened.
        kind: PaymentFact,
        /// Amount, in the payment's currency. Default: that of the request, or all that it can be about. A fee needs
        /// it.
        amount: Option<Decimal>,
        /// The provider's id of the event. The same event is applied once. At most 255 characters.
        provider_event_id: Option<String>,
        /// When it happened. Default: now.
        occurred_at: Option<Moment>,
        /// The request whose outcome it is: `requestId` of the task's input.
        request_id: Option<Id>,
        /// The provider's code of a failure. At most 100 characters.
        code: Option<String>,
    } -> reported {
        /// The payment.
        payment: Row<Payment> = reported.payment,
        /// Its order.
        order: Row<Order> = reported.order,
        /// False if it was known already; then nothing changed.
        applied: bool = reported.applied,
    }
}
