//! The row of a job.

use entity::{
    bulk_jobs,
    sea_orm_active_enums::{BulkJobStatus, EventAggregate},
};
use sea_orm::{EntityTrait, QuerySelect};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::rights;
use crate::{
    Error, Result, UnitOfWork,
    edit::check_version,
    events::{Event, EventKind},
    refusal::At,
    state,
};

/// What a job is called in a sentence.
pub(super) const NOUN: &str = "bulk job";

/// Reads a job for a change. Refuses one that was changed since the caller read it, and an agent without the capability
/// of what it does.
pub(super) async fn lock(unit: &UnitOfWork, id: Uuid, expected: Option<i32>) -> Result<bulk_jobs::Model> {
    let row = bulk_jobs::Entity::find_by_id(id).lock_exclusive().one(unit.txn().await?).await?;
    let row = row.ok_or(Error::NotFound(NOUN, id)).at(["id"])?;
    rights::check_areas(unit, row.kind).await.at(["id"])?;
    check_version(expected, row.version)?;
    Ok(row)
}

/// Moves a job that is locked to another state, and tells so.
pub(super) fn move_to(
    unit: &mut UnitOfWork,
    job: &bulk_jobs::Model,
    to: BulkJobStatus,
    event: EventKind,
) -> Result<()> {
    state::check(job.status, to).at(["id"])?;
    let (version, now) = (job.version.saturating_add(1), unit.now());
    let has_ended = event == EventKind::JobEnded;
    unit.write(|sql| {
        sql.push("UPDATE bulk_jobs SET status = ").literal(&to).push(", leased_until = NULL, version = ").bind(version);
        sql.push(", updated_at = ").bind(now);
        if has_ended {
            sql.push(", ended_at = ").bind(now);
        }
        sql.push(" WHERE id = ").bind(job.id);
    });
    tell(unit, event, (job.id, version), Map::from_iter([status(to)]));
    Ok(())
}

/// How events show a state.
pub(super) fn status(status: BulkJobStatus) -> (String, Json) {
    ("status".to_owned(), json!(state::name(&status)))
}

/// Tells what happened to a job, which has this version now.
pub(super) fn tell(unit: &mut UnitOfWork, kind: EventKind, (id, version): (Uuid, i32), changes: Map<String, Json>) {
    unit.emit(Event {
        kind,
        aggregate_type: EventAggregate::Job,
        aggregate_id: id,
        aggregate_version: version,
        agent_id: None,
        execution_id: None,
        changes,
    });
}
