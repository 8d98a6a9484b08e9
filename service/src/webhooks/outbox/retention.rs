//! Removing the deliveries of endpoints that were deleted: there may be more than one transaction should remove.

use uuid::Uuid;

use crate::{Result, UnitOfWork, database::Sql};

/// Adds the condition that the endpoint of a delivery was deleted.
pub(crate) fn write_orphaned(sql: &mut Sql) {
    sql.push("NOT EXISTS (SELECT 1 FROM webhook_endpoints AS e WHERE e.id = webhook_deliveries.endpoint_id)");
}

/// Removes some of these deliveries; how many.
pub(crate) async fn remove_orphaned(unit: &UnitOfWork, most: u32) -> Result<u64> {
    let deleted: Vec<Uuid> = deleted(unit).await?;
    if deleted.is_empty() {
        return Ok(0);
    }
    let mut sql = unit.sql();
    sql.push("DELETE FROM webhook_deliveries WHERE id IN ");
    sql.push("(SELECT d.id FROM webhook_deliveries AS d WHERE d.endpoint_id").is_any(&deleted);
    sql.write(format_args!(" LIMIT {most})"));
    unit.execute(sql).await
}

/// The deleted endpoints that still have deliveries. From one endpoint to the next it is a step in an index: the
/// deliveries are not read.
async fn deleted(unit: &UnitOfWork) -> Result<Vec<Uuid>> {
    let mut sql = unit.sql();
    sql.push("WITH RECURSIVE known(id) AS (");
    sql.push("SELECT (SELECT d.endpoint_id FROM webhook_deliveries AS d ORDER BY d.endpoint_id LIMIT 1) UNION ALL ");
    sql.push("SELECT (SELECT d.endpoint_id FROM webhook_deliveries AS d WHERE d.endpoint_id > known.id ");
    sql.push("ORDER BY d.endpoint_id LIMIT 1) FROM known WHERE known.id IS NOT NULL) ");
    sql.push("SELECT known.id AS id FROM known WHERE known.id IS NOT NULL ");
    sql.push("AND NOT EXISTS (SELECT 1 FROM webhook_endpoints AS e WHERE e.id = known.id)");
    unit.ids(sql).await
}
