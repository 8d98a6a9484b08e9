//! The rules of bulk jobs.

use super::Rule;

/// The rules of bulk jobs.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "running_jobs",
        "A bulk job has a lease while it runs, and none before or afterwards.",
        "SELECT id, CASE WHEN leased_until IS NULL THEN 'no lease' ELSE 'a lease' END AS found,
                CAST(status AS TEXT) AS expected
         FROM bulk_jobs WHERE (status = 'running') <> (leased_until IS NOT NULL)",
    ),
    Rule::new(
        "ended_jobs",
        "A bulk job that has ended has the time of its end, and no other one has.",
        "SELECT id, CASE WHEN ended_at IS NULL THEN 'no end' ELSE 'an end' END AS found,
                CAST(status AS TEXT) AS expected
         FROM bulk_jobs WHERE (status IN ('completed', 'failed', 'cancelled')) <> (ended_at IS NOT NULL)",
    ),
];
