//! The rules of segments.

use super::Rule;

/// The rules of segments.
pub(super) const RULES: &[Rule] = &[Rule::new(
    "segment_counts",
    "A segment's count is the number of its members.",
    "SELECT s.id, CAST(s.member_count AS TEXT) AS found, CAST(COALESCE(m.number, 0) AS TEXT) AS expected
     FROM customer_segments s LEFT JOIN (
       SELECT segment_id, COUNT(*) AS number FROM customer_segment_members GROUP BY segment_id) m
       ON m.segment_id = s.id
     WHERE s.member_count <> COALESCE(m.number, 0)",
)];
