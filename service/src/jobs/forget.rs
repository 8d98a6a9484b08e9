//! Files of jobs that may name a person who was erased. Nobody reads them to know: they may be large.

use entity::sea_orm_active_enums::BulkJobStatus;
use serde_json::json;

use super::kind;
use crate::{Result, UnitOfWork, database::Sql};

/// Removes the errors of single rows from ended jobs whose rows are people. Their files go with the next
/// removal of old files, and those of jobs that have not ended go after their end.
pub(crate) async fn forget_people(unit: &UnitOfWork) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE bulk_jobs SET first_errors = ").bind(json!([])).push(" WHERE kind").is_one_of(&kind::OF_PEOPLE);
    sql.push(" AND ended_at IS NOT NULL AND first_errors <> '[]'");
    unit.execute(sql).await.map(drop)
}

/// Writes the condition that a piece of a file of the job `j` may name a person who was erased since: any piece of a job
/// that has ended, and those that came before of one that was not started yet.
pub(super) fn write_forgotten(sql: &mut Sql) {
    sql.push("j.kind").is_one_of(&kind::OF_PEOPLE).push(" AND (j.ended_at IS NOT NULL AND j.created_at <= ");
    write_last_erasure(sql);
    sql.push(" OR j.status = ").literal(&BulkJobStatus::Waiting).push(" AND bulk_chunks.created_at <= ");
    write_last_erasure(sql);
    sql.push(")");
}

fn write_last_erasure(sql: &mut Sql) {
    sql.push("(SELECT max(c.erased_at) FROM customers AS c WHERE c.erased_at IS NOT NULL)");
}
