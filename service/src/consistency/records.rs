//! The rules of agents, goals, customers and marketing. Sums are rounded, because SQLite adds as floats.

use super::Rule;

/// A quote counts for nobody, nor does an order that was cancelled, voided or refunded in full.
macro_rules! counted_orders {
    () => {
        "SELECT customer_id, COUNT(*) AS number, ROUND(SUM(report_amount), 2) AS spent,
           MAX(COALESCE(placed_at, created_at)) AS latest
         FROM orders WHERE status NOT IN ('draft', 'cancelled') AND financial_status NOT IN ('refunded', 'voided')
         GROUP BY customer_id"
    };
}

/// The rules of the records, by domain.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "agent_cycles",
        "No agent stands above itself.",
        "WITH RECURSIVE above(id, ancestor) AS (
           SELECT id, parent_id FROM agents WHERE parent_id IS NOT NULL
           UNION
           SELECT above.id, agents.parent_id FROM above JOIN agents ON agents.id = above.ancestor
           WHERE agents.parent_id IS NOT NULL)
         SELECT id, 'itself' AS found, 'an orchestrator' AS expected FROM above WHERE id = ancestor",
    ),
    Rule::new(
        "goal_cycles",
        "No goal stands above itself.",
        "WITH RECURSIVE above(id, ancestor) AS (
           SELECT id, parent_goal_id FROM goals WHERE parent_goal_id IS NOT NULL
           UNION
           SELECT above.id, goals.parent_goal_id FROM above JOIN goals ON goals.id = above.ancestor
           WHERE goals.parent_goal_id IS NOT NULL)
         SELECT id, 'itself' AS found, 'a goal without parent' AS expected FROM above WHERE id = ancestor",
    ),
    Rule::new(
        "execution_completed",
        "The tasks of a completed execution are completed or were skipped.",
        "SELECT e.id, CAST(t.status AS TEXT) AS found, 'completed or skipped' AS expected
         FROM workflow_executions e JOIN tasks t ON t.workflow_execution_id = e.id
         WHERE e.status = 'completed' AND t.status NOT IN ('completed', 'skipped')",
    ),
    Rule::new(
        "base_price",
        "A product's base price is the lowest price of its variants.",
        "SELECT p.id, CAST(p.base_price AS TEXT) AS found, CAST(v.lowest AS TEXT) AS expected
         FROM products p JOIN (SELECT product_id, MIN(price) AS lowest FROM product_variants GROUP BY product_id) v
           ON v.product_id = p.id
         WHERE p.base_price <> v.lowest",
    ),
    Rule::new(
        "customer_totals",
        "A customer's count, sum and last date are those of the orders that count: no quotes, nor cancelled, voided or
         refunded ones.",
        concat!(
            "SELECT c.id, CAST(c.orders_count AS TEXT) || ' orders, ' || CAST(c.total_spent AS TEXT) AS found,
               CAST(COALESCE(o.number, 0) AS TEXT) || ' orders, ' || CAST(COALESCE(o.spent, 0) AS TEXT) AS expected
             FROM customers c LEFT JOIN (",
            counted_orders!(),
            ") o ON o.customer_id = c.id
             WHERE c.orders_count <> COALESCE(o.number, 0) OR c.total_spent <> COALESCE(o.spent, 0)
               OR c.last_order_date IS DISTINCT FROM o.latest"
        ),
    ),
    Rule::new(
        "customer_average",
        "A customer's average is the total by the count, to the cent, and none without orders.",
        "SELECT id, CAST(average_order_value AS TEXT) AS found,
           CAST(CASE WHEN orders_count > 0 THEN total_spent / orders_count END AS TEXT) AS expected
         FROM customers
         WHERE (orders_count = 0) <> (average_order_value IS NULL)
           OR (orders_count > 0 AND ABS(average_order_value * orders_count - total_spent) > 0.0051 * orders_count)",
    ),
    Rule::new(
        "subscriber_counts",
        "A list's count is the number of its subscribed rows.",
        "SELECT l.id, CAST(l.subscriber_count AS TEXT) AS found, CAST(COALESCE(s.number, 0) AS TEXT) AS expected
         FROM email_lists l LEFT JOIN (
           SELECT list_id, COUNT(*) AS number FROM email_subscribers WHERE status = 'subscribed' GROUP BY list_id) s
           ON s.list_id = l.id
         WHERE l.subscriber_count <> COALESCE(s.number, 0)",
    ),
];
