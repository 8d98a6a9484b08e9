//! Money that came in: the entry of the ledger, the sums of payment and order, the books and two events.

use sea_orm::{DbErr, Value};
use uuid::Uuid;

use super::{Limit, act::Act};

/// `$2` is the payment, `$3` its order, `$4` the entry, `$5` the transaction, `$6` the provider's event.
const CAPTURE: Act = Act {
    postgres: "WITH locked AS (
            SELECT id FROM orders WHERE id = $3 FOR NO KEY UPDATE
        ), paid AS (
            UPDATE payments AS p SET captured_amount = p.captured_amount + 1,
                status = CAST('captured' AS payment_status), version = p.version + 1, updated_at = $1
            FROM locked AS l WHERE p.id = $2 AND p.order_id = l.id RETURNING p.id, p.version, p.captured_amount
        ), settled AS (
            UPDATE orders AS o SET captured_amount = o.captured_amount + 1,
                financial_status = CAST('partially_paid' AS financial_status), version = o.version + 1, updated_at = $1
            FROM paid WHERE o.id = $3 RETURNING o.id, o.version, o.captured_amount
        ), entered AS (
            INSERT INTO payment_entries (id, payment_id, kind, amount, currency, provider_event_id, effect_key,
                principal, occurred_at, created_at)
            SELECT $4, p.id, CAST('captured' AS payment_entry_kind), 1, 'USD', $6, 'captured:' || $6, 'limit', $1, $1
            FROM paid AS p
        ), booked AS (
            INSERT INTO transactions (id, type, category, amount, currency, description, order_id, transaction_date,
                created_at, payment_entry_id)
            SELECT $5, CAST('revenue' AS transaction_type), 'sales', 1, 'USD', 'Order', $3, CAST($1 AS date), $1, $4
            FROM paid
        )
        INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
            changes, created_at)
        SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), e.kind, CAST(e.aggregate AS event_aggregate), e.id,
            e.version, 'limit', jsonb_build_object('capturedAmount', e.amount, 'version', e.version), $1
        FROM (
            SELECT 'payment.captured', 'payment', p.id, p.version, p.captured_amount FROM paid AS p
            UNION ALL SELECT 'order.updated', 'order', s.id, s.version, s.captured_amount FROM settled AS s
        ) AS e(kind, aggregate, id, version, amount)",
    sqlite: &[
        "UPDATE payments SET captured_amount = ROUND(captured_amount + 1, 2), status = 'captured',
                version = version + 1, updated_at = $1 WHERE id = $2",
        "UPDATE orders SET captured_amount = ROUND(captured_amount + 1, 2), financial_status = 'partially_paid',
                version = version + 1, updated_at = $1 WHERE id = $3",
        "INSERT INTO payment_entries (id, payment_id, kind, amount, currency, provider_event_id, effect_key,
                principal, occurred_at, created_at)
            VALUES ($4, $2, 'captured', 1, 'USD', $6, 'captured:' || $6, 'limit', $1, $1)",
        "INSERT INTO transactions (id, type, category, amount, currency, description, order_id, transaction_date,
                created_at, payment_entry_id)
            VALUES ($5, 'revenue', 'sales', 1, 'USD', 'Order', $3, substr($1, 1, 10), $1, $4)",
        "INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
                changes, created_at)
            SELECT 0, 'payment.captured', 'payment', id, version, 'limit',
                json_object('capturedAmount', captured_amount, 'version', version), $1 FROM payments WHERE id = $2
            UNION ALL SELECT 0, 'order.updated', 'order', id, version, 'limit',
                json_object('capturedAmount', captured_amount, 'version', version), $1 FROM orders WHERE id = $3",
    ],
};

impl Limit {
    /// Enters a capture of 1.00 of the payment at this place.
    pub(crate) async fn capture(&self, place: usize) -> Result<(), DbErr> {
        let (payment, order) = self.payments[place];
        let ids = [payment, order, Uuid::now_v7(), Uuid::now_v7()].map(Value::from);
        let event = Value::from(Uuid::now_v7().to_string());
        CAPTURE.run(&self.connection, ids.into_iter().chain([event])).await
    }
}
