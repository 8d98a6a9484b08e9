//! What becomes of an agent's work when it takes no more.

use entity::sea_orm_active_enums::{AttemptOutcome, TaskStatus};
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    assign::check_active,
    cancel,
    state::{self, OPEN_TASKS},
    task_batch::TaskBatch,
};
use crate::{
    Result, UnitOfWork,
    events::EventKind,
    refusal::{At, Code, Refusal},
};

/// What becomes of open tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum OpenTasks {
    /// There must be none.
    Refuse,
    /// They go to the agent above; what is being worked on is taken back.
    ReassignToParent,
    /// They are cancelled, with everything below them.
    Cancel,
}

/// Settles the open tasks of an agent, whose row is locked.
pub(crate) async fn handle_open_tasks(
    unit: &mut UnitOfWork,
    agent: Uuid,
    parent: Option<Uuid>,
    rule: OpenTasks,
) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("SELECT id FROM tasks WHERE status").is_one_of(OPEN_TASKS).push(" AND assigned_agent_id = ").bind(agent);
    let tasks: Vec<Uuid> = unit.ids(sql).await?;
    match rule {
        _ if tasks.is_empty() => Ok(()),
        OpenTasks::Refuse => {
            let message = format!("the agent has open tasks: {}", tasks.len());
            Err(Refusal::new(Code::OpenTasks, message).at(["openTasks"]).into())
        }
        OpenTasks::ReassignToParent => reassign(unit, &tasks, agent, parent).await,
        OpenTasks::Cancel => {
            let mut changes = TaskBatch::lock_tree(unit, &tasks).await?;
            // Some may have ended, or gone to somebody else, before they were locked.
            let still_open = changes.iter().filter(|task| task.agent == agent && !state::is_terminal(task.status));
            let below = changes.below(&still_open.map(|task| task.id).collect());
            cancel::stop(unit, &mut changes, below, Some("its agent was deactivated")).await?;
            changes.save(unit).await
        }
    }
}

async fn reassign(unit: &mut UnitOfWork, tasks: &[Uuid], agent: Uuid, parent: Option<Uuid>) -> Result<()> {
    let Some(parent) = parent else {
        return Err(Refusal::new(Code::OpenTasks, "the agent has no parent agent").at(["openTasks"]).into());
    };
    check_active(unit, parent).await.at(["openTasks"])?;
    let now = unit.now();
    let mut changes = TaskBatch::lock(unit, tasks).await?;
    for id in changes.ids() {
        let task = changes.get(id)?;
        // It may have ended, or gone to somebody else, before it was locked.
        if task.agent != agent || state::is_terminal(task.status) {
            continue;
        }
        if task.cancel_requested_at.is_some() {
            cancel::end(unit, &mut changes, id, None)?;
            continue;
        }
        if task.status == TaskStatus::InProgress {
            changes.end_attempt(unit, id, AttemptOutcome::Released)?;
        }
        changes.change(unit, id, EventKind::TaskReassigned, |task| {
            if task.status == TaskStatus::InProgress {
                task.uncount_attempt();
                task.transition(TaskStatus::Pending, now)?;
            }
            task.agent = parent;
            Ok(json!({ "from": agent, "to": parent }))
        })?;
    }
    changes.save(unit).await
}
