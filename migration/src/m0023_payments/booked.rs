//! The money that is in the books: whose payments it was.
//!
//! The revenue of an order becomes a payment with an entry for each transaction, what went back refunds with an entry
//! each; they have the ids of their transactions. An authorised order becomes a payment with the order's id.

use crate::engine::Engine;

pub(super) fn fill(engine: Engine) -> Vec<String> {
    let transaction = engine.uuid_text("t.id");
    vec![
        capture().to_owned(),
        format!(
            "INSERT INTO payment_entries (id, payment_id, kind, amount, currency, effect_key, principal, occurred_at, \
               created_at) \
             SELECT t.id, p.id, 'captured', t.amount, t.currency, 'transaction:' || {transaction}, 'server', \
               t.created_at, t.created_at \
             FROM transactions AS t JOIN payments AS p ON p.order_id = t.order_id AND p.currency = t.currency \
             WHERE t.type = 'revenue'"
        ),
        refund().to_owned(),
        format!(
            "INSERT INTO payment_entries (id, payment_id, kind, amount, currency, refund_id, effect_key, principal, \
               occurred_at, created_at) \
             SELECT t.id, p.id, 'refunded', t.amount, t.currency, t.id, 'transaction:' || {transaction}, 'server', \
               t.created_at, t.created_at \
             FROM refunds AS t JOIN payments AS p ON p.order_id = t.order_id"
        ),
        "UPDATE payments SET refunded_amount = back.amount \
         FROM (SELECT order_id, ROUND(SUM(amount), 2) AS amount FROM refunds GROUP BY order_id) AS back \
         WHERE back.order_id = payments.order_id"
            .to_owned(),
        "UPDATE transactions SET payment_entry_id = id WHERE id IN (SELECT id FROM payment_entries)".to_owned(),
        authorize().to_owned(),
        format!(
            "INSERT INTO payment_entries (id, payment_id, kind, amount, currency, effect_key, principal, occurred_at, \
               created_at) \
             SELECT t.id, t.id, 'authorized', t.amount, t.currency, 'order:' || {transaction}, 'server', t.created_at, \
               t.created_at \
             FROM payments AS t WHERE t.status = 'authorized'"
        ),
        sum_orders(engine),
        sum_customers().to_owned(),
        "UPDATE customers SET vip_status = (total_spent > 10000) WHERE vip_status <> (total_spent > 10000)".to_owned(),
    ]
}

/// The first revenue of an order gives its payment the name.
fn capture() -> &'static str {
    "INSERT INTO payments (id, order_id, provider, provider_reference, method, amount, currency, status, \
       captured_amount, created_at, updated_at) \
     SELECT id, order_id, 'import', external_id, payment_method, ROUND(captured, 2), currency, 'captured', \
       ROUND(captured, 2), created_at, created_at \
     FROM (SELECT t.*, SUM(amount) OVER (PARTITION BY order_id, currency) AS captured, \
             ROW_NUMBER() OVER (PARTITION BY order_id ORDER BY created_at, id) AS turn \
           FROM transactions AS t WHERE type = 'revenue' AND order_id IS NOT NULL) AS revenue \
     WHERE turn = 1"
}

/// What would give back more than came in stays in the books alone.
fn refund() -> &'static str {
    "INSERT INTO refunds (id, order_id, amount, adjustment_amount, currency, status, source, agent_id, external_id, \
       created_at, updated_at) \
     SELECT id, order_id, amount, amount, currency, 'succeeded', 'import', agent_id, external_id, created_at, \
       created_at \
     FROM (SELECT t.*, p.captured_amount, \
             SUM(t.amount) OVER (PARTITION BY t.order_id ORDER BY t.created_at, t.id ROWS UNBOUNDED PRECEDING) AS upto \
           FROM transactions AS t JOIN payments AS p ON p.order_id = t.order_id AND p.currency = t.currency \
           WHERE t.type = 'refund') AS back \
     WHERE ROUND(upto, 2) <= captured_amount"
}

fn authorize() -> &'static str {
    "INSERT INTO payments (id, order_id, provider, amount, currency, status, authorized_amount, created_at, \
       updated_at) \
     SELECT o.id, o.id, 'import', o.total_amount, o.currency, 'authorized', o.total_amount, o.created_at, o.created_at \
     FROM orders AS o \
     WHERE o.financial_status = 'authorized' AND o.total_amount > 0 \
       AND NOT EXISTS (SELECT 1 FROM payments AS p WHERE p.order_id = o.id)"
}

/// What an order got and what is left of it. The parcels of open orders are not known.
fn sum_orders(engine: Engine) -> String {
    let overpaid = engine.larger("0", "money.captured - total_amount");
    let returned = engine.larger("0", &format!("money.refunded - {overpaid}"));
    let kept = engine.larger("0", &format!("total_amount - {returned}"));
    format!(
        "UPDATE orders SET captured_amount = money.captured, refunded_amount = money.refunded, \
           report_amount = ROUND({kept}, 2), \
           fulfillment_status = CASE WHEN status IN ('pending', 'confirmed', 'processing') THEN 'unfulfilled' \
             ELSE fulfillment_status END \
         FROM (SELECT o.id, ROUND(COALESCE(SUM(p.captured_amount), 0), 2) AS captured, \
                 ROUND(COALESCE(SUM(p.refunded_amount), 0), 2) AS refunded \
               FROM orders AS o LEFT JOIN payments AS p ON p.order_id = o.id GROUP BY o.id) AS money \
         WHERE money.id = orders.id"
    )
}

/// In whole cents, so that both engines round alike.
fn sum_customers() -> &'static str {
    "UPDATE customers SET total_spent = spent.cents / 100.0, \
       average_order_value = (2 * spent.cents + spent.number) / (2 * spent.number) / 100.0 \
     FROM (SELECT customer_id AS id, COUNT(*) AS number, CAST(ROUND(SUM(report_amount) * 100) AS bigint) AS cents \
           FROM orders WHERE status <> 'cancelled' AND financial_status NOT IN ('refunded', 'voided') \
           GROUP BY customer_id) AS spent \
     WHERE spent.id = customers.id"
}
