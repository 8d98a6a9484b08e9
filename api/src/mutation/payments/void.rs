//! Voiding a payment.

use crate::{mutation::prelude::*, payments::Payment};

verbs! {
    /// Voids a payment: what was authorized and not captured is free again. For providers other than `manual` and
    /// `bank_transfer` this is a request: an agent gets the task `void_payment` and reports what happened.
    void_payment = perform(service::payments::void::Void) on payment -> payment: Payment;
}
