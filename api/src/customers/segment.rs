//! Segments: kinds of customers.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::CustomerSegmentMember;
use crate::{marketing::Campaign, pricing::VariantPrice, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Kind of customers in a segment.
    SegmentType {
        /// Companies that furnish rooms.
        Commercial,
        /// People who furnish their homes.
        Residential,
        /// People reached online.
        Online,
    }
}

resource! {
    /// A group of customers, defined by criteria.
    CustomerSegment: customer_segments, key [id], by [created_at desc];
    one customer_segment;
    list customer_segments;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Unique name.
        name: String,
        /// Kind of customers it contains.
        r#type: SegmentType,
        /// Further description; null if none.
        description: Option<String>,
        /// Criteria that define the segment, as a JSON object; empty if its members are only assigned by hand.
        criteria: Json,
        /// Whether the segment is in use.
        is_active: bool,
        /// Number of members.
        member_count: i32,
        /// How often the server recomputes the members, in minutes; null if only `recomputeSegment` does.
        refresh_minutes: Option<i32>,
        /// When the members were last recomputed; null if never.
        computed_at: Option<DateTime<Utc>>,
        /// When the server recomputes them next; null if it does not.
        next_compute_at: Option<DateTime<Utc>>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// Its members, best match first.
        members: CustomerSegmentMember by segment_id [score desc],
        /// The campaigns that target it, newest first.
        campaigns: Campaign by target_segment_id [created_at desc],
        /// The prices that only its members get, newest first.
        prices: VariantPrice by segment_id [created_at desc],
    }
}
