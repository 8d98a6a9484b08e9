//! The rules of payments and refunds: the ledger says what they are.

use super::Rule;

/// What the entries of each payment come to. An answer to a request takes it off what is asked for.
macro_rules! sums_of_payments {
    () => {
        "SELECT payment_id,
           ROUND(SUM(CASE kind WHEN 'authorized' THEN amount WHEN 'voided' THEN -amount ELSE 0 END), 2) AS authorized,
           ROUND(SUM(CASE kind WHEN 'captured' THEN amount ELSE 0 END), 2) AS captured,
           ROUND(SUM(CASE kind WHEN 'refunded' THEN amount WHEN 'refund_reversed' THEN -amount ELSE 0 END), 2) AS refunded,
           ROUND(SUM(CASE kind WHEN 'charged_back' THEN amount WHEN 'chargeback_reversed' THEN -amount ELSE 0 END), 2)
             AS charged_back,
           ROUND(SUM(CASE WHEN kind = 'capture_requested' THEN amount
             WHEN kind IN ('captured', 'capture_failed') AND request_id IS NOT NULL THEN -amount ELSE 0 END), 2)
             AS pending_capture,
           ROUND(SUM(CASE WHEN kind = 'refund_requested' THEN amount
             WHEN kind IN ('refunded', 'refund_failed', 'refund_cancelled') AND request_id IS NOT NULL THEN -amount
             ELSE 0 END), 2) AS pending_refund,
           ROUND(SUM(CASE kind WHEN 'fee' THEN amount ELSE 0 END), 2) AS fee
         FROM payment_entries GROUP BY payment_id"
    };
}

/// The rules of payments and refunds.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "payment_sums",
        "The amounts of a payment are the sums of its entries.",
        concat!(
            "SELECT p.id,
               p.authorized_amount || ' authorized, ' || p.captured_amount || ' captured, ' || p.refunded_amount
                 || ' refunded, ' || p.charged_back_amount || ' charged back, ' || p.pending_capture_amount || ' and '
                 || p.pending_refund_amount || ' asked for, fee ' || p.fee_amount AS found,
               COALESCE(e.authorized, 0) || ' authorized, ' || COALESCE(e.captured, 0) || ' captured, '
                 || COALESCE(e.refunded, 0) || ' refunded, ' || COALESCE(e.charged_back, 0) || ' charged back, '
                 || COALESCE(e.pending_capture, 0) || ' and ' || COALESCE(e.pending_refund, 0) || ' asked for, fee '
                 || COALESCE(e.fee, 0) AS expected
             FROM payments p LEFT JOIN (",
            sums_of_payments!(),
            ") e ON e.payment_id = p.id
             WHERE p.authorized_amount <> COALESCE(e.authorized, 0) OR p.captured_amount <> COALESCE(e.captured, 0)
               OR p.refunded_amount <> COALESCE(e.refunded, 0)
               OR p.charged_back_amount <> COALESCE(e.charged_back, 0)
               OR p.pending_capture_amount <> COALESCE(e.pending_capture, 0)
               OR p.pending_refund_amount <> COALESCE(e.pending_refund, 0) OR p.fee_amount <> COALESCE(e.fee, 0)"
        ),
    ),
    Rule::new(
        "refund_sums",
        "A refund is its lines, its shipping with the tax on top of that, and its adjustment; one that succeeded was paid
         back.",
        "SELECT r.id, CAST(r.amount AS TEXT) || ', ' || CAST(r.status AS TEXT) AS found,
           CAST(r.parts AS TEXT) || ', paid back ' || CAST(r.paid AS TEXT) AS expected
         FROM (
           SELECT r.id, r.amount, r.status,
             ROUND(COALESCE(l.amount, 0) + r.shipping_amount + r.adjustment_amount
               + CASE WHEN o.tax_included THEN 0 ELSE r.shipping_tax_amount END, 2) AS parts,
             COALESCE(e.paid, 0) AS paid
           FROM refunds r JOIN orders o ON o.id = r.order_id
           LEFT JOIN (SELECT refund_id, SUM(amount) AS amount FROM refund_lines GROUP BY refund_id) l
             ON l.refund_id = r.id
           LEFT JOIN (
             SELECT refund_id,
               ROUND(SUM(CASE kind WHEN 'refunded' THEN amount WHEN 'refund_reversed' THEN -amount ELSE 0 END), 2) AS paid
             FROM payment_entries WHERE refund_id IS NOT NULL GROUP BY refund_id) e ON e.refund_id = r.id) r
         WHERE r.amount <> r.parts OR (r.status = 'succeeded' AND r.paid <> r.amount)",
    ),
    Rule::new(
        "refunded_pieces",
        "For as many pieces of a line money goes back as its refunds say that were not withdrawn and did not fail, at most
         for all of them.",
        "SELECT i.id, CAST(i.refunded AS TEXT) AS found, CAST(i.expected AS TEXT) AS expected
         FROM (
           SELECT i.id, i.refunded_quantity AS refunded,
             CASE WHEN r.pieces > i.quantity THEN i.quantity ELSE COALESCE(r.pieces, 0) END AS expected
           FROM order_items i LEFT JOIN (
             SELECT l.order_item_id, SUM(l.quantity) AS pieces
             FROM refund_lines l JOIN refunds r ON r.id = l.refund_id AND r.status IN ('pending', 'succeeded')
             GROUP BY l.order_item_id) r ON r.order_item_id = i.id) i
         WHERE i.refunded <> i.expected",
    ),
];
