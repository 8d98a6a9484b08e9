//! Members: which customers are in which segments.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{Customer, CustomerSegment};
use crate::{read::scalars::Id, resource};

resource! {
    /// Membership of a customer in a segment.
    CustomerSegmentMember: customer_segment_members, key [customer_id, segment_id], by [assigned_at desc];
    list customer_segment_members;
    columns {
        /// The customer.
        customer_id: Id,
        /// The segment.
        segment_id: Id,
        /// How well the customer fits the segment, 0 to 100.
        score: Decimal,
        /// When the customer was added to the segment.
        assigned_at: DateTime<Utc>,
        /// Whether the customer was assigned by hand: such members stay when the segment is recomputed.
        is_manual: bool,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By how well the customer fits the segment.
        score,
        /// By the time the customer was added to the segment.
        assigned_at,
    }
    to_one {
        /// The customer.
        customer: Customer by customer_id,
        /// The segment.
        segment: CustomerSegment by segment_id,
    }
    to_one_or_none {}
    to_many {}
}
