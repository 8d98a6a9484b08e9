//! The rules of webhooks that are sent.

use super::Rule;

/// The rules of webhooks that are sent.
pub(super) const RULES: &[Rule] = &[Rule::new(
    "pending_deliveries",
    "Of an endpoint's deliveries about an object, the first pending one has a time for its next attempt, no other.",
    "SELECT d.id, CASE WHEN d.next_attempt_at IS NULL THEN 'no time' ELSE 'a time' END AS found,
            CASE WHEN d.next_attempt_at IS NULL THEN 'a time' ELSE 'no time' END AS expected
     FROM webhook_deliveries AS d
     WHERE (d.next_attempt_at IS NOT NULL) <> (d.status = 'pending' AND NOT EXISTS (
         SELECT 1 FROM webhook_deliveries AS b
         WHERE b.endpoint_id = d.endpoint_id AND b.aggregate_id = d.aggregate_id AND b.status = 'pending'
             AND (b.transaction_number, b.position) < (d.transaction_number, d.position)))",
)];
