//! Decisions, for which a task waits without a lease. Nobody grants one to itself, and neither does the clock to those
//! who cannot decide.
//!
//! - [`Request`], [`Decide`]: what their names say. `deadline`: what becomes of what nobody decided in time.
//! - `asker`: who asked, and who is too near to it to decide; `limit`: amounts that only people decide. `subject`:
//!   the object that it is about.

mod asker;
mod deadline;
mod decide;
mod limit;
mod request;
mod subject;

use entity::{
    approvals,
    sea_orm_active_enums::{ApprovalStatus, EventAggregate, TaskStatus},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

pub(super) use self::deadline::settle_overdue;
pub(crate) use self::request::wait_from_start;
pub use self::{
    decide::{Decide, Decision},
    request::Request,
};
use super::{state, task_batch::TaskBatch};
use crate::{
    Result, UnitOfWork,
    events::{Event, EventKind},
};

/// What was asked or decided.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ApprovalOutcome {
    /// The approval.
    pub approval: Uuid,
    /// The task that waits for it.
    pub task: Uuid,
}

/// Locks an approval, and before it its task, as everybody does who ends a task.
async fn lock(unit: &UnitOfWork, id: Uuid) -> Result<Option<(approvals::Model, TaskBatch)>> {
    let mut sql = unit.sql();
    sql.push("SELECT task_id FROM approvals WHERE id = ").bind(id);
    let rows = unit.rows(sql).await?;
    let Some(found) = rows.first() else { return Ok(None) };
    let task: Uuid = found.try_get_by("task_id")?;
    let changes = TaskBatch::lock(unit, &[task]).await?;
    let approval = approvals::Entity::find_by_id(id).lock_exclusive().one(unit.txn().await?).await?;
    Ok(approval.map(|approval| (approval, changes)))
}

/// Lets the task go on.
fn resume(unit: &mut UnitOfWork, changes: &mut TaskBatch, task: Uuid, decision: &str) -> Result<()> {
    let now = unit.now();
    changes.change(unit, task, EventKind::TaskResumed, |task| {
        task.transition(TaskStatus::Pending, now).map(|()| json!({ "approval": decision }))
    })
}

/// Fails the task.
fn refuse(unit: &mut UnitOfWork, changes: &mut TaskBatch, task: Uuid, code: &str, message: Option<&str>) -> Result<()> {
    let now = unit.now();
    changes.note_error(task, code, message)?;
    changes.change(unit, task, EventKind::TaskFailed, |task| {
        task.transition(TaskStatus::Failed, now).map(|()| json!({ "errorCode": code }))
    })
}

/// Ends an approval.
async fn close(
    unit: &mut UnitOfWork,
    approval: approvals::Model,
    status: ApprovalStatus,
    comment: Option<String>,
    patch: Option<Json>,
) -> Result<()> {
    let version = approval.version + 1;
    state::check(approval.status, status)?;
    let mut approval = approval.into_active_model();
    approval.status = Set(status);
    approval.decided_at = Set(Some(unit.now().into()));
    approval.decided_by = Set(Some(unit.principal().name.clone()));
    approval.comment = Set(comment);
    approval.patch = Set(patch);
    approval.version = Set(version);
    approval.updated_at = Set(unit.now().into());
    let approval = approval.update(unit.txn().await?).await?;
    subject::follow(unit, &approval).await?;
    let kind = match status {
        ApprovalStatus::Approved => EventKind::ApprovalApproved,
        ApprovalStatus::Edited => EventKind::ApprovalEdited,
        ApprovalStatus::Rejected => EventKind::ApprovalRejected,
        ApprovalStatus::Expired => EventKind::ApprovalExpired,
        ApprovalStatus::Cancelled | ApprovalStatus::Pending => EventKind::ApprovalCancelled,
    };
    unit.emit(event(kind, &approval));
    Ok(())
}

/// Closes the approvals that cancelled tasks waited for.
pub(super) async fn cancel_of(unit: &mut UnitOfWork, tasks: &[Uuid]) -> Result<()> {
    if tasks.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    let now = unit.now();
    sql.push("UPDATE approvals SET status = 'cancelled', version = version + 1, decided_at = ").bind(now);
    sql.push(", decided_by = ").bind(unit.principal().name.clone()).push(", updated_at = ").bind(now);
    sql.push(" WHERE status = 'pending' AND task_id").is_any(tasks);
    sql.push(" RETURNING id, version, requesting_agent_id, task_id, subject_type, subject_id");
    for found in unit.rows(sql).await? {
        let subject_type: Option<String> = found.try_get_by("subject_type")?;
        subject::give_up(unit, found.try_get_by("task_id")?, subject_type.as_deref(), found.try_get_by("subject_id")?)
            .await?;
        unit.emit(approval_event(
            EventKind::ApprovalCancelled,
            found.try_get_by("id")?,
            found.try_get_by("version")?,
            found.try_get_by("requesting_agent_id")?,
            ApprovalStatus::Cancelled,
        ));
    }
    Ok(())
}

fn event(kind: EventKind, approval: &approvals::Model) -> Event {
    approval_event(kind, approval.id, approval.version, approval.requesting_agent_id, approval.status)
}

fn approval_event(kind: EventKind, id: Uuid, version: i32, agent: Option<Uuid>, status: ApprovalStatus) -> Event {
    let mut changes = Map::new();
    changes.insert("status".to_owned(), state::name(&status).into());
    Event {
        kind,
        aggregate_type: EventAggregate::Approval,
        aggregate_id: id,
        aggregate_version: version,
        agent_id: agent,
        execution_id: None,
        changes,
    }
}
