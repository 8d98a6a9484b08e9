//! Confirming a subscription.

use crate::{marketing::EmailList, mutation::prelude::*};

verbs! {
    /// Confirms a subscription with the token that was sent to the address, and records the consent of its owner.
    confirm_subscription = perform(service::marketing::lists::confirm::Confirm) {
        /// The `confirmationToken` of `subscribe`.
        token: String,
    } -> email_list: EmailList;
}
