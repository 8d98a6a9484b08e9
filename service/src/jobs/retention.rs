//! Removing the files of jobs that are over for long.

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::BulkJobStatus;

use super::forget;
use crate::database::Sql;

/// The pieces that are removed at once: up to 100 MiB.
pub(crate) const PIECES: u32 = 100;

/// Writes the condition that a piece of a file belongs to a job that ended before a time, or was left unstarted since
/// then, or may name somebody who was erased. Of jobs there are more than of pieces: each piece looks for its own.
pub(crate) fn write_old_files(sql: &mut Sql, until: DateTime<Utc>) {
    sql.push("EXISTS (SELECT 1 FROM bulk_jobs AS j WHERE j.id = bulk_chunks.job_id AND (j.created_at <= ").bind(until);
    sql.push(" AND (j.ended_at <= ").bind(until).push(" OR (j.status = ");
    sql.literal(&BulkJobStatus::Waiting).push(" AND j.updated_at <= ").bind(until).push(")) OR ");
    forget::write_forgotten(sql);
    sql.push("))");
}

/// Writes the removal of some such pieces. The files of a job are known to be gone by the pieces that are missing.
pub(crate) fn write_file_removal(sql: &mut Sql, until: DateTime<Utc>) {
    sql.push("DELETE FROM bulk_chunks WHERE (job_id, part, number) IN (SELECT job_id, part, number FROM bulk_chunks");
    sql.push(" WHERE ");
    write_old_files(sql, until);
    sql.write(format_args!(" LIMIT {PIECES})"));
}
