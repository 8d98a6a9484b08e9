//! Reversing transactions.

use crate::{finance::Transaction, mutation::prelude::*};

verbs! {
    /// Reverses a transaction, once: records an adjustment of the opposite amount, booked today. An expense no longer
    /// counts on its campaign and its budget. Transactions of payments and reversals cannot be reversed.
    reverse_transaction = perform(service::finance::reverse::Reverse) {
        /// The transaction.
        id: Id,
        /// The reason, for people. At most 255 characters.
        reason: String,
    } -> reversal: Transaction;
}
