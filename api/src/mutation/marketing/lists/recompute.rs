//! Recomputing the subscribers of a dynamic list.

use crate::{marketing::EmailList, mutation::prelude::*};

verbs! {
    /// Recomputes the subscribers of a dynamic list: customers who match its criteria and accept marketing. Addresses
    /// that left the list stay away.
    recompute_email_list = perform(service::marketing::lists::recompute::Recompute) {
        /// The list.
        id: Id,
    } -> outcome {
        /// The list.
        email_list: Row<EmailList> = outcome.list,
        /// Number of subscribers that were added.
        added: i32 = outcome.added,
        /// Number of subscribers that were removed.
        removed: i32 = outcome.removed,
    }
}
