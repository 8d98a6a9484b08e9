//! The rules of what connects the shop to other systems.

use super::{Rule, rule};
use crate::schema::rows::NOW;

pub(super) const NOT_NEGATIVE: &[(&str, &[&str])] =
    &[("inbound_webhooks", &["attempts"]), ("webhook_deliveries", &["attempts"]), ("bulk_jobs", &["done_rows"])];

pub(super) const RULES: &[Rule] = &[rule(
    "inbound_webhooks",
    "next_attempt",
    &[
        &[("status", "'received'"), ("next_attempt_at", NOW)],
        &[("status", "'waiting'"), ("next_attempt_at", NOW)],
        &[("status", "'ignored'")],
        &[("status", "'dead'")],
    ],
    &[&[("status", "'received'")], &[("status", "'waiting'")], &[("next_attempt_at", NOW)]],
)];
