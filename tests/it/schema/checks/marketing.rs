//! The rules of what marketing and budgets need.

use super::{Rule, rule};

pub(super) const NOT_NEGATIVE: &[(&str, &[&str])] = &[
    ("customer_segments", &["member_count"]),
    ("campaigns", &["booked_count"]),
    ("campaign_recipients", &["send_attempts"]),
    ("budget_slices", &["allocated_amount", "delegated_amount", "reserved_amount", "spent_amount", "alert_level"]),
    ("budget_reservations", &["spent_amount"]),
];

pub(super) const RULES: &[Rule] = &[
    rule("customer_segments", "refresh_minutes", &[&[("refresh_minutes", "1")]], &[&[("refresh_minutes", "0")]]),
    rule("email_lists", "refresh_minutes", &[&[("refresh_minutes", "1")]], &[&[("refresh_minutes", "0")]]),
    rule("campaigns", "cost_per_message", &[&[("cost_per_message", "0")]], &[&[("cost_per_message", "-0.01")]]),
    rule(
        "campaigns",
        "booked",
        &[&[("message_count", "2"), ("booked_count", "2")]],
        &[&[("message_count", "1"), ("booked_count", "2")], &[("message_count", "-1")]],
    ),
    rule("campaigns", "sends_per_minute", &[&[("sends_per_minute", "1")]], &[&[("sends_per_minute", "0")]]),
    rule(
        "budget_slices",
        "free",
        &[
            &[
                ("parent_id", "@budget_slices"),
                ("allocated_amount", "10.3"),
                ("delegated_amount", "3.1"),
                ("reserved_amount", "3.2"),
                ("spent_amount", "4"),
            ],
            &[("allocated_amount", "10"), ("spent_amount", "10.01")],
        ],
        &[
            &[("parent_id", "@budget_slices"), ("allocated_amount", "10"), ("spent_amount", "10.01")],
            &[("parent_id", "@budget_slices"), ("allocated_amount", "10"), ("delegated_amount", "10.01")],
            &[("parent_id", "@budget_slices"), ("allocated_amount", "10"), ("reserved_amount", "10.01")],
        ],
    ),
    rule("budget_reservations", "amount", &[&[("amount", "0.01")]], &[&[("amount", "0")]]),
    rule("budget_reservations", "spent", &[&[("spent_amount", "5")]], &[&[("spent_amount", "5.01")]]),
];
