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
    ("reserved_stock", "UPDATE stock_reservations SET quantity = quantity + 1 WHERE status = 'held'"),
    ("stock_journal", "UPDATE inventory SET quantity_available = quantity_available + 1 WHERE location = 'Printful'"),
    ("stock_journal", "UPDATE inventory SET location = 'elsewhere' WHERE location = 'Printful'"),
    ("open_lines", "UPDATE stock_reservations SET status = 'released' WHERE status = 'ordered'"),
    ("open_lines", "UPDATE stock_reservations SET quantity = quantity + 1 WHERE status = 'backordered'"),
    (
        "open_lines",
        "UPDATE order_items SET cancelled_quantity = cancelled_quantity + 1
         WHERE fulfilled_quantity + cancelled_quantity < quantity",
    ),
    ("open_lines", "UPDATE orders SET status = 'completed' WHERE status = 'processing'"),
    (
        "editions",
        "UPDATE inventory SET quantity_reserved = 3
         WHERE product_variant_id IN (SELECT id FROM product_variants WHERE edition_size IS NOT NULL)",
    ),
    ("customer_totals", "UPDATE customers SET orders_count = orders_count + 1"),
    ("customer_totals", "UPDATE customers SET total_spent = ROUND(total_spent + 0.01, 2) WHERE orders_count = 1"),
    ("customer_totals", "UPDATE customers SET last_order_date = created_at"),
    ("customer_totals", "UPDATE orders SET customer_id = NULL WHERE order_number = 'VW-1001'"),
    ("customer_average", "UPDATE customers SET average_order_value = NULL"),
    ("customer_average", "UPDATE customers SET average_order_value = ROUND(average_order_value + 0.02, 2)"),
    ("customer_average", "UPDATE customers SET average_order_value = 0 WHERE orders_count = 0"),
    ("customer_consent", "UPDATE customers SET accepts_marketing = NOT accepts_marketing"),
    ("address_hashes", "UPDATE customers SET phone_hash = NULL WHERE phone IS NOT NULL"),
    ("address_hashes", "UPDATE customers SET email_hash = NULL WHERE accepts_marketing"),
    ("address_hashes", "UPDATE email_subscribers SET address_hash = 'another' WHERE customer_id IS NOT NULL"),
    ("erased_customers", "UPDATE customers SET erased_at = created_at"),
    ("order_amounts", "UPDATE order_items SET quantity = quantity + 1, total_amount = ROUND(total_amount + price, 2)"),
    (
        "order_amounts",
        "DELETE FROM order_items WHERE order_id = (SELECT id FROM orders WHERE order_number = 'VW-1001')",
    ),
    (
        "order_amounts",
        "UPDATE orders SET tax_amount = ROUND(tax_amount + 0.01, 2), total_amount = ROUND(total_amount + 0.01, 2)",
    ),
    ("order_amounts", "UPDATE orders SET included_tax_amount = 0.01"),
    ("order_amounts", "UPDATE orders SET shipping_tax_amount = 0.01"),
    ("order_fulfillment", "UPDATE orders SET fulfillment_status = 'fulfilled' WHERE fulfillment_status = 'partial'"),
    ("order_fulfillment", "UPDATE order_items SET fulfilled_quantity = 0, returned_quantity = 0"),
    ("order_fulfillment", "UPDATE order_items SET returned_quantity = 0 WHERE returned_quantity > 0"),
    ("order_financials", "UPDATE orders SET financial_status = 'paid' WHERE financial_status = 'pending'"),
    ("order_financials", "UPDATE orders SET financial_status = 'paid' WHERE financial_status = 'partially_refunded'"),
    ("order_financials", "UPDATE payments SET authorized_amount = 0 WHERE status = 'authorized'"),
    ("order_statuses", "UPDATE orders SET financial_status = 'paid' WHERE status = 'cancelled'"),
    ("order_statuses", "UPDATE orders SET fulfillment_status = 'unfulfilled' WHERE status = 'completed'"),
    ("order_statuses", "UPDATE orders SET fulfillment_status = 'partial' WHERE status = 'confirmed'"),
    ("order_statuses", "UPDATE orders SET financial_status = 'paid' WHERE status = 'draft'"),
    ("order_money", "UPDATE orders SET captured_amount = 0 WHERE captured_amount > 0"),
    ("order_money", "UPDATE orders SET refunded_amount = 0 WHERE refunded_amount > 0"),
    ("payment_sums", "UPDATE payments SET captured_amount = ROUND(captured_amount + 0.01, 2)"),
    ("payment_sums", "UPDATE payments SET pending_refund_amount = 0 WHERE pending_refund_amount > 0"),
    ("payment_sums", "UPDATE payments SET fee_amount = 0 WHERE fee_amount > 0"),
    ("refund_sums", "UPDATE refunds SET adjustment_amount = ROUND(adjustment_amount + 0.01, 2)"),
    ("refund_sums", "UPDATE refunds SET status = 'succeeded' WHERE status = 'pending'"),
    ("refunded_pieces", "UPDATE order_items SET refunded_quantity = 0 WHERE refunded_quantity > 0"),
    ("refunded_pieces", "UPDATE refunds SET status = 'failed' WHERE status = 'succeeded'"),
    ("order_payments", "UPDATE orders SET captured_amount = ROUND(captured_amount + 0.01, 2)"),
    ("order_refunds", "UPDATE orders SET refunded_amount = ROUND(refunded_amount + 0.01, 2)"),
    (
        "reversals",
        "INSERT INTO transactions (id, type, category, amount, currency, transaction_date, created_at, reverses_id)
         SELECT o.id, 'adjustment', t.category, -0.01, t.currency, t.transaction_date, t.created_at, t.id
         FROM transactions t JOIN orders o ON o.id = t.order_id WHERE t.type = 'revenue' LIMIT 1",
    ),
    (
        "closed_books",
        r#"UPDATE configurations SET key = 'books.closedUntil', value = '"2999-12-31"', updated_at = '2020-01-01T00:00:00+00:00'
           WHERE key = 'orders.prefix'"#,
    ),
    ("campaign_messages", "UPDATE campaigns SET message_count = 0, booked_count = 0"),
    ("recipient_tasks", "UPDATE campaign_recipients SET status = 'queued', task_id = NULL"),
    ("running_jobs", "UPDATE bulk_jobs SET leased_until = ended_at"),
    ("ended_jobs", "UPDATE bulk_jobs SET ended_at = NULL"),
    ("pending_deliveries", "UPDATE webhook_deliveries SET status = 'pending'"),
    ("campaign_spending", "UPDATE campaigns SET spent = ROUND(spent + 0.01, 2)"),
    ("subscriber_counts", "UPDATE email_subscribers SET status = 'bounced' WHERE email = 'ana.reader@example.com'"),
    ("subscriber_counts", "UPDATE email_lists SET subscriber_count = subscriber_count + 1"),
    ("segment_counts", "UPDATE customer_segments SET member_count = member_count + 1"),
    ("segment_counts", "DELETE FROM customer_segment_members"),
    ("budget_spending", "UPDATE budgets SET spent_amount = ROUND(spent_amount + 0.01, 2)"),
    ("budget_roots", "UPDATE budget_slices SET allocated_amount = allocated_amount + 1 WHERE parent_id IS NULL"),
    ("budget_roots", "UPDATE budget_slices SET spent_amount = ROUND(spent_amount + 0.01, 2) WHERE parent_id IS NULL"),
    ("budget_slices", "UPDATE budget_slices SET delegated_amount = delegated_amount + 1 WHERE parent_id IS NULL"),
    ("budget_slices", "UPDATE budget_slices SET reserved_amount = reserved_amount + 1 WHERE parent_id IS NULL"),
    (
        "slice_spending",
        "UPDATE budget_slices SET spent_amount = spent_amount + 1, allocated_amount = allocated_amount + 1
         WHERE parent_id IS NOT NULL",
    ),
    ("budget_reservations", "UPDATE budget_reservations SET status = 'held', expires_at = NULL, task_id = NULL"),
    (
        "attribution_sums",
        "UPDATE revenue_attribution SET attribution_percentage = 33.35 WHERE attribution_model = 'linear'",
    ),
    (
        "attribution_sums",
        "UPDATE revenue_attribution SET attribution_percentage = 99.99 WHERE attribution_model = 'last_touch'",
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
