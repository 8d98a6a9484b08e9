//! Merging customers.

use crate::{customers::Customer, mutation::prelude::*};

verbs! {
    /// Merges customers who are the same person. Their orders, transactions, interactions, consents and everything else
    /// move to the customer who stays. In a segment the higher score counts, on a list the stricter state, and a later
    /// withdrawal of consent counts for the customer who stays. The others are deleted; their ids, email addresses and
    /// Shopify ids lead to the one who stays.
    merge_customers = perform(service::customers::merge::Merge) {
        /// The customer who stays, with the name, address, notes and tags.
        into_id: Id,
        /// The customers who are merged into it and deleted, 1 to 20.
        from_ids: Vec<Id>,
        /// The versions that you read: of `intoId`, then of `fromIds` in their order. The call is refused
        /// (VERSION_CONFLICT) if a current version is different. Empty for any.
        expected_versions: Vec<i32> = Vec::new(),
    } -> customer: Customer;
}
