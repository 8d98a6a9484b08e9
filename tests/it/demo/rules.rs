//! The consistency check finds what is broken on purpose.

use std::collections::BTreeSet;

use sea_orm::ConnectionTrait;
use service::{consistency, seed};
use tests::on_both_engines;

use super::{assert_consistent, at};
use crate::client::connect;

/// For each rule, statements that break it on the demo data.
const BREAKS: &[(&str, &str)] = &[
    (
        "agent_cycles",
        "UPDATE agents SET parent_id = (SELECT id FROM agents WHERE name = 'Sales Specialist')
         WHERE name = 'Revenue Director'",
    ),
    (
        "goal_cycles",
        "UPDATE goals SET parent_goal_id = (SELECT id FROM goals WHERE name = 'Answer each quote within two hours')
         WHERE name = 'Earn 100,000 USD from all channels'",
    ),
    ("execution_completed", "UPDATE tasks SET status = 'pending' WHERE status = 'completed'"),
    ("base_price", "UPDATE products SET base_price = base_price + 1 WHERE handle = 'late-copper'"),
    ("variant_stock", "UPDATE product_variants SET inventory_quantity = inventory_quantity + 1"),
    ("variant_stock", "UPDATE inventory SET quantity_available = quantity_available + 1 WHERE location = 'main'"),
    ("reserved_stock", "UPDATE inventory SET quantity_reserved = quantity_reserved + 1 WHERE location = 'main'"),
    ("reserved_stock", "UPDATE inventory SET quantity_reserved = 0"),
    ("customer_totals", "UPDATE customers SET orders_count = orders_count + 1"),
    ("customer_totals", "UPDATE customers SET total_spent = ROUND(total_spent + 0.01, 2) WHERE orders_count = 1"),
    ("customer_totals", "UPDATE customers SET last_order_date = created_at"),
    ("customer_totals", "UPDATE orders SET customer_id = NULL WHERE order_number = 'VW-1001'"),
    ("customer_average", "UPDATE customers SET average_order_value = NULL"),
    ("customer_average", "UPDATE customers SET average_order_value = ROUND(average_order_value + 0.02, 2)"),
    ("customer_average", "UPDATE customers SET average_order_value = 0 WHERE orders_count = 0"),
    ("order_amounts", "UPDATE order_items SET quantity = quantity + 1, total_amount = ROUND(total_amount + price, 2)"),
    (
        "order_amounts",
        "DELETE FROM order_items WHERE order_id = (SELECT id FROM orders WHERE order_number = 'VW-1001')",
    ),
    (
        "order_amounts",
        "UPDATE orders SET tax_amount = ROUND(tax_amount + 0.01, 2), total_amount = ROUND(total_amount + 0.01, 2)",
    ),
    ("order_statuses", "UPDATE orders SET financial_status = 'paid' WHERE status = 'cancelled'"),
    ("order_statuses", "UPDATE orders SET fulfillment_status = 'unfulfilled' WHERE status = 'completed'"),
    ("order_payments", "UPDATE orders SET financial_status = 'paid' WHERE financial_status = 'pending'"),
    ("order_payments", "UPDATE orders SET financial_status = 'pending' WHERE financial_status = 'paid'"),
    ("order_refunds", "UPDATE orders SET financial_status = 'refunded' WHERE financial_status = 'paid'"),
    ("order_refunds", "UPDATE orders SET financial_status = 'paid' WHERE financial_status = 'partially_refunded'"),
    ("campaign_spending", "UPDATE campaigns SET spent = ROUND(spent + 0.01, 2)"),
    ("subscriber_counts", "UPDATE email_subscribers SET status = 'bounced' WHERE email = 'ana.reader@example.com'"),
    ("subscriber_counts", "UPDATE email_lists SET subscriber_count = subscriber_count + 1"),
    ("budget_spending", "UPDATE budgets SET spent_amount = ROUND(spent_amount + 0.01, 2)"),
    (
        "attribution_sums",
        "UPDATE revenue_attribution SET attribution_percentage = 33.35 WHERE attribution_model = 'linear'",
    ),
    (
        "attribution_of_revenue",
        "UPDATE revenue_attribution
         SET transaction_id = (SELECT id FROM transactions WHERE type = 'refund' ORDER BY created_at LIMIT 1)
         WHERE id = (SELECT id FROM revenue_attribution ORDER BY created_at, id LIMIT 1)",
    ),
    ("task_leases", "UPDATE tasks SET lease_token = NULL, lease_expires_at = NULL WHERE status = 'in_progress'"),
    ("task_dependencies", "UPDATE tasks SET open_dependencies = open_dependencies + 1 WHERE status = 'pending'"),
    ("task_dependencies", "DELETE FROM task_dependencies"),
    ("task_wakes", "DELETE FROM approvals WHERE status = 'pending'"),
    ("task_wakes", "UPDATE agents SET is_active = FALSE"),
    ("task_wakes", "UPDATE tasks SET lease_token = NULL, lease_expires_at = NULL WHERE status = 'in_progress'"),
    ("task_approvals", "UPDATE tasks SET status = 'cancelled', waiting_for = NULL WHERE status = 'waiting'"),
    (
        "task_parts",
        "UPDATE tasks SET parent_task_id = (SELECT id FROM tasks WHERE status = 'failed' ORDER BY id LIMIT 1) WHERE status = 'pending'",
    ),
    (
        "agent_limits",
        "UPDATE agents SET max_concurrent_tasks = 1
         WHERE id IN (SELECT assigned_agent_id FROM tasks WHERE status = 'in_progress' GROUP BY 1 HAVING COUNT(*) > 1)",
    ),
    (
        "execution_ends",
        "UPDATE tasks SET status = 'completed', lease_token = NULL, lease_expires_at = NULL WHERE status = 'in_progress'",
    ),
    ("report_readers", r#"UPDATE reports SET recipient_agents = '["01890000-0000-7000-8000-000000000000"]'"#),
];

on_both_engines! {
    async fn each_rule_finds_its_broken_rows(db: &TestDatabase) {
        let database = connect(db).await;
        seed::demo(&database, at("2026-03-14T15:09:26Z")).await.expect("inserted");
        for (rule, statement) in BREAKS {
            let txn = database.begin().await.expect("begun");
            let changed = txn.execute_unprepared(statement).await.expect(statement).rows_affected();
            assert!(changed > 0, "nothing to break: {statement}");
            let violations = consistency::check(&*txn).await.expect("checked");
            assert!(violations.iter().any(|violation| violation.rule == *rule), "{rule} overlooks {statement}");
            txn.rollback().await.expect("rolled back");
        }
        assert_consistent(&database).await;
    }
}

#[test]
fn every_rule_is_broken_by_a_test() {
    let broken: BTreeSet<_> = BREAKS.iter().map(|(rule, _)| *rule).collect();
    let rules = consistency::rules().map(|rule| rule.name);
    assert_eq!(rules.chain(["report_readers"]).collect::<BTreeSet<_>>(), broken);
}
