//! Leaving lists.

use crate::{marketing::EmailList, mutation::prelude::*};

verbs! {
    /// Takes an address off a list or off all lists, and withdraws the consent to emails. No import, agent or segment
    /// brings it back, only its owner. Give either the token of a link, or the address with a list or `all`.
    unsubscribe = perform(service::marketing::lists::unsubscribe::Unsubscribe) {
        /// The token of an unsubscribe link.
        token: Option<String>,
        /// Email address.
        email: Option<String>,
        /// The list.
        list_id: Option<Id>,
        /// True: all lists.
        all: bool = false,
        /// Why; without personal data, since it is kept for good. At most 255 characters.
        reason: Option<String>,
    } -> outcome {
        /// The lists that the address was taken off. Empty if it was on none.
        email_lists: Vec<Row<EmailList>> = outcome.lists,
    }
}
