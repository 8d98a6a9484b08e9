//! Capturing a payment.

use crate::{mutation::prelude::*, payments::Payment};

verbs! {
    /// Captures a payment, or a part of it: at most what is outstanding of the order. For providers other than `manual`
    /// and `bank_transfer` this is a request: an agent gets the task `capture_payment` and reports what happened. If all
    /// of it is requested already and the task is gone, there is a new task.
    capture_payment = perform(service::payments::capture::Capture) on payment {
        /// Amount, in the payment's currency. Default: all that can be captured.
        amount: Option<Decimal>,
    } -> payment: Payment;
}
