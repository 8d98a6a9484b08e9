//! Creating a segment.

use crate::{
    customers::{CustomerSegment, SegmentType},
    mutation::prelude::*,
};

verbs! {
    /// Creates a segment of customers. It has no members at first. `recomputeSegment` finds those who match the
    /// criteria; with `refreshMinutes` the server does, for the first time at once.
    create_segment = perform(service::segments::create::Create) {
        /// Name; no other segment can have it. At most 255 characters.
        name: String,
        /// Kind of customers it contains.
        r#type: SegmentType,
        /// Further description. At most 10000 characters.
        description: Option<String>,
        /// Criteria: who belongs to it, a JSON object of at most 50 conditions and 8 levels. Left out or empty: only
        /// customers who are assigned by hand.
        criteria: Option<Json>,
        /// How often the server recomputes its members, in minutes, 1 to 527040. Left out: only `recomputeSegment`
        /// does.
        refresh_minutes: Option<i32>,
        /// Whether the segment is in use. If not, the server does not recompute its members.
        is_active: bool = true,
    } -> segment: CustomerSegment;
}
