//! The rules of the books.

use super::Rule;

/// What the books say that was paid for each order, and what was paid back; a reversal takes off what it reverses.
macro_rules! books_of_orders {
    () => {
        "SELECT t.order_id,
           ROUND(SUM(CASE WHEN t.type = 'revenue' OR r.type = 'revenue' THEN t.amount ELSE 0 END), 2) AS paid,
           ROUND(SUM(CASE WHEN t.type = 'refund' OR r.type = 'refund' THEN t.amount ELSE 0 END), 2) AS refunded
         FROM transactions t LEFT JOIN transactions r ON r.id = t.reverses_id GROUP BY t.order_id"
    };
}

/// The rules of the books.
pub(super) const RULES: &[Rule] = &[
    Rule::new(
        "order_payments",
        "The revenue of an order is what was received for it.",
        concat!(
            "SELECT o.id, CAST(COALESCE(m.paid, 0) AS TEXT) AS found, CAST(o.captured_amount AS TEXT) AS expected
             FROM orders o LEFT JOIN (",
            books_of_orders!(),
            ") m ON m.order_id = o.id WHERE COALESCE(m.paid, 0) <> o.captured_amount"
        ),
    ),
    Rule::new(
        "order_refunds",
        "What the books say that went back of an order is what was paid back or taken back.",
        concat!(
            "SELECT o.id, CAST(COALESCE(m.refunded, 0) AS TEXT) AS found, CAST(o.refunded_amount AS TEXT) AS expected
             FROM orders o LEFT JOIN (",
            books_of_orders!(),
            ") m ON m.order_id = o.id WHERE COALESCE(m.refunded, 0) <> o.refunded_amount"
        ),
    ),
    Rule::new(
        "reversals",
        "A reversal is an adjustment of the opposite amount, of the same category and currency; nothing reverses it.",
        "SELECT t.id, CAST(t.type AS TEXT) || ' of ' || t.amount || ' ' || t.currency || ', ' || t.category AS found,
           'adjustment of ' || (-r.amount) || ' ' || r.currency || ', ' || r.category AS expected
         FROM transactions t JOIN transactions r ON r.id = t.reverses_id
         WHERE t.type <> 'adjustment' OR t.amount <> -r.amount OR t.currency <> r.currency
           OR t.category <> r.category OR r.reverses_id IS NOT NULL",
    ),
    Rule::new(
        "closed_books",
        "Nothing is entered on days that were closed before.",
        "SELECT t.id, CAST(t.transaction_date AS TEXT) AS found, 'after ' || c.last_day AS expected
         FROM transactions t JOIN (
           SELECT SUBSTR(CAST(value AS TEXT), 2, 10) AS last_day, updated_at FROM configurations
           WHERE key = 'books.closedUntil' AND CAST(value AS TEXT) LIKE '\"____-__-__\"') c
           ON t.created_at > c.updated_at AND CAST(t.transaction_date AS TEXT) <= c.last_day",
    ),
];
