//! An approval that nobody decides can go to the agent above, and whoever asked for it is known by the key.

use crate::schema::{Addition, TablesOf, Widening, tables_of, timestamp, uuid};

const ESCALATE: Widening = Widening {
    name: "approval_deadline",
    table: "approvals",
    column: "on_deadline",
    values: &["escalate"],
    instead: Some("fail"),
};

pub(crate) fn migration() -> TablesOf {
    tables_of("m0018_approval_rules", &[], Vec::new)
        .widening(&[&ESCALATE])
        .adding(|| vec![approvals()])
        .commenting(&[include_str!("m0018_approval_rules.txt")])
}

/// No foreign key: whoever asked is known even if the key is gone.
fn approvals() -> Addition {
    Addition::to("approvals").column(timestamp("escalated_at").null()).column(uuid("requesting_key_id").null())
}
