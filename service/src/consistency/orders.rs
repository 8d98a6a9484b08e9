//! The rules of orders: their amounts, and the statuses that follow from their lines and payments.

use super::Rule;

/// The pieces of each order: those to be shipped, those that were, and those that came back.
macro_rules! pieces_of_orders {
    () => {
        "SELECT order_id, SUM(quantity - cancelled_quantity) AS ordered, SUM(fulfilled_quantity) AS fulfilled,
           SUM(returned_quantity) AS returned
         FROM order_items GROUP BY order_id"
    };
}

/// The payments of each order in sum.
macro_rules! money_of_orders {
    () => {
        "SELECT order_id, SUM(CASE WHEN status = 'voided' THEN 0 ELSE 1 END) AS unvoided,
           ROUND(SUM(captured_amount), 2) AS captured,
           ROUND(SUM(refunded_amount + charged_back_amount), 2) AS refunded,
           ROUND(SUM(pending_refund_amount), 2) AS pending,
           ROUND(SUM(CASE WHEN status NOT IN ('voided', 'failed') AND authorized_amount > captured_amount
             THEN authorized_amount - captured_amount ELSE 0 END), 2) AS authorized
         FROM payments GROUP BY order_id"
    };
}

/// The rules of orders.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "order_amounts",
        "An order's subtotal and discount are the sums of its lines, its tax that of its lines and its shipping, on top or
         contained as its prices have it; an order without lines is worth nothing.",
        "SELECT o.id,
           o.subtotal_amount || ' less ' || o.discount_amount || ', tax ' || o.tax_amount || ', contained '
             || o.included_tax_amount AS found,
           i.subtotal || ' less ' || i.discount || ', tax ' || i.tax || ', contained ' || i.included AS expected
         FROM orders o JOIN (
           SELECT o.id, COALESCE(ROUND(SUM(item.quantity * item.price), 2), 0) AS subtotal,
             COALESCE(ROUND(SUM(item.discount_amount), 2), 0) AS discount,
             ROUND(COALESCE(SUM(item.tax_amount), 0)
               + MAX(CASE WHEN o.tax_included THEN 0 ELSE o.shipping_tax_amount END), 2) AS tax,
             ROUND(COALESCE(SUM(item.included_tax_amount), 0)
               + MAX(CASE WHEN o.tax_included THEN o.shipping_tax_amount ELSE 0 END), 2) AS included
           FROM orders o LEFT JOIN order_items item ON item.order_id = o.id GROUP BY o.id) i ON i.id = o.id
         WHERE o.subtotal_amount <> i.subtotal OR o.discount_amount <> i.discount OR o.tax_amount <> i.tax
           OR o.included_tax_amount <> i.included",
    ),
    Rule::new(
        "order_fulfillment",
        "How much of an order was shipped is what its lines say.",
        concat!(
            "SELECT f.id, f.found, f.expected FROM (
               SELECT o.id, CAST(o.fulfillment_status AS TEXT) AS found,
                 CASE
                   WHEN COALESCE(p.returned, 0) > 0 AND (p.returned >= p.ordered
                     OR (o.status = 'cancelled' AND p.returned >= p.fulfilled)) THEN 'restocked'
                   WHEN COALESCE(p.fulfilled, 0) = 0 THEN 'unfulfilled'
                   WHEN p.fulfilled < p.ordered THEN 'partial'
                   ELSE 'fulfilled' END AS expected
               FROM orders o LEFT JOIN (",
            pieces_of_orders!(),
            ") p ON p.order_id = o.id) f WHERE f.found <> f.expected"
        ),
    ),
    Rule::new(
        "order_financials",
        "How much of an order was paid is what its payments say.",
        concat!(
            "SELECT f.id, f.found, f.expected FROM (
               SELECT o.id, CAST(o.financial_status AS TEXT) AS found,
                 CASE
                   WHEN o.status = 'draft' THEN 'pending'
                   WHEN (o.status = 'cancelled' OR p.unvoided = 0) AND COALESCE(p.captured, 0) = 0 THEN 'voided'
                   WHEN o.total_amount = 0 THEN 'paid'
                   WHEN p.captured > 0 AND p.refunded >= p.captured THEN 'refunded'
                   WHEN p.refunded > 0 THEN 'partially_refunded'
                   WHEN p.captured > 0 AND p.captured >= o.total_amount THEN 'paid'
                   WHEN p.captured > 0 THEN 'partially_paid'
                   WHEN p.authorized > 0 THEN 'authorized'
                   ELSE 'pending' END AS expected
               FROM orders o LEFT JOIN (",
            money_of_orders!(),
            ") p ON p.order_id = o.id) f WHERE f.found <> f.expected"
        ),
    ),
    Rule::new(
        "order_statuses",
        "Nothing of a quote was paid, nothing of an order shipped before it was confirmed; a completed one was paid and
         went out; of a cancelled one nothing is out, and all money is back, on its way back or failed to get there.",
        concat!(
            "SELECT o.id,
               CAST(o.status AS TEXT) || ', ' || CAST(o.fulfillment_status AS TEXT) || ', '
                 || CAST(o.financial_status AS TEXT) AS found,
               'statuses that go together' AS expected
             FROM orders o LEFT JOIN (",
            money_of_orders!(),
            ") p ON p.order_id = o.id
             WHERE NOT CASE o.status
               WHEN 'draft' THEN o.fulfillment_status = 'unfulfilled' AND o.financial_status = 'pending'
               WHEN 'processing' THEN TRUE
               WHEN 'completed' THEN o.fulfillment_status IN ('fulfilled', 'restocked')
                 AND o.financial_status IN ('paid', 'partially_refunded', 'refunded')
               WHEN 'cancelled' THEN o.fulfillment_status IN ('unfulfilled', 'restocked')
                 AND (o.financial_status IN ('voided', 'refunded') OR (COALESCE(p.captured, 0) > 0
                   AND (ROUND(p.captured - p.refunded - p.pending, 2) = 0
                     OR EXISTS (SELECT 1 FROM refunds r WHERE r.order_id = o.id AND (r.status = 'failed'
                       OR (r.status = 'pending' AND EXISTS (SELECT 1 FROM payment_entries e
                         WHERE e.refund_id = r.id AND e.kind IN ('refund_failed', 'refund_reversed'))))))))
               ELSE o.fulfillment_status = 'unfulfilled' END"
        ),
    ),
    Rule::new(
        "order_money",
        "What an order received and gave back is what its payments did.",
        concat!(
            "SELECT o.id, o.captured_amount || ' less ' || o.refunded_amount AS found,
               COALESCE(p.captured, 0) || ' less ' || COALESCE(p.refunded, 0) AS expected
             FROM orders o LEFT JOIN (",
            money_of_orders!(),
            ") p ON p.order_id = o.id
             WHERE o.captured_amount <> COALESCE(p.captured, 0) OR o.refunded_amount <> COALESCE(p.refunded, 0)"
        ),
    ),
];
