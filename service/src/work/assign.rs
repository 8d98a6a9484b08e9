//! Who does a task: given to another agent, or a part of it delegated.

use std::collections::BTreeSet;

use entity::sea_orm_active_enums::{AttemptOutcome, TaskStatus, TaskWait};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    agent_states::AgentStates,
    create::{self, NewTask},
    hierarchy,
    keys::TaskParent,
    state,
    task_batch::TaskBatch,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::{Operation, within},
    events::EventKind,
    limits::{TASK_CHILDREN, TASK_DEPTH},
    refusal::{At, Code, Facts, Refusal},
};

/// Reassigns a task that nobody holds to another agent.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Reassign {
    /// The task.
    pub task_id: Uuid,
    /// The agent.
    pub agent_id: Uuid,
    /// The version that the caller has seen.
    pub expected_version: Option<i32>,
}

impl Verb for Reassign {
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::ReassignTask;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        check_active(unit, self.agent_id).await.at(["agentId"])?;
        let mut changes = TaskBatch::lock(unit, &[self.task_id]).await?;
        let task = changes.get(self.task_id).at(["taskId"])?;
        if let Some(expected) = self.expected_version
            && expected != task.version
        {
            let message = format!("the task was changed in the meantime: its version is now {}", task.version);
            let refusal = Refusal::new(Code::VersionConflict, message).at(["expectedVersion"]);
            return Err(refusal.with(Facts::Version(task.version)).into());
        }
        if !matches!(task.status, TaskStatus::Pending | TaskStatus::Waiting) {
            let message =
                format!("the task is {}: only a pending or waiting task can be reassigned", state::name(&task.status));
            return Err(state::refuse_in(task.status, message).at(["taskId"]).into());
        }
        let from = task.agent;
        // Nothing changes.
        if from == self.agent_id {
            return Ok(self.task_id);
        }
        changes.change(unit, self.task_id, EventKind::TaskReassigned, |task| {
            task.agent = self.agent_id;
            Ok(json!({ "from": from, "to": self.agent_id }))
        })?;
        changes.save(unit).await?;
        Ok(self.task_id)
    }
}

/// Refuses an agent that is not active, and keeps it so until the end.
pub(super) async fn check_active(unit: &UnitOfWork, agent: Uuid) -> Result<()> {
    match AgentStates::hold(unit, &BTreeSet::from([agent])).await?.is_active(agent) {
        true => Ok(()),
        false => Err(Refusal::new(Code::AgentInactive, format!("agent {agent} is not active")).into()),
    }
}

/// Delegates a part of a task to another agent.
#[derive(Clone, Debug, Serialize)]
pub struct Delegate {
    /// The task that the new one is a part of.
    pub parent_task_id: Uuid,
    /// The token of the parent's lease: needed to wait.
    pub token: Option<Uuid>,
    /// Whether the parent waits for its children, without a lease.
    pub wait: bool,
    /// The part. Without a priority and an SLA of its own it has those of the collaboration, where there is one.
    pub task: NewTask,
}

/// What was delegated.
#[derive(Clone, Copy, Debug, Serialize, Deserialize)]
pub struct Delegated {
    /// The parent.
    pub parent: Uuid,
    /// The new task.
    pub task: Uuid,
}

impl Verb for Delegate {
    type Outcome = Delegated;
    const OPERATION: Operation = Operation::DelegateTask;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Delegated> {
        let states = create::hold(unit, std::slice::from_ref(&self.task)).await.map_err(in_part)?;
        let mut changes = TaskBatch::lock(unit, &[self.parent_task_id]).await?;
        let parent = changes.get(self.parent_task_id).at(["parentTaskId"])?.clone();
        within(unit, [parent.agent]).await.at(["parentTaskId"])?;
        if state::is_terminal(parent.status) {
            let message = format!("the task is {}: nothing can be delegated from it", state::name(&parent.status));
            return Err(state::refuse_in(parent.status, message).at(["parentTaskId"]).into());
        }
        match self.token {
            Some(token) => parent.fence(token)?,
            None if self.wait => {
                return Err(Refusal::invalid("token", "`wait` needs the `token` of the parent's lease").into());
            }
            None => {}
        }
        parent.refuse_if_stopping().at(["parentTaskId"])?;
        self.check_bounds(unit).await.at(["parentTaskId"])?;
        let mut task = self.task.clone();
        if let Some((priority, sla_minutes)) = edge(unit, parent.agent, task.assigned_agent_id).await? {
            task.priority = task.priority.or(Some(priority));
            task.sla_minutes = task.sla_minutes.or(Some(sla_minutes));
        }
        let task_parent = TaskParent { execution: parent.execution, parent: Some(self.parent_task_id) };
        let made = create::create(unit, task_parent, &states, std::slice::from_ref(&task)).await;
        let made = made.map_err(in_part)?;
        let child = made.tasks.first().copied().ok_or_else(|| Error::internal("a task that was not made"))?;
        if self.wait {
            let now = unit.now();
            changes.end_attempt(unit, self.parent_task_id, AttemptOutcome::Waiting)?;
            changes.change(unit, self.parent_task_id, EventKind::TaskWaiting, |task| {
                task.transition(TaskStatus::Waiting, now)?;
                task.uncount_attempt();
                task.waiting_for = Some(TaskWait::Children);
                task.waits_until = task.max_wait_seconds.map(|seconds| now + chrono::Duration::seconds(seconds.into()));
                Ok(json!({ "waitingFor": "CHILDREN" }))
            })?;
        }
        // The part may have been there already, and have ended.
        changes.save_and_wake(unit, self.parent_task_id).await?;
        Ok(Delegated { parent: self.parent_task_id, task: child })
    }
}

/// The only one of the tasks that are made is `task` in this input.
fn in_part(error: Error) -> Error {
    match error.into_refusal() {
        Ok(refusal) => {
            let below: Vec<String> = refusal.path.iter().skip(2).cloned().collect();
            refusal.at(below).under(["task"]).into()
        }
        Err(error) => error,
    }
}

impl Delegate {
    async fn check_bounds(&self, unit: &UnitOfWork) -> Result<()> {
        let mut sql = unit.sql();
        sql.push(
            "WITH RECURSIVE path(id, parent_task_id, depth) AS (SELECT id, parent_task_id, 1 FROM tasks WHERE id = ",
        )
        .bind(self.parent_task_id);
        sql.push(" UNION ALL SELECT tasks.id, tasks.parent_task_id, path.depth + 1 FROM tasks JOIN path ON tasks.id = path.parent_task_id ");
        sql.write(format_args!("WHERE path.depth <= {TASK_DEPTH}) SELECT count(*) AS levels, "));
        sql.push("(SELECT count(*) FROM tasks WHERE parent_task_id = ").bind(self.parent_task_id);
        sql.push(") AS children FROM path");
        let rows = unit.rows(sql).await?;
        let found = rows.first().ok_or_else(|| Error::internal("a count without a row"))?;
        let (levels, children): (i64, i64) = (found.try_get_by("levels")?, found.try_get_by("children")?);
        if usize::try_from(levels).unwrap_or(usize::MAX) >= TASK_DEPTH {
            return Err(Refusal::new(Code::LimitReached, format!("tasks nest at most {TASK_DEPTH} deep")).into());
        }
        if children >= TASK_CHILDREN {
            return Err(Refusal::new(Code::LimitReached, format!("a task has at most {TASK_CHILDREN} children")).into());
        }
        Ok(())
    }
}

/// Whether an agent may hand work to another: to its direct reports, to those above it, and to whom a collaboration
/// allows, whose priority and SLA then apply.
async fn edge(unit: &UnitOfWork, from: Uuid, to: Uuid) -> Result<Option<(i32, i32)>> {
    let mut sql = unit.sql();
    sql.push("SELECT priority, sla_minutes FROM agent_collaborations WHERE requesting_agent_id = ").bind(from);
    sql.push(" AND responding_agent_id = ").bind(to);
    sql.push(" ORDER BY CASE collaboration_type WHEN 'task_delegation' THEN 0 ELSE 1 END, priority, id LIMIT 1");
    if let Some(found) = unit.rows(sql).await?.first() {
        return Ok(Some((found.try_get_by("priority")?, found.try_get_by("sla_minutes")?)));
    }
    let mut sql = unit.sql();
    sql.push("SELECT parent_id FROM agents WHERE id = ").bind(to);
    let rows = unit.rows(sql).await?;
    let found = rows.first().ok_or(Error::NotFound("agent", to)).at(["task", "assignedAgentId"])?;
    let above: Option<Uuid> = found.try_get_by("parent_id")?;
    if from == to || above == Some(from) || hierarchy::above(unit, from).await?.contains(&to) {
        return Ok(None);
    }
    let message =
        format!("agent {to} is neither a direct report of agent {from}, nor above it, nor one it collaborates with");
    Err(Refusal::new(Code::NotPermitted, message).at(["task", "assignedAgentId"]).into())
}
