//! Decisions of people, for which a task waits without a lease.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::{
    agents, approvals,
    sea_orm_active_enums::{ApprovalDeadline, ApprovalStatus, AttemptOutcome, EventAggregate, TaskStatus, TaskWait},
    tasks,
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set, EntityTrait, IntoActiveModel, QuerySelect};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value as Json, json};
use uuid::Uuid;

use super::{cancel, merge_patch, state, task_batch::TaskBatch};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{Operation, within},
    database::row::enum_value,
    edit::{self, check},
    events::{Event, EventKind},
    principal::Role,
    refusal::{At, Code, Located, Refusal},
};

/// Requests an approval for a task in hand; the task waits, its lease is free.
#[derive(Clone, Debug, Serialize)]
pub struct Request {
    /// The task.
    pub task_id: Uuid,
    /// The token of its lease.
    pub token: Uuid,
    /// What is to be decided, in a line.
    pub subject: String,
    /// What it is worth.
    pub amount: Option<Decimal>,
    /// In which currency.
    pub currency: String,
    /// What a decision needs to know, an object.
    pub context: Json,
    /// The agent who may decide beside people.
    pub approver_agent_id: Option<Uuid>,
    /// Until when it can be decided.
    pub deadline_at: Option<DateTime<Utc>>,
    /// What becomes of the task at the deadline.
    pub on_deadline: ApprovalDeadline,
}

/// What was asked or decided.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct ApprovalOutcome {
    /// The approval.
    pub approval: Uuid,
    /// The task that waits for it.
    pub task: Uuid,
}

impl Request {
    fn check(&self, now: DateTime<Utc>) -> Result<(), Refusal> {
        let invalid = |field: &str, message: &str| Err(Refusal::new(Code::Invalid, message).at([field]));
        if self.subject.trim().is_empty() || self.subject.chars().count() > 255 {
            return invalid("subject", "`subject` must have 1 to 255 characters");
        }
        if !self.context.is_object() {
            return invalid("context", "it must be an object");
        }
        if let Some(amount) = self.amount {
            check::amount("amount", amount)?;
        }
        check::currency("currency", &self.currency)?;
        if self.deadline_at.is_some_and(|deadline| deadline <= now) {
            return invalid("deadlineAt", "the deadline has already passed");
        }
        Ok(())
    }
}

impl Verb for Request {
    type Outcome = ApprovalOutcome;
    const OPERATION: Operation = Operation::RequestApproval;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<ApprovalOutcome> {
        let now = unit.now();
        self.check(now)?;
        let mut changes = TaskBatch::lock(unit, &[self.task_id]).await?;
        let task = changes.get(self.task_id).at(["taskId"])?;
        let agent = task.agent;
        within(unit, [agent]).await.at(["taskId"])?;
        task.fence(self.token)?;
        if let Some(approver) = self.approver_agent_id {
            edit::find::<agents::Model>(unit, approver).await.at(["approverAgentId"])?;
            if approver == agent || unit.principal().agent == Some(approver) {
                let refusal = Refusal::new(Code::NotPermitted, "the requester of an approval cannot decide it");
                return Err(refusal.at(["approverAgentId"]).into());
            }
        }
        task.refuse_if_stopping().at(["taskId"])?;
        changes.end_attempt(unit, self.task_id, AttemptOutcome::Waiting)?;
        changes.change(unit, self.task_id, EventKind::TaskWaiting, |task| {
            task.transition(TaskStatus::Waiting, now)?;
            task.uncount_attempt();
            task.waiting_for = Some(TaskWait::Approval);
            Ok(json!({ "waitingFor": "APPROVAL" }))
        })?;
        changes.save(unit).await?;
        let id = Uuid::now_v7();
        let approval = approvals::ActiveModel {
            id: Set(id),
            task_id: Set(self.task_id),
            subject: Set(self.subject.clone()),
            amount: Set(self.amount),
            currency: Set(self.currency.clone()),
            context: Set(self.context.clone()),
            requested_by: Set(unit.principal().name.clone()),
            requesting_agent_id: Set(Some(agent)),
            approver_agent_id: Set(self.approver_agent_id),
            status: Set(ApprovalStatus::Pending),
            deadline_at: Set(self.deadline_at.map(Into::into)),
            on_deadline: Set(self.on_deadline),
            decided_at: Set(None),
            decided_by: Set(None),
            comment: Set(None),
            patch: Set(None),
            version: Set(1),
            created_at: Set(now.into()),
            updated_at: Set(now.into()),
        };
        let approval = approval.insert(unit.txn().await?).await?;
        unit.emit(event(EventKind::ApprovalRequested, &approval));
        Ok(ApprovalOutcome { approval: id, task: self.task_id })
    }
}

/// Decides an approval, once.
#[derive(Clone, Debug, Serialize)]
pub struct Decide {
    /// The approval.
    pub approval_id: Uuid,
    /// How.
    pub decision: Decision,
    /// The change to the task's input, for [`Decision::Edit`] alone: a merge patch (RFC 7396).
    pub patch: Option<Json>,
    /// Why; a rejection needs it.
    pub comment: Option<String>,
}

/// How an approval is decided.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum Decision {
    /// The task goes on.
    Approve,
    /// The task fails.
    Reject,
    /// The task goes on with its input changed.
    Edit,
}

impl Verb for Decide {
    type Outcome = ApprovalOutcome;
    const OPERATION: Operation = Operation::DecideApproval;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<ApprovalOutcome> {
        self.check_patch()?;
        let (approval, mut changes) = self.lock(unit).await?;
        let (id, task) = (approval.id, approval.task_id);
        let asked = asking_agents(unit, &approval).await?;
        self.check(unit, &approval, asked.into_iter().chain([changes.get(task)?.agent]))?;
        let status = match self.decision {
            Decision::Approve => {
                resume(unit, &mut changes, task, "approved")?;
                ApprovalStatus::Approved
            }
            Decision::Reject => {
                refuse(unit, &mut changes, task, "APPROVAL_REJECTED", self.comment.as_deref())?;
                ApprovalStatus::Rejected
            }
            Decision::Edit => {
                resume(unit, &mut changes, task, "edited")?;
                ApprovalStatus::Edited
            }
        };
        if let Some(patch) = &self.patch {
            patch_input(unit, task, patch).await?;
        }
        changes.save(unit).await?;
        close(unit, approval, status, self.comment.clone(), self.patch.clone()).await?;
        Ok(ApprovalOutcome { approval: id, task })
    }
}

impl Decide {
    fn check_patch(&self) -> Result<(), Refusal> {
        let invalid = |message: &str| Err(Refusal::invalid("patch", message));
        match (self.decision, &self.patch) {
            (Decision::Edit, None) => invalid("`EDIT` needs a `patch`"),
            (Decision::Edit, Some(patch)) if !patch.is_object() => invalid("an edit needs a patch that is an object"),
            (Decision::Edit, Some(_)) | (_, None) => Ok(()),
            (_, Some(_)) => invalid("only `EDIT` takes a `patch`"),
        }
    }

    /// The task is locked first, as by everybody who ends a task.
    async fn lock(&self, unit: &UnitOfWork) -> Result<(approvals::Model, TaskBatch)> {
        let unknown = || Error::NotFound("approval", self.approval_id).located(["approvalId"]);
        let mut sql = unit.sql();
        sql.push("SELECT task_id FROM approvals WHERE id = ").bind(self.approval_id);
        let task = unit.rows(sql).await?.first().ok_or_else(unknown)?.try_get_by("task_id")?;
        let changes = TaskBatch::lock(unit, &[task]).await?;
        let approval = approvals::Entity::find_by_id(self.approval_id).lock_exclusive();
        let approval = approval.one(unit.txn().await?).await?.ok_or_else(unknown)?;
        Ok((approval, changes))
    }

    /// `concerned` are the agents that it is about.
    fn check(
        &self,
        unit: &UnitOfWork,
        approval: &approvals::Model,
        mut concerned: impl Iterator<Item = Uuid>,
    ) -> Result<()> {
        if approval.status != ApprovalStatus::Pending {
            let status = state::name(&approval.status);
            return Err(Refusal::new(Code::AlreadyDecided, format!("the approval is {status}"))
                .at(["approvalId"])
                .into());
        }
        if approval.deadline_at.is_some_and(|deadline| deadline <= unit.now()) {
            return Err(Refusal::new(Code::DeadlinePassed, "the approval's deadline has passed")
                .at(["approvalId"])
                .into());
        }
        let principal = unit.principal();
        // While there are no keys, one person is everybody.
        let asked = principal.key.is_some() && approval.requested_by == principal.name;
        if asked || concerned.any(|agent| principal.agent == Some(agent)) {
            return Err(Refusal::new(Code::NotPermitted, "the requester of an approval cannot decide it")
                .at(["approvalId"])
                .into());
        }
        if principal.role == Role::Agent && principal.agent != approval.approver_agent_id {
            let message = "only the approver agent, operators and administrators can decide it";
            return Err(Refusal::new(Code::NotPermitted, message).at(["approvalId"]).into());
        }
        let commented = self.comment.as_ref().is_some_and(|comment| !comment.trim().is_empty());
        if self.decision == Decision::Reject && !commented {
            return Err(Refusal::new(Code::Invalid, "a rejection needs a comment").at(["comment"]).into());
        }
        Ok(())
    }
}

/// The agents that asked: the one whose task it was, and the one whose key was used.
async fn asking_agents(unit: &UnitOfWork, approval: &approvals::Model) -> Result<HashSet<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT agent_id AS id FROM api_keys WHERE agent_id IS NOT NULL AND name = ")
        .bind(approval.requested_by.as_str());
    let mut agents: HashSet<Uuid> = unit.ids(sql).await?;
    agents.extend(approval.requesting_agent_id);
    Ok(agents)
}

fn resume(unit: &mut UnitOfWork, changes: &mut TaskBatch, task: Uuid, decision: &str) -> Result<()> {
    let now = unit.now();
    changes.change(unit, task, EventKind::TaskResumed, |task| {
        task.transition(TaskStatus::Pending, now).map(|()| json!({ "approval": decision }))
    })
}

fn refuse(unit: &mut UnitOfWork, changes: &mut TaskBatch, task: Uuid, code: &str, message: Option<&str>) -> Result<()> {
    let now = unit.now();
    changes.note_error(task, code, message)?;
    changes.change(unit, task, EventKind::TaskFailed, |task| {
        task.transition(TaskStatus::Failed, now).map(|()| json!({ "errorCode": code }))
    })
}

/// What becomes of a task whose approval was not decided in time.
pub(super) async fn expire(unit: &mut UnitOfWork, approval: approvals::Model) -> Result<()> {
    let task = approval.task_id;
    let mut changes = TaskBatch::lock(unit, &[task]).await?;
    match approval.on_deadline {
        ApprovalDeadline::Fail => refuse(unit, &mut changes, task, "APPROVAL_EXPIRED", Some(&approval.subject))?,
        ApprovalDeadline::Resume => resume(unit, &mut changes, task, "expired")?,
        ApprovalDeadline::Cancel => cancel::end(unit, &mut changes, task, Some("the approval expired"))?,
    }
    changes.save(unit).await?;
    close(unit, approval, ApprovalStatus::Expired, None, None).await
}

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
    sql.push(" WHERE status = 'pending' AND task_id").is_any(tasks).push(" RETURNING id, version, requesting_agent_id");
    for found in unit.rows(sql).await? {
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

async fn patch_input(unit: &UnitOfWork, task: Uuid, patch: &Json) -> Result<()> {
    let found = tasks::Entity::find_by_id(task).one(unit.txn().await?).await?.ok_or(Error::NotFound("task", task))?;
    let mut input = found.input_data;
    merge_patch::apply(&mut input, patch);
    let mut sql = unit.sql();
    sql.push("UPDATE tasks SET input_data = ").bind(input).push(" WHERE id = ").bind(task);
    unit.execute(sql).await.map(drop)
}

/// Expires an approval, if it is still undecided under its lock.
pub(super) async fn expire_overdue(unit: &mut UnitOfWork, id: Uuid) -> Result<bool> {
    let Some(found) = approvals::Entity::find_by_id(id).one(unit.txn().await?).await? else { return Ok(false) };
    TaskBatch::lock(unit, &[found.task_id]).await?;
    let mut sql = unit.sql();
    sql.push("SELECT status FROM approvals WHERE deadline_at <= ")
        .bind(unit.now())
        .push(" AND id = ")
        .bind(id)
        .for_update();
    let rows = unit.rows(sql).await?;
    let Some(status) = rows.first() else { return Ok(false) };
    if enum_value::<ApprovalStatus>(status, "status")? != ApprovalStatus::Pending {
        return Ok(false);
    }
    expire(unit, found).await.map(|()| true)
}
