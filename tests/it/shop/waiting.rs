//! Whatever is open has a time limit, or a task for somebody.

use std::collections::HashSet;

use sea_orm::{ConnectionTrait, QueryResult, Statement};
use service::database::Database;
use uuid::Uuid;

/// Orders that are neither confirmed nor paid, and keep their stock for ever.
const ORDERS: &str = "SELECT o.order_number FROM orders o
    WHERE o.status = 'pending' AND o.hold_expires_at IS NULL AND o.source NOT IN ('shopify', 'import')
      AND o.total_amount > COALESCE((
        SELECT ROUND(SUM(p.captured_amount + CASE
          WHEN p.status NOT IN ('voided', 'failed') AND p.authorized_amount > p.captured_amount
          THEN p.authorized_amount - p.captured_amount ELSE 0 END), 2)
        FROM payments p WHERE p.order_id = o.id), 0)";

/// Requests without an answer: the effect, its refund if there is one, and what the provider calls that if somebody asked
/// there: the provider tells what comes of it.
const REQUESTS: &str = "SELECT e.effect_key, e.refund_id,
      (SELECT r.external_id FROM refunds r WHERE r.id = e.refund_id AND r.source IN ('stripe', 'shopify'))
    FROM payment_entries e
    WHERE e.kind IN ('capture_requested', 'refund_requested') AND e.amount > COALESCE((
      SELECT ROUND(SUM(a.amount), 2) FROM payment_entries a WHERE a.request_id = e.id), 0)";

/// Refunds of which a part has not been paid out.
const REFUNDS: &str = "SELECT id FROM refunds WHERE status IN ('pending', 'failed')";

/// The effects that have a task.
const ASKED: &str = "SELECT key FROM task_keys";

/// Fails if something open has neither.
pub(super) async fn check(database: &Database) {
    let db = database.reader();
    let orders: Vec<String> = read(db, ORDERS).await.iter().map(|row| text(row, 0)).collect();
    assert_eq!(orders, [""; 0], "no time ends these orders");
    let asked: HashSet<String> = read(db, ASKED).await.iter().map(|row| text(row, 0)).collect();
    let mut requested = HashSet::new();
    for row in read(db, REQUESTS).await {
        let key = text(&row, 0);
        let is_told = row.try_get_by_index::<Option<String>>(2).expect("a text").is_some();
        assert!(is_told || asked.contains(&format!("effect:{key}")), "nobody is asked for {key}");
        requested.extend(row.try_get_by_index::<Option<Uuid>>(1).expect("an id"));
    }
    for row in read(db, REFUNDS).await {
        let id: Uuid = row.try_get_by_index(0).expect("an id");
        let is_open = requested.contains(&id) || asked.contains(&format!("effect:resolve_refund:{id}"));
        assert!(is_open, "nobody is asked for the rest of refund {id}");
    }
}

async fn read(db: &impl ConnectionTrait, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(db.get_database_backend(), sql);
    db.query_all_raw(statement).await.expect("rows")
}

fn text(row: &QueryResult, place: usize) -> String {
    row.try_get_by_index(place).expect("a text")
}
