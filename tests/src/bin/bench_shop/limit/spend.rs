//! Money of a slice of a budget: promised in one transaction, spent in the next.

use sea_orm::{DbErr, Value};
use uuid::Uuid;

use super::{Limit, act::Act};

/// `$2` is the slice, `$3` the reservation. The row of the slice is locked by its update.
const RESERVE: Act = Act {
    postgres: "WITH kept AS (
            UPDATE budget_slices SET reserved_amount = reserved_amount + 1, version = version + 1, updated_at = $1
            WHERE id = $2 AND allocated_amount - delegated_amount - reserved_amount - spent_amount >= 1
            RETURNING id, budget_id
        ), promised AS (
            INSERT INTO budget_reservations (id, slice_id, amount, spent_amount, status, purpose, expires_at,
                created_at, updated_at)
            SELECT $3, k.id, 1, 0, CAST('held' AS budget_reservation_status), 'limit', $1 + INTERVAL '1 day', $1, $1
            FROM kept AS k
        )
        INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
            changes, created_at)
        SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), 'budget.reserved',
            CAST('budget' AS event_aggregate), k.budget_id, 0, 'limit',
            jsonb_build_object('sliceId', k.id, 'reservationId', CAST($3 AS uuid), 'amount', '1.00'), $1
        FROM kept AS k",
    sqlite: &[
        "INSERT INTO budget_reservations (id, slice_id, amount, spent_amount, status, purpose, expires_at, created_at,
                updated_at)
            SELECT $3, id, 1, 0, 'held', 'limit', strftime('%Y-%m-%dT%H:%M:%f000+00:00', $1, '+1 day'), $1, $1
            FROM budget_slices
            WHERE id = $2 AND allocated_amount - delegated_amount - reserved_amount - spent_amount >= 1",
        "UPDATE budget_slices SET reserved_amount = ROUND(reserved_amount + 1, 2), version = version + 1,
                updated_at = $1 WHERE id = $2",
        "INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
                changes, created_at)
            SELECT 0, 'budget.reserved', 'budget', budget_id, 0, 'limit',
                json_object('sliceId', hex(id), 'reservationId', hex($3), 'amount', '1.00'), $1
            FROM budget_slices WHERE id = $2",
    ],
};

/// `$2` is the slice, `$3` the reservation, `$4` the transaction.
const COMMIT: Act = Act {
    postgres: "WITH paid AS (
            UPDATE budget_slices SET reserved_amount = reserved_amount - 1, spent_amount = spent_amount + 1,
                version = version + 1, updated_at = $1
            WHERE id = $2 RETURNING id, budget_id
        ), kept AS (
            UPDATE budget_reservations SET spent_amount = amount,
                status = CAST('committed' AS budget_reservation_status), updated_at = $1 WHERE id = $3
        ), counted AS (
            UPDATE budgets AS b SET spent_amount = b.spent_amount + 1 FROM paid AS p WHERE b.id = p.budget_id
        ), booked AS (
            INSERT INTO transactions (id, type, category, amount, currency, description, transaction_date, created_at,
                budget_slice_id)
            SELECT $4, CAST('expense' AS transaction_type), 'limit', 1, 'USD', 'limit', CAST($1 AS date), $1, p.id
            FROM paid AS p
        )
        INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
            changes, created_at)
        SELECT CAST(CAST(pg_current_xact_id() AS text) AS bigint), e.kind, CAST(e.aggregate AS event_aggregate), e.id,
            0, 'limit', jsonb_build_object('sliceId', e.slice_id, 'transactionId', CAST($4 AS uuid), 'amount', '1.00'),
            $1
        FROM (
            SELECT 'budget.committed', 'budget', p.budget_id, p.id FROM paid AS p
            UNION ALL SELECT 'transaction.recorded', 'transaction', CAST($4 AS uuid), p.id FROM paid AS p
        ) AS e(kind, aggregate, id, slice_id)",
    sqlite: &[
        "UPDATE budget_slices SET reserved_amount = ROUND(reserved_amount - 1, 2),
                spent_amount = ROUND(spent_amount + 1, 2), version = version + 1, updated_at = $1 WHERE id = $2",
        "UPDATE budget_reservations SET spent_amount = amount, status = 'committed', updated_at = $1 WHERE id = $3",
        "UPDATE budgets SET spent_amount = ROUND(spent_amount + 1, 2)
            WHERE id = (SELECT budget_id FROM budget_slices WHERE id = $2)",
        "INSERT INTO transactions (id, type, category, amount, currency, description, transaction_date, created_at,
                budget_slice_id)
            VALUES ($4, 'expense', 'limit', 1, 'USD', 'limit', substr($1, 1, 10), $1, $2)",
        "INSERT INTO events (transaction_number, kind, aggregate_type, aggregate_id, aggregate_version, principal,
                changes, created_at)
            SELECT 0, 'budget.committed', 'budget', budget_id, 0, 'limit',
                json_object('sliceId', hex(id), 'transactionId', hex($4), 'amount', '1.00'), $1
            FROM budget_slices WHERE id = $2
            UNION ALL SELECT 0, 'transaction.recorded', 'transaction', $4, 0, 'limit',
                json_object('sliceId', hex($2), 'transactionId', hex($4), 'amount', '1.00'), $1",
    ],
};

impl Limit {
    /// Reserves 1.00 of the slice, and spends it.
    pub(crate) async fn spend(&self) -> Result<(), DbErr> {
        let ids = [self.slice, Uuid::now_v7(), Uuid::now_v7()].map(Value::from);
        let [slice, reservation, _] = ids.clone();
        RESERVE.run(&self.connection, [slice, reservation]).await?;
        COMMIT.run(&self.connection, ids).await
    }
}
