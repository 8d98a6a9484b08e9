//! Changing a segment.

use crate::{
    customers::{CustomerSegment, SegmentType},
    mutation::prelude::*,
};

verbs! {
    /// Updates a segment. Fields that are left out stay as they are. The members stay until they are recomputed.
    update_segment = perform(service::segments::update::Update) on segment {
        /// Name; no other segment can have it. At most 255 characters.
        name: Option<String>,
        /// Kind of customers it contains.
        r#type: Option<SegmentType>,
        /// Further description. At most 10000 characters. Null removes it.
        description: MaybeUndefined<String>,
        /// Criteria: who belongs to it, a JSON object of at most 50 conditions and 8 levels. Empty: only customers who
        /// are assigned by hand.
        criteria: Option<Json>,
        /// How often the server recomputes its members, in minutes, 1 to 527040. Null: only `recomputeSegment` does.
        refresh_minutes: MaybeUndefined<i32>,
        /// Whether the segment is in use. If not, the server does not recompute its members.
        is_active: Option<bool>,
    } -> segment: CustomerSegment;
}
