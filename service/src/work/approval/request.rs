//! Asking for a decision.

use std::collections::HashSet;

use chrono::{DateTime, TimeDelta, Utc};
use entity::{
    agents, approvals,
    sea_orm_active_enums::{ApprovalDeadline, ApprovalStatus, AttemptOutcome, TaskStatus, TaskWait},
};
use rust_decimal::Decimal;
use sea_orm::{ActiveModelTrait, ActiveValue::Set};
use serde::Serialize;
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{ApprovalOutcome, asker, event, subject};
use crate::{
    Result, UnitOfWork, Verb,
    access::{Operation, within},
    edit::{self, check},
    events::EventKind,
    limits::APPROVAL_DEADLINE_MINUTES,
    principal::{Principal, is_person},
    refusal::{At, Code, Refusal},
    work::task_batch::TaskBatch,
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
    /// The type of the object that it is about, as GraphQL calls it: the approval permits one call on that object.
    pub subject_type: Option<String>,
    /// Which object.
    pub subject_id: Option<Uuid>,
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
    /// What happens at the deadline.
    pub on_deadline: ApprovalDeadline,
}

impl Request {
    fn check(&self, principal: &Principal, now: DateTime<Utc>) -> Result<(), Refusal> {
        if self.subject.trim().is_empty() || self.subject.chars().count() > 255 {
            return Err(Refusal::invalid("subject", "`subject` must have 1 to 255 characters"));
        }
        check::json("context", &self.context, check::JSON)?;
        if !self.context.is_object() {
            return Err(Refusal::invalid("context", "it must be an object"));
        }
        if let Some(amount) = self.amount {
            check::amount("amount", amount)?;
        }
        check::currency("currency", &self.currency)?;
        self.check_deadline(principal, now)
    }

    /// Nobody is hurried, and silence is consent only where somebody asked who could decide.
    fn check_deadline(&self, principal: &Principal, now: DateTime<Utc>) -> Result<(), Refusal> {
        let soonest = now + TimeDelta::minutes(APPROVAL_DEADLINE_MINUTES);
        if self.deadline_at.is_some_and(|deadline| deadline < soonest) {
            let message = format!("the deadline must be at least {APPROVAL_DEADLINE_MINUTES} minutes away");
            return Err(Refusal::invalid("deadlineAt", message));
        }
        match self.on_deadline {
            ApprovalDeadline::Escalate if self.deadline_at.is_none() => {
                Err(Refusal::invalid("deadlineAt", "`ESCALATE` needs a `deadlineAt`"))
            }
            ApprovalDeadline::Resume if !is_person(principal.role) => {
                let message =
                    "only operators and administrators may use `RESUME`: choose `FAIL`, `CANCEL` or `ESCALATE`";
                Err(Refusal::new(Code::NotPermitted, message).at(["onDeadline"]))
            }
            _ => Ok(()),
        }
    }

    /// The approver takes work, and does not answer to who asks.
    async fn check_approver(unit: &UnitOfWork, approver: Uuid, agents: &[Uuid]) -> Result<()> {
        let found = edit::find::<agents::Model>(unit, approver).await?;
        let askers: HashSet<Uuid> = agents.iter().copied().chain(unit.principal().agent).collect();
        if !asker::subject_to(unit, &askers, &[approver]).await?.is_empty() {
            return Err(asker::refusal().into());
        }
        match found.is_active {
            true => Ok(()),
            false => Err(Refusal::new(Code::AgentInactive, format!("agent {approver} is not active")).into()),
        }
    }
}

impl Verb for Request {
    type Outcome = ApprovalOutcome;
    const OPERATION: Operation = Operation::RequestApproval;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<ApprovalOutcome> {
        let now = unit.now();
        self.check(unit.principal(), now)?;
        let mut changes = TaskBatch::lock(unit, &[self.task_id]).await?;
        let task = changes.get(self.task_id).at(["taskId"])?;
        let agent = task.agent;
        within(unit, [agent]).await.at(["taskId"])?;
        task.fence(self.token)?;
        if let Some(approver) = self.approver_agent_id {
            Self::check_approver(unit, approver, &[agent]).await.at(["approverAgentId"])?;
        }
        task.refuse_if_stopping().at(["taskId"])?;
        subject::check(unit, self.subject_type.as_deref(), self.subject_id).await?;
        changes.end_attempt(unit, self.task_id, AttemptOutcome::Waiting)?;
        changes.change(unit, self.task_id, EventKind::TaskWaiting, |task| {
            task.transition(TaskStatus::Waiting, now)?;
            task.uncount_attempt();
            task.waiting_for = Some(TaskWait::Approval);
            Ok(json!({ "waitingFor": "APPROVAL" }))
        })?;
        changes.save(unit).await?;
        self.open(unit, agent).await
    }
}

/// Makes a new task, which nobody has claimed, wait for a decision. Its token does not matter. The author of what is
/// decided about does not decide, if that is an agent.
pub(crate) async fn wait_from_start(
    unit: &mut UnitOfWork,
    request: &Request,
    author: Option<Uuid>,
) -> Result<ApprovalOutcome> {
    request.check(unit.principal(), unit.now())?;
    let mut changes = TaskBatch::lock(unit, &[request.task_id]).await?;
    let agent = changes.get(request.task_id)?.agent;
    if let Some(approver) = request.approver_agent_id {
        let askers: Vec<Uuid> = author.into_iter().chain([agent]).collect();
        Request::check_approver(unit, approver, &askers).await.at(["approverAgentId"])?;
    }
    changes.change(unit, request.task_id, EventKind::TaskWaiting, |task| {
        task.status = TaskStatus::Waiting;
        task.waiting_for = Some(TaskWait::Approval);
        Ok(json!({ "waitingFor": "APPROVAL" }))
    })?;
    changes.save(unit).await?;
    request.open(unit, agent).await
}

impl Request {
    /// Writes the approval, and tells of it.
    async fn open(&self, unit: &mut UnitOfWork, agent: Uuid) -> Result<ApprovalOutcome> {
        let (id, now) = (Uuid::now_v7(), unit.now());
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
            escalated_at: Set(None),
            requesting_key_id: Set(unit.principal().key),
            subject_type: Set(self.subject_type.clone()),
            subject_id: Set(self.subject_id),
        };
        let approval = approval.insert(unit.txn().await?).await?;
        unit.emit(event(EventKind::ApprovalRequested, &approval));
        Ok(ApprovalOutcome { approval: id, task: self.task_id })
    }
}
