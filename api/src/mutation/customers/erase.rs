//! Erasing a customer.

use crate::{customers::Customer, mutation::prelude::*};

verbs! {
    /// Erases the personal data of a customer for good: names, email addresses, phone, company, note, tags, addresses
    /// and notes of orders, notes of returns, texts of interactions, addresses of campaign messages, and subscriptions.
    /// Orders and amounts stay. Nothing can be sold to the customer any more, and the addresses get no messages until
    /// their owner consents again. Refused (IN_USE) while an order is open or a payment is disputed.
    erase_customer = perform(service::customers::erase::Erase) on customer {
        /// Why it is erased, for the audit log; without personal data. At most 255 characters.
        reason: String,
    } -> customer: Customer;
}
