//! The order of deliveries: of an endpoint and an object, only the first pending one has a time for its next attempt.
//! The others wait without one, so that nobody passes over them, however many they are.

use entity::sea_orm_active_enums::DeliveryStatus;
use uuid::Uuid;

use crate::{Result, UnitOfWork, database::Sql};

/// Has the first pending delivery of each of these objects sent now, if it has no time yet: the one before it is over.
pub(super) async fn wake(unit: &UnitOfWork, endpoint: Uuid, objects: &[Uuid]) -> Result<()> {
    if objects.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.push("UPDATE webhook_deliveries SET next_attempt_at = ").now().push(", updated_at = ").now();
    sql.push(" WHERE next_attempt_at IS NULL AND id IN (SELECT ");
    write_first(&mut sql, endpoint, "k.id");
    sql.push(" FROM ").keys(objects).push(")");
    unit.execute(sql).await.map(drop)
}

/// Takes the time from deliveries that are not the first pending one of their object: from those of `which`, or all.
pub(super) async fn hold(unit: &UnitOfWork, endpoint: Uuid, which: Option<&[Uuid]>) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE webhook_deliveries SET next_attempt_at = NULL WHERE endpoint_id = ").bind(endpoint);
    sql.push(" AND next_attempt_at IS NOT NULL");
    if let Some(which) = which {
        sql.push(" AND id").is_any(which);
    }
    // Not by a join: it could compare all of a busy object with each other.
    sql.push(" AND id <> ");
    write_first(&mut sql, endpoint, "webhook_deliveries.aggregate_id");
    unit.execute(sql).await.map(drop)
}

/// Adds the id of the first pending delivery of this object, which is an expression.
fn write_first(sql: &mut Sql, endpoint: Uuid, object: &str) {
    sql.push("(SELECT b.id FROM webhook_deliveries AS b WHERE ");
    write_pending(sql, endpoint, object);
    sql.push(" ORDER BY b.transaction_number, b.position LIMIT 1)");
}

/// Adds the condition that a delivery `b` is pending and of this object, which is an expression.
pub(super) fn write_pending(sql: &mut Sql, endpoint: Uuid, object: &str) {
    sql.push("b.endpoint_id = ").bind(endpoint).write(format_args!(" AND b.aggregate_id = {object} AND b.status = "));
    sql.literal(&DeliveryStatus::Pending);
}
