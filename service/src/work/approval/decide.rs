//! Deciding.

use std::slice;

use entity::{agents, approvals, sea_orm_active_enums::ApprovalStatus, tasks};
use sea_orm::EntityTrait;
use serde::Serialize;
use serde_json::Value as Json;
use uuid::Uuid;

use super::{ApprovalOutcome, asker, close, limit, lock, refuse, resume};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    edit::{self, check},
    principal::is_person,
    refusal::{At, Code, Located, Refusal},
    work::{merge_patch, state},
};

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
        let found = lock(unit, self.approval_id).await?;
        let unknown = || Error::NotFound("approval", self.approval_id).located(["approvalId"]);
        let (approval, mut changes) = found.ok_or_else(unknown)?;
        let (id, task) = (approval.id, approval.task_id);
        Self::check_open(unit, &approval).at(["approvalId"])?;
        Self::check_decider(unit, &approval, changes.get(task)?.agent).await.at(["approvalId"])?;
        self.check_comment()?;
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
            (Decision::Edit, Some(patch)) => check::json("patch", patch, check::JSON),
            (_, None) => Ok(()),
            (_, Some(_)) => invalid("only `EDIT` takes a `patch`"),
        }
    }

    fn check_comment(&self) -> Result<(), Refusal> {
        let commented = self.comment.as_ref().is_some_and(|comment| !comment.trim().is_empty());
        match self.decision == Decision::Reject && !commented {
            true => Err(Refusal::invalid("comment", "a rejection needs a comment")),
            false => Ok(()),
        }
    }

    fn check_open(unit: &UnitOfWork, approval: &approvals::Model) -> Result<(), Refusal> {
        if approval.status != ApprovalStatus::Pending {
            let status = state::name(&approval.status);
            return Err(Refusal::new(Code::AlreadyDecided, format!("the approval is {status}")));
        }
        match approval.deadline_at.is_some_and(|deadline| deadline <= unit.now()) {
            true => Err(Refusal::new(Code::DeadlinePassed, "the approval's deadline has passed")),
            false => Ok(()),
        }
    }

    /// Asked when it is decided, and not only when it was requested: agents are moved and deactivated meanwhile, tasks
    /// are reassigned, and limits change.
    async fn check_decider(unit: &UnitOfWork, approval: &approvals::Model, task_agent: Uuid) -> Result<()> {
        let principal = unit.principal();
        if asker::is(principal, approval) {
            return Err(asker::refusal().into());
        }
        if let Some(agent) = principal.agent {
            let askers = asker::agents(unit, approval, task_agent).await?;
            if !asker::subject_to(unit, &askers, slice::from_ref(&agent)).await?.is_empty() {
                return Err(asker::refusal().into());
            }
        }
        if is_person(principal.role) {
            return Ok(());
        }
        let not_permitted = |message: &str| -> Result<()> { Err(Refusal::new(Code::NotPermitted, message).into()) };
        let Some(agent) = principal.agent.filter(|agent| approval.approver_agent_id == Some(*agent)) else {
            return not_permitted("only the approver agent, operators and administrators can decide it");
        };
        if !edit::find::<agents::Model>(unit, agent).await?.is_active {
            return Err(Refusal::new(Code::AgentInactive, format!("agent {agent} is not active")).into());
        }
        match limit::exceeded(unit, approval.amount).await? {
            Some(reason) => not_permitted(&reason),
            None => Ok(()),
        }
    }
}

async fn patch_input(unit: &UnitOfWork, task: Uuid, patch: &Json) -> Result<()> {
    let found = tasks::Entity::find_by_id(task).one(unit.txn().await?).await?.ok_or(Error::NotFound("task", task))?;
    let mut input = found.input_data;
    merge_patch::apply(&mut input, patch);
    // Patches that are small enough add up.
    check::json("inputData", &input, check::JSON).map_err(|refusal| refusal.at(["patch"]))?;
    let mut sql = unit.sql();
    sql.push("UPDATE tasks SET input_data = ").bind(input).push(" WHERE id = ").bind(task);
    unit.execute(sql).await.map(drop)
}
