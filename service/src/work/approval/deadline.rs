//! What becomes of approvals that nobody decided in time.

use std::collections::HashSet;

use chrono::TimeDelta;
use entity::{
    approvals,
    sea_orm_active_enums::{ApprovalDeadline, ApprovalStatus},
};
use sea_orm::{ActiveModelTrait, ActiveValue::Set, IntoActiveModel};
use serde_json::json;
use uuid::Uuid;

use super::{asker, close, event, limit, lock, refuse, resume};
use crate::{
    Result, UnitOfWork,
    events::EventKind,
    limits::APPROVAL_DEADLINE_MINUTES,
    work::{cancel, hierarchy},
};

/// Does what is to happen at the deadline, if the approval is still undecided under its lock; whether it was.
pub(in crate::work) async fn settle_overdue(unit: &mut UnitOfWork, id: Uuid) -> Result<bool> {
    let Some((approval, mut changes)) = lock(unit, id).await? else { return Ok(false) };
    let overdue = approval.deadline_at.is_some_and(|deadline| deadline <= unit.now());
    if approval.status != ApprovalStatus::Pending || !overdue {
        return Ok(false);
    }
    let task = approval.task_id;
    match rule(unit, &approval).await? {
        ApprovalDeadline::Escalate => {
            let task_agent = changes.get(task)?.agent;
            return escalate(unit, approval, task_agent).await.map(|()| true);
        }
        ApprovalDeadline::Fail => refuse(unit, &mut changes, task, "APPROVAL_EXPIRED", Some(&approval.subject))?,
        ApprovalDeadline::Resume => resume(unit, &mut changes, task, "expired")?,
        ApprovalDeadline::Cancel => cancel::end(unit, &mut changes, task, Some("the approval expired"))?,
    }
    changes.save(unit).await?;
    close(unit, approval, ApprovalStatus::Expired, None, None).await.map(|()| true)
}

/// Earlier versions let everybody ask for `RESUME`: what an agent asked for fails.
async fn rule(unit: &UnitOfWork, approval: &approvals::Model) -> Result<ApprovalDeadline> {
    let resumes = approval.on_deadline == ApprovalDeadline::Resume;
    match resumes && !asker::is_a_person(unit, approval).await? {
        true => Ok(ApprovalDeadline::Fail),
        false => Ok(approval.on_deadline),
    }
}

/// Hands an approval on to the next agent above its approver, for as long as the approver had; where there is none, to
/// people, who have all the time.
async fn escalate(unit: &mut UnitOfWork, approval: approvals::Model, task_agent: Uuid) -> Result<()> {
    let (now, version) = (unit.now(), approval.version + 1);
    let next = next_approver(unit, &approval, task_agent).await?;
    let since = approval.escalated_at.unwrap_or(approval.created_at);
    let time = approval.deadline_at.map_or_else(TimeDelta::zero, |deadline| deadline - since);
    let deadline = next.map(|_| now + time.max(TimeDelta::minutes(APPROVAL_DEADLINE_MINUTES)));
    let mut changed = approval.into_active_model();
    changed.approver_agent_id = Set(next);
    changed.deadline_at = Set(deadline.map(Into::into));
    changed.escalated_at = Set(Some(now.into()));
    changed.version = Set(version);
    changed.updated_at = Set(now.into());
    let approval = changed.update(unit.txn().await?).await?;
    let mut event = event(EventKind::ApprovalEscalated, &approval);
    event.changes.insert("approverAgentId".to_owned(), json!(next));
    event.changes.insert("deadlineAt".to_owned(), json!(deadline));
    unit.emit(event);
    Ok(())
}

/// The nearest agent above the approver that is active and may decide; none if people have to.
async fn next_approver(unit: &UnitOfWork, approval: &approvals::Model, task_agent: Uuid) -> Result<Option<Uuid>> {
    let Some(approver) = approval.approver_agent_id else { return Ok(None) };
    if limit::exceeded(unit, approval.amount).await?.is_some() {
        return Ok(None);
    }
    let above = hierarchy::above(unit, approver).await?;
    let askers = asker::agents(unit, approval, task_agent).await?;
    let near = asker::subject_to(unit, &askers, &above).await?;
    let mut sql = unit.sql();
    sql.push("SELECT id FROM agents WHERE is_active AND id").is_any(&above);
    let active: HashSet<Uuid> = unit.ids(sql).await?;
    Ok(above.into_iter().find(|agent| active.contains(agent) && !near.contains(agent)))
}
