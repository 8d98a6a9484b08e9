//! What may be there only once.

use tests::on_both_engines;

use super::rows::{self, Row};

type Values = &'static [(&'static str, &'static str)];

on_both_engines! {
    async fn every_key_admits_one_row(db: &TestDatabase) {
        rows::insert_all(db).await;
        let mut number = 10;
        for (table, values) in KEYS {
            let twin = |number| Row::new(table, number).with(*values);
            twin(number + 1).insert(db).await.unwrap_or_else(|error| panic!("{table} {values:?}: {error}"));
            let error = twin(number + 2).insert(db).await.expect_err(&format!("{table} holds {values:?} twice"));
            let text = error.to_string();
            assert!(text.to_lowercase().contains("unique"), "{table} {values:?}: {text}");
            number += 2;
        }
    }

    async fn null_is_never_a_repetition(db: &TestDatabase) {
        rows::insert_all(db).await;
        for (index, (table, values)) in OPTIONAL.iter().enumerate() {
            for number in [10 + 2 * index, 11 + 2 * index] {
                let row = Row::new(table, number).with(*values);
                row.insert(db).await.unwrap_or_else(|error| panic!("{table} {values:?}: {error}"));
            }
        }
    }

    async fn one_orchestrator_is_active(db: &TestDatabase) {
        rows::insert_all(db).await;
        let another = |number| Row::new("agents", number).set("type", "'orchestrator'").set("parent_id", "NULL");
        another(11).insert(db).await.expect_err("the first one is active");
        another(12).set("is_active", "FALSE").insert(db).await.expect("a retired one");
    }
}

/// Values that make two rows collide.
const KEYS: &[(&str, Values)] = &[
    ("agents", &[("name", "'twin'")]),
    ("agent_capabilities", &[("capability_name", "'twin'")]),
    ("agent_collaborations", &[("collaboration_type", "'twin'")]),
    ("workflows", &[("name", "'twin'")]),
    ("workflows", &[("n8n_workflow_id", "'twin'")]),
    ("workflow_executions", &[("execution_id", "'twin'")]),
    ("products", &[("handle", "'twin'")]),
    ("products", &[("shopify_id", "'twin'")]),
    ("product_variants", &[("shopify_variant_id", "'twin'")]),
    ("product_variants", &[("sku", "'twin'")]),
    ("inventory", &[("location", "'twin'")]),
    ("product_metrics", &[("product_id", "@products"), ("period_end", "'2026-05-30'")]),
    ("customers", &[("email", "'twin@example.com'")]),
    ("customers", &[("shopify_customer_id", "'twin'")]),
    ("customer_segments", &[("name", "'twin'")]),
    ("customer_segment_members", &[("customer_id", "@customers:2")]),
    ("orders", &[("order_number", "'twin'")]),
    ("orders", &[("shopify_order_id", "'twin'")]),
    ("email_lists", &[("name", "'twin'")]),
    ("email_subscribers", &[("email", "'twin@example.com'")]),
    ("kpis", &[("name", "'twin'")]),
    (
        "kpi_measurements",
        &[("period_start", "'2026-05-01T00:00:00+00:00'"), ("period_end", "'2026-05-02T00:00:00+00:00'")],
    ),
    ("transactions", &[("external_id", "'twin'")]),
    ("budgets", &[("category", "'twin'")]),
    ("revenue_attribution", &[("campaign_id", "@campaigns")]),
    ("configurations", &[("key", "'twin'")]),
    ("tasks", &[("workflow_execution_id", "@workflow_executions"), ("reference", "'twin'")]),
    ("task_dependencies", &[("task_id", "@tasks:2"), ("depends_on_id", "@tasks")]),
    ("task_keys", &[("key", "'twin'")]),
    ("approvals", &[("status", "'pending'"), ("decided_at", "NULL")]),
    ("api_keys", &[("prefix", "'twin'")]),
    ("api_keys", &[("hash", "'twin'")]),
    ("idempotency_keys", &[("key", "'twin'")]),
    ("events", &[("position", "1000")]),
    ("product_variants", &[("shopify_inventory_item_id", "'twin'")]),
    ("stock_movements", &[("effect_key", "'twin'")]),
    ("order_items", &[("shopify_line_item_id", "'twin'")]),
    ("order_numbers", &[("position", "1000")]),
    ("fulfillments", &[("shopify_fulfillment_id", "'twin'")]),
    ("fulfillment_lines", &[("order_item_id", "@order_items:2")]),
    ("return_lines", &[("order_item_id", "@order_items:2")]),
    ("discounts", &[("code", "'TWIN'")]),
    ("discount_uses", &[("order_id", "@orders:2")]),
    ("discount_uses", &[("customer_id", "@customers"), ("is_once", "TRUE")]),
    ("prices", &[("min_quantity", "7000")]),
    ("prices", &[("min_quantity", "7000"), ("segment_id", "@customer_segments")]),
    ("exchange_rates", &[("day", "'2026-05-04'")]),
    ("tax_rates", &[("region", "'twin'")]),
    ("shipping_methods", &[("code", "'twin'")]),
    ("payments", &[("provider_reference", "'twin'")]),
    ("refunds", &[("external_id", "'twin'")]),
    ("refund_lines", &[("order_item_id", "@order_items:2")]),
    ("payment_entries", &[("effect_key", "'twin'")]),
    ("approval_uses", &[("approval_id", "@approvals:2")]),
    ("transactions", &[("payment_entry_id", "@payment_entries")]),
    ("transactions", &[("reverses_id", "@transactions")]),
    ("customer_aliases", &[("value", "'twin'")]),
    ("campaign_recipients", &[("address_hash", "'twin'")]),
    ("touchpoints", &[("external_id", "'twin'")]),
    ("budget_slices", &[("budget_id", "@budgets:2")]),
    ("budget_slices", &[("budget_id", "@budgets"), ("parent_id", "@budget_slices"), ("agent_id", "@agents:2")]),
    ("budget_reservations", &[("effect_key", "'twin'")]),
    ("inbound_webhooks", &[("external_id", "'twin'")]),
    ("webhook_deliveries", &[("endpoint_id", "@webhook_endpoints"), ("position", "7000")]),
    ("bulk_chunks", &[("number", "7000")]),
];

/// Keys with a part that is unknown: two unknown ones are not the same.
const OPTIONAL: &[(&str, Values)] = &[
    ("workflows", &[("n8n_workflow_id", "NULL")]),
    ("workflow_executions", &[("execution_id", "NULL")]),
    ("products", &[("shopify_id", "NULL")]),
    ("product_variants", &[("sku", "NULL")]),
    ("orders", &[("shopify_order_id", "NULL")]),
    ("kpi_measurements", &[("period_start", "NULL"), ("period_end", "NULL")]),
    ("transactions", &[("external_id", "NULL")]),
    ("revenue_attribution", &[("campaign_id", "NULL")]),
    ("tasks", &[("workflow_execution_id", "@workflow_executions"), ("reference", "NULL")]),
    ("tasks", &[("workflow_execution_id", "NULL"), ("reference", "'twin'")]),
    ("discounts", &[("code", "NULL")]),
    ("discount_uses", &[("customer_id", "NULL"), ("is_once", "TRUE")]),
    ("discount_uses", &[("customer_id", "@customers"), ("is_once", "FALSE")]),
    ("payments", &[("provider_reference", "NULL")]),
    ("stock_movements", &[("effect_key", "NULL")]),
    ("touchpoints", &[("external_id", "NULL")]),
    ("budget_slices", &[("budget_id", "@budgets"), ("parent_id", "@budget_slices"), ("agent_id", "NULL")]),
    ("budget_reservations", &[("effect_key", "NULL")]),
];
