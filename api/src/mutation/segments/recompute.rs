//! Recomputing the members of a segment.

use crate::{customers::CustomerSegment, mutation::prelude::*};

verbs! {
    /// Recomputes the members of a segment by its criteria. Customers who were assigned by hand stay.
    recompute_segment = perform(service::segments::recompute::Recompute) {
        /// The segment.
        id: Id,
    } -> outcome {
        /// The segment.
        segment: Row<CustomerSegment> = outcome.segment,
        /// Number of members that were added.
        added: i32 = outcome.added,
        /// Number of members that were removed.
        removed: i32 = outcome.removed,
    }
}
