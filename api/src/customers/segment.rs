//! Segments: kinds of customers.

use chrono::{DateTime, Utc};
use serde_json::Value as Json;

use super::CustomerSegmentMember;
use crate::{marketing::Campaign, read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Whom a segment is about.
    SegmentType {
        /// Companies that furnish rooms.
        Commercial,
        /// People who furnish their homes.
        Residential,
        /// People met on the net.
        Online,
    }
}

resource! {
    /// A kind of customers, told by criteria.
    CustomerSegment: customer_segments, key [id], by [created_at desc];
    one customer_segment;
    list customer_segments;
    columns {
        /// Its key.
        id: Id,
        /// What it is called; unique.
        name: String,
        /// Whom it is about.
        r#type: SegmentType,
        /// More about it; null when there is no more.
        description: Option<String>,
        /// What tells its customers, an object.
        criteria: Json,
        /// Whether it is in use.
        is_active: bool,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// The customers in it, best match first.
        members: CustomerSegmentMember by segment_id [score desc],
        /// The campaigns for it, newest first.
        campaigns: Campaign by target_segment_id [created_at desc],
    }
}
