//! Recipients whose task ended without a report: it was cancelled, it failed, or somebody completed it by hand.
//!
//! Whether a message was sent that had been begun, nobody knows.

use entity::sea_orm_active_enums::RecipientStatus;
use uuid::Uuid;

use crate::{Result, UnitOfWork, database::Sql, work::state::OPEN_TASKS};

/// Why nothing is sent.
pub(super) const TASK_ENDED: &str = "task_ended";

/// Writes the search for such recipients: `id` and `due`.
pub(crate) fn write_lost(sql: &mut Sql) -> &mut Sql {
    sql.push("SELECT r.id, r.updated_at AS due FROM campaign_recipients AS r WHERE ");
    is_lost(sql);
    sql
}

/// Gives up those that still are so; how many.
pub(crate) async fn give_up(unit: &mut UnitOfWork, ids: &[Uuid]) -> Result<usize> {
    let (sending, unknown) = (RecipientStatus::Sending, RecipientStatus::Unknown);
    let mut sql = unit.sql();
    sql.push("UPDATE campaign_recipients AS r SET status = CASE WHEN r.status = ").literal(&sending);
    sql.push(" THEN ").literal(&unknown).push(" ELSE ").literal(&RecipientStatus::Skipped);
    sql.push(" END, skip_reason = CASE WHEN r.status = ").literal(&sending);
    sql.write(format_args!(" THEN NULL ELSE '{TASK_ENDED}' END, updated_at = ")).bind(unit.now());
    sql.push(" WHERE r.id").is_any(ids).push(" AND ");
    is_lost(&mut sql);
    let changed = unit.execute(sql).await?;
    Ok(usize::try_from(changed).unwrap_or(usize::MAX))
}

/// Writes that a recipient `r` waits for a task, and has none that is open.
fn is_lost(sql: &mut Sql) {
    sql.push("r.status").is_one_of(&[RecipientStatus::Queued, RecipientStatus::Sending]);
    sql.push(" AND NOT EXISTS (SELECT 1 FROM tasks AS t WHERE t.id = r.task_id AND t.status");
    sql.is_one_of(OPEN_TASKS).push(")");
}
