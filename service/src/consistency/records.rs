//! The rules of the records. Sums are rounded, because SQLite adds as floats.

use super::Rule;

/// An order counts for its customer unless it was cancelled, voided or refunded in full.
macro_rules! counted_orders {
    () => {
        "SELECT customer_id, COUNT(*) AS number, ROUND(SUM(total_amount), 2) AS spent, MAX(created_at) AS latest
         FROM orders WHERE status <> 'cancelled' AND financial_status NOT IN ('refunded', 'voided')
         GROUP BY customer_id"
    };
}

/// What was paid for each order, and what was paid back.
macro_rules! money_of_orders {
    () => {
        "SELECT order_id,
           ROUND(SUM(CASE WHEN type = 'revenue' THEN amount ELSE 0 END), 2) AS paid,
           ROUND(SUM(CASE WHEN type = 'refund' THEN amount ELSE 0 END), 2) AS refunded
         FROM transactions GROUP BY order_id"
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
        "variant_stock",
        "A variant's quantity is what is available of it in all locations.",
        "SELECT v.id, CAST(v.inventory_quantity AS TEXT) AS found, CAST(COALESCE(i.available, 0) AS TEXT) AS expected
         FROM product_variants v LEFT JOIN (
           SELECT product_variant_id, SUM(quantity_available) AS available FROM inventory GROUP BY product_variant_id) i
           ON i.product_variant_id = v.id
         WHERE v.inventory_quantity <> COALESCE(i.available, 0)",
    ),
    Rule::new(
        "reserved_stock",
        "What is reserved of a variant is what the open orders have of it: pending, confirmed or processing ones.",
        "SELECT v.id, CAST(COALESCE(i.reserved, 0) AS TEXT) AS found, CAST(COALESCE(o.promised, 0) AS TEXT) AS expected
         FROM product_variants v
         LEFT JOIN (SELECT product_variant_id, SUM(quantity_reserved) AS reserved
                    FROM inventory GROUP BY product_variant_id) i ON i.product_variant_id = v.id
         LEFT JOIN (SELECT item.product_variant_id, SUM(item.quantity) AS promised
                    FROM orders JOIN order_items item ON item.order_id = orders.id
                    WHERE orders.status IN ('pending', 'confirmed', 'processing')
                    GROUP BY item.product_variant_id) o ON o.product_variant_id = v.id
         WHERE COALESCE(i.reserved, 0) <> COALESCE(o.promised, 0)",
    ),
    Rule::new(
        "customer_totals",
        "A customer's count, sum and last date are those of the orders that count: not cancelled, voided or refunded.",
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
        "order_amounts",
        "An order's subtotal, discount and tax are the sums of its lines; an order without lines is worth nothing.",
        "SELECT o.id,
           o.subtotal_amount || ' less ' || o.discount_amount || ', tax ' || o.tax_amount AS found,
           COALESCE(i.subtotal, 0) || ' less ' || COALESCE(i.discount, 0) || ', tax ' || COALESCE(i.tax, 0) AS expected
         FROM orders o LEFT JOIN (
           SELECT order_id, ROUND(SUM(quantity * price), 2) AS subtotal, ROUND(SUM(discount_amount), 2) AS discount,
             ROUND(SUM(tax_amount), 2) AS tax FROM order_items GROUP BY order_id) i ON i.order_id = o.id
         WHERE o.subtotal_amount <> COALESCE(i.subtotal, 0) OR o.discount_amount <> COALESCE(i.discount, 0)
           OR o.tax_amount <> COALESCE(i.tax, 0)",
    ),
    Rule::new(
        "order_statuses",
        "A cancelled order is voided or refunded and nothing of it is out; a completed one was paid and went out.",
        "SELECT id, CAST(fulfillment_status AS TEXT) || ', ' || CAST(financial_status AS TEXT) AS found,
           CASE status WHEN 'cancelled' THEN 'unfulfilled or restocked, voided or refunded'
             ELSE 'fulfilled or restocked, paid or refunded' END AS expected
         FROM orders
         WHERE (status = 'cancelled' AND (fulfillment_status NOT IN ('unfulfilled', 'restocked')
             OR financial_status NOT IN ('voided', 'refunded')))
           OR (status = 'completed' AND (fulfillment_status NOT IN ('fulfilled', 'restocked')
             OR financial_status NOT IN ('paid', 'partially_refunded', 'refunded')))",
    ),
    Rule::new(
        "order_payments",
        "The revenue of an order is its total once it was paid, and nothing before.",
        concat!(
            "SELECT o.id, CAST(COALESCE(m.paid, 0) AS TEXT) AS found,
               CASE WHEN o.financial_status IN ('paid', 'partially_refunded', 'refunded')
                 THEN CAST(o.total_amount AS TEXT) ELSE '0' END AS expected
             FROM orders o LEFT JOIN (",
            money_of_orders!(),
            ") m ON m.order_id = o.id
             WHERE COALESCE(m.paid, 0) <>
               CASE WHEN o.financial_status IN ('paid', 'partially_refunded', 'refunded') THEN o.total_amount ELSE 0 END"
        ),
    ),
    Rule::new(
        "order_refunds",
        "What went back of an order is its total when it is refunded, a part when partially, else nothing.",
        concat!(
            "SELECT o.id, CAST(COALESCE(m.refunded, 0) AS TEXT) AS found,
               CASE o.financial_status WHEN 'refunded' THEN CAST(o.total_amount AS TEXT)
                 WHEN 'partially_refunded' THEN 'a part of ' || o.total_amount ELSE '0' END AS expected
             FROM orders o LEFT JOIN (",
            money_of_orders!(),
            ") m ON m.order_id = o.id
             WHERE NOT CASE o.financial_status WHEN 'refunded' THEN COALESCE(m.refunded, 0) = o.total_amount
               WHEN 'partially_refunded' THEN COALESCE(m.refunded, 0) > 0 AND m.refunded < o.total_amount
               ELSE COALESCE(m.refunded, 0) = 0 END"
        ),
    ),
    Rule::new(
        "campaign_spending",
        "What a campaign spent is the sum of its expenses.",
        "SELECT c.id, CAST(c.spent AS TEXT) AS found, CAST(COALESCE(t.spent, 0) AS TEXT) AS expected
         FROM campaigns c LEFT JOIN (
           SELECT campaign_id, ROUND(SUM(amount), 2) AS spent FROM transactions
           WHERE type = 'expense' GROUP BY campaign_id) t ON t.campaign_id = c.id
         WHERE c.spent <> COALESCE(t.spent, 0)",
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
    Rule::new(
        "budget_spending",
        "What a budget spent is the sum of the expenses of its category and month, in its currency.",
        "SELECT b.id, CAST(b.spent_amount AS TEXT) AS found, CAST(COALESCE(t.spent, 0) AS TEXT) AS expected
         FROM budgets b LEFT JOIN (
           SELECT category, currency, ROUND(SUM(amount), 2) AS spent,
             CAST(SUBSTR(CAST(transaction_date AS TEXT), 1, 4) AS INTEGER) AS year,
             CAST(SUBSTR(CAST(transaction_date AS TEXT), 6, 2) AS INTEGER) AS month
           FROM transactions WHERE type = 'expense'
           GROUP BY category, currency, SUBSTR(CAST(transaction_date AS TEXT), 1, 4),
             SUBSTR(CAST(transaction_date AS TEXT), 6, 2)) t
           ON t.category = b.category AND t.currency = b.currency AND t.year = b.fiscal_year AND t.month = b.fiscal_month
         WHERE b.spent_amount <> COALESCE(t.spent, 0)",
    ),
    Rule::new(
        "attribution_sums",
        "The shares of a transaction by one model are at most a hundred percent.",
        "SELECT transaction_id AS id, CAST(ROUND(SUM(attribution_percentage), 2) AS TEXT) AS found,
           '100 at most' AS expected
         FROM revenue_attribution GROUP BY transaction_id, attribution_model
         HAVING ROUND(SUM(attribution_percentage), 2) > 100",
    ),
    Rule::new(
        "attribution_of_revenue",
        "Only revenue is attributed.",
        "SELECT a.id, CAST(t.type AS TEXT) AS found, 'revenue' AS expected
         FROM revenue_attribution a JOIN transactions t ON t.id = a.transaction_id WHERE t.type <> 'revenue'",
    ),
];
