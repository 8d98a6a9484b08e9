//! The rules of the company's records and of its work.

use super::{Rule, Values, rule};
use crate::schema::rows;

pub(super) const RULES: &[Rule] = &[
    rule(
        "agents",
        "parent",
        &[
            &[("type", "'orchestrator'"), ("parent_id", "NULL"), ("is_active", "FALSE")],
            &[("type", "'director'"), ("parent_id", "@agents:2")],
        ],
        &[
            &[("type", "'orchestrator'"), ("parent_id", "@agents"), ("is_active", "FALSE")],
            &[("type", "'director'"), ("parent_id", "NULL")],
            &[("type", "'specialist'"), ("parent_id", "NULL")],
        ],
    ),
    rule("agents", "self", &[], &[&[("id", "@agents:9"), ("parent_id", "@agents:9")]]),
    rule(
        "agent_collaborations",
        "self",
        &[&[("requesting_agent_id", "@agents:2"), ("responding_agent_id", "@agents")]],
        &[&[("requesting_agent_id", "@agents"), ("responding_agent_id", "@agents")]],
    ),
    rule("agent_collaborations", "priority", PRIORITIES, BAD_PRIORITIES),
    rule("agent_collaborations", "sla", &[&[("sla_minutes", "1")]], BAD_SLAS),
    rule("goals", "self", &[&[("parent_goal_id", "@goals")]], &[&[("id", "@goals:9"), ("parent_goal_id", "@goals:9")]]),
    rule("goals", "version", &[&[("version", "2")]], &[&[("version", "0")]]),
    rule("workflow_executions", "times", TIMES, BAD_TIMES),
    rule("tasks", "times", TIMES, BAD_TIMES),
    rule("tasks", "priority", PRIORITIES, BAD_PRIORITIES),
    rule("tasks", "sla", &[&[("sla_minutes", "1")]], BAD_SLAS),
    rule("products", "base_price", &[&[("base_price", "0")]], &[&[("base_price", "-0.01")]]),
    rule("products", "cost", &[&[("cost", "0")]], &[&[("cost", "-0.01")]]),
    rule("product_variants", "sku", &[&[("sku", "'A'")], &[("sku", "NULL")]], &[&[("sku", "''")]]),
    rule("product_variants", "price", &[&[("price", "0")]], &[&[("price", "-0.01")]]),
    rule("product_variants", "compare_at_price", &[&[("compare_at_price", "0")]], &[&[("compare_at_price", "-0.01")]]),
    rule(
        "product_variants",
        "inventory_quantity",
        &[&[("inventory_quantity", "0")]],
        &[&[("inventory_quantity", "-1")]],
    ),
    rule("inventory", "quantity_available", &[&[("quantity_available", "0")]], &[&[("quantity_available", "-1")]]),
    rule("inventory", "quantity_reserved", &[&[("quantity_reserved", "0")]], &[&[("quantity_reserved", "-1")]]),
    rule("inventory", "quantity_incoming", &[&[("quantity_incoming", "0")]], &[&[("quantity_incoming", "-1")]]),
    rule("inventory", "reorder_point", &[&[("reorder_point", "0")]], &[&[("reorder_point", "-1")]]),
    rule("inventory", "reorder_quantity", &[&[("reorder_quantity", "0")]], &[&[("reorder_quantity", "-1")]]),
    rule(
        "product_metrics",
        "period",
        &[&[("period_start", "'2026-05-01'"), ("period_end", "'2026-05-01'")]],
        &[&[("period_start", "'2026-05-02'"), ("period_end", "'2026-05-01'")]],
    ),
    rule(
        "product_metrics",
        "counts",
        &[&[("views", "1"), ("add_to_carts", "1"), ("purchases", "1")]],
        &[&[("views", "-1")], &[("add_to_carts", "-1")], &[("purchases", "-1")]],
    ),
    rule(
        "product_metrics",
        "conversion_rate",
        &[&[("conversion_rate", "0")], &[("conversion_rate", "0.1234")], &[("conversion_rate", "1")]],
        &[&[("conversion_rate", "-0.0001")], &[("conversion_rate", "1.0001")]],
    ),
    rule("customers", "email", &[&[("email", "'a.b+c@example.com'")]], &[&[("email", "'A.b@example.com'")]]),
    rule(
        "customers",
        "totals",
        &[&[("total_spent", "400.5"), ("orders_count", "1"), ("average_order_value", "400.5")]],
        &[&[("total_spent", "-0.01")], &[("orders_count", "-1")], &[("average_order_value", "-0.01")]],
    ),
    rule(
        "customer_segment_members",
        "score",
        &[&[("score", "0")], &[("score", "99.99")], &[("score", "100")]],
        &[&[("score", "-0.01")], &[("score", "100.01")]],
    ),
    rule(
        "customer_interactions",
        "sentiment_score",
        &[&[("sentiment_score", "-1")], &[("sentiment_score", "0.25")], &[("sentiment_score", "1")]],
        &[&[("sentiment_score", "-1.01")], &[("sentiment_score", "1.01")]],
    ),
    rule("orders", "subtotal_amount", &[], &[&[("subtotal_amount", "-1"), ("total_amount", "0"), ("tax_amount", "1")]]),
    rule("orders", "discount_amount", &[], &[&[("discount_amount", "-1"), ("total_amount", "401")]]),
    rule("orders", "tax_amount", &[], &[&[("tax_amount", "-1"), ("total_amount", "399")]]),
    rule("orders", "shipping_amount", &[], &[&[("shipping_amount", "-1"), ("total_amount", "399")]]),
    rule("orders", "total_amount", &[], &[&[("discount_amount", "401"), ("total_amount", "-1")]]),
    rule(
        "orders",
        "total",
        &[
            &[
                ("subtotal_amount", "0.3"),
                ("discount_amount", "0.1"),
                ("tax_amount", "0.07"),
                ("shipping_amount", "4.9"),
                ("total_amount", "5.17"),
            ],
            &[("subtotal_amount", "9999999999.99"), ("total_amount", "9999999999.99")],
        ],
        &[&[("total_amount", "400.01")], &[("total_amount", "0")], &[("shipping_amount", "1")]],
    ),
    rule("order_items", "quantity", &[], &[&[("quantity", "0"), ("total_amount", "0")]]),
    rule("order_items", "discount_amount", &[], &[&[("discount_amount", "-1"), ("total_amount", "401")]]),
    rule("order_items", "tax_amount", &[], &[&[("tax_amount", "-1"), ("total_amount", "399")]]),
    rule(
        "order_items",
        "discount",
        &[&[("discount_amount", "400"), ("total_amount", "0")]],
        // A negative price is refused here: it is less than any discount.
        &[
            &[("discount_amount", "400.01"), ("tax_amount", "0.01"), ("total_amount", "0")],
            &[("price", "-1"), ("tax_amount", "2"), ("total_amount", "0")],
        ],
    ),
    rule(
        "order_items",
        "total",
        &[&[("quantity", "3"), ("price", "0.1"), ("tax_amount", "0.02"), ("total_amount", "0.32")]],
        &[&[("total_amount", "200")], &[("tax_amount", "1")]],
    ),
    rule("campaigns", "budget", &[&[("budget", "0")]], &[&[("budget", "-0.01")]]),
    rule("campaigns", "spent", &[&[("spent", "0")]], &[&[("spent", "-0.01")]]),
    rule(
        "campaigns",
        "dates",
        &[
            &[("start_date", "'2026-05-01'"), ("end_date", "'2026-05-01'")],
            &[("start_date", "'2026-05-01'"), ("end_date", "NULL")],
        ],
        &[&[("start_date", "'2026-05-02'"), ("end_date", "'2026-05-01'")]],
    ),
    rule("email_lists", "subscriber_count", &[&[("subscriber_count", "0")]], &[&[("subscriber_count", "-1")]]),
    rule("email_subscribers", "email", &[&[("email", "'a@b.example'")]], &[&[("email", "'a@B.example'")]]),
    rule(
        "kpi_measurements",
        "period",
        &[
            &[("period_start", "'2026-05-01T00:00:00+00:00'"), ("period_end", "'2026-05-01T00:00:00.000001+00:00'")],
            &[("period_start", "'2026-05-02T00:00:00+00:00'"), ("period_end", "NULL")],
        ],
        &[&[("period_start", "'2026-05-01T00:00:00+00:00'"), ("period_end", "'2026-05-01T00:00:00+00:00'")]],
    ),
    rule(
        "transactions",
        "amount",
        &[
            &[("amount", "0.01")],
            &[("type", "'adjustment'"), ("amount", "-400")],
            &[("type", "'adjustment'"), ("amount", "400")],
        ],
        &[
            &[("amount", "0")],
            &[("amount", "-0.01")],
            &[("type", "'refund'"), ("amount", "-1")],
            &[("type", "'expense'"), ("amount", "-1")],
            &[("type", "'adjustment'"), ("amount", "0")],
        ],
    ),
    rule(
        "budgets",
        "fiscal_month",
        &[&[("fiscal_month", "1")], &[("fiscal_month", "12")]],
        &[&[("fiscal_month", "0")], &[("fiscal_month", "13")]],
    ),
    rule("budgets", "allocated_amount", &[&[("allocated_amount", "0")]], &[&[("allocated_amount", "-0.01")]]),
    rule("budgets", "spent_amount", &[&[("spent_amount", "0")]], &[&[("spent_amount", "-0.01")]]),
    rule(
        "revenue_attribution",
        "attribution_percentage",
        &[&[("attribution_percentage", "0.01")], &[("attribution_percentage", "100")]],
        &[&[("attribution_percentage", "0")], &[("attribution_percentage", "100.01")]],
    ),
    rule("agents", "max_concurrent_tasks", &[&[("max_concurrent_tasks", "1")]], &[&[("max_concurrent_tasks", "0")]]),
    rule(
        "tasks",
        "parent_task_id",
        &[&[("parent_task_id", "@tasks")]],
        &[&[("id", "@tasks:9"), ("parent_task_id", "@tasks:9")]],
    ),
    rule("tasks", "open_dependencies", &[&[("open_dependencies", "0")]], &[&[("open_dependencies", "-1")]]),
    rule("tasks", "attempt", &[&[("attempt", "0")]], &[&[("attempt", "-1")]]),
    rule(
        "tasks",
        "max_attempts",
        &[&[("max_attempts", "1")], &[("max_attempts", "100")]],
        &[&[("max_attempts", "0")], &[("max_attempts", "101")]],
    ),
    rule("tasks", "backoff_seconds", &[&[("backoff_seconds", "0")]], &[&[("backoff_seconds", "-1")]]),
    rule("tasks", "backoff_cap_seconds", &[&[("backoff_cap_seconds", "0")]], &[&[("backoff_cap_seconds", "-1")]]),
    rule(
        "tasks",
        "lease_token",
        &[&[("status", "'in_progress'"), ("lease_token", "@tasks"), ("lease_expires_at", rows::NOW)]],
        &[&[("status", "'waiting'"), ("lease_token", "@tasks"), ("lease_expires_at", rows::NOW)]],
    ),
    rule(
        "tasks",
        "lease_expires_at",
        &[],
        &[
            &[("status", "'in_progress'"), ("lease_expires_at", rows::NOW)],
            &[("status", "'in_progress'"), ("lease_token", "@tasks")],
        ],
    ),
    rule("tasks", "lease_seconds", &[&[("lease_seconds", "1")]], &[&[("lease_seconds", "0")]]),
    rule(
        "tasks",
        "waiting_for",
        &[&[("status", "'waiting'"), ("waiting_for", "'children'")], &[("status", "'waiting'")]],
        &[&[("status", "'pending'"), ("waiting_for", "'children'")]],
    ),
    rule("tasks", "max_run_seconds", &[&[("max_run_seconds", "1")]], &[&[("max_run_seconds", "0")]]),
    rule("tasks", "max_wait_seconds", &[&[("max_wait_seconds", "1")]], &[&[("max_wait_seconds", "0")]]),
    rule(
        "tasks",
        "progress_percentage",
        &[&[("progress_percentage", "0")], &[("progress_percentage", "100")]],
        &[&[("progress_percentage", "-0.01")], &[("progress_percentage", "100.01")]],
    ),
    rule("task_dependencies", "self", &[], &[&[("task_id", "@tasks"), ("depends_on_id", "@tasks")]]),
    rule("task_attempts", "number", &[&[("number", "1")]], &[&[("number", "0")]]),
    rule(
        "task_attempts",
        "times",
        &[&[("started_at", rows::NOW), ("ended_at", rows::NOW)]],
        &[&[("started_at", rows::NOW), ("ended_at", "'2026-05-04T03:02:00.999999+00:00'")]],
    ),
    rule(
        "approvals",
        "decided",
        &[&[("status", "'pending'"), ("decided_at", "NULL")]],
        &[&[("status", "'pending'")], &[("status", "'expired'"), ("decided_at", "NULL")]],
    ),
    rule(
        "approvals",
        "rejection",
        &[&[("status", "'rejected'"), ("comment", "'too dear'")]],
        &[&[("status", "'rejected'")]],
    ),
    rule(
        "approvals",
        "edit",
        &[&[("status", "'edited'"), ("patch", "'{}'")]],
        &[&[("status", "'edited'")], &[("patch", "'{}'")]],
    ),
    rule(
        "api_keys",
        "agent",
        &[&[("role", "'agent'"), ("agent_id", "@agents")], &[("role", "'viewer'"), ("agent_id", "NULL")]],
        &[&[("agent_id", "NULL")], &[("role", "'admin'")]],
    ),
];

const PRIORITIES: &[Values] = &[&[("priority", "1")], &[("priority", "10")]];
const BAD_PRIORITIES: &[Values] = &[&[("priority", "0")], &[("priority", "11")]];
const BAD_SLAS: &[Values] = &[&[("sla_minutes", "0")], &[("sla_minutes", "-1")]];

const TIMES: &[Values] = &[
    &[("started_at", "'2026-05-01T00:00:00+00:00'"), ("completed_at", "'2026-05-01T00:00:00+00:00'")],
    &[("started_at", "'2026-05-01T00:00:00.12+00:00'"), ("completed_at", "'2026-05-01T00:00:00.123+00:00'")],
    &[("started_at", "NULL"), ("completed_at", "'2026-05-01T00:00:00+00:00'")],
];
const BAD_TIMES: &[Values] =
    &[&[("started_at", "'2026-05-01T00:00:00.000001+00:00'"), ("completed_at", "'2026-05-01T00:00:00+00:00'")]];
