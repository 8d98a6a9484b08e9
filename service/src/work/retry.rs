//! New attempts of tasks that have failed for good.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{DependencyFailure, ExecutionStatus, TaskStatus};
use serde::{Deserialize, Serialize};
use serde_json::json;
use uuid::Uuid;

use super::{
    agent_states::AgentStates,
    item::Item,
    keys::{self, Lost},
    lifecycle::reopen,
    links::{self, Need},
    state,
    task::Task,
    task_batch::TaskBatch,
};
use crate::{
    Error, Result, UnitOfWork, Verb,
    access::Operation,
    database::row::enum_value,
    events::EventKind,
    limits::{ATTEMPTS, REDRIVE},
    refusal::{At, Code, Refusal},
};

/// Retries a failed task: opens another attempt of it.
#[derive(Clone, Copy, Debug, Serialize)]
pub struct Retry {
    /// The task.
    pub task_id: Uuid,
}

impl Verb for Retry {
    type Outcome = Uuid;
    const OPERATION: Operation = Operation::RetryTask;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Uuid> {
        let mut reopening = Reopening::examine(unit, &[self.task_id]).await.at(["taskId"])?;
        if let Some(refusal) = reopening.refused.remove(&self.task_id) {
            return Err(refusal.at(["taskId"]).into());
        }
        reopening.perform(unit).await?;
        Ok(self.task_id)
    }
}

/// Redrives failed tasks: retries every one that fits.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Redrive {
    /// Which ones.
    pub filter: Filter,
    /// How many tasks are looked at, those that failed first: 1 to 1000.
    pub limit: i32,
    /// Only says which ones it would be.
    pub dry_run: bool,
}

/// Which failed tasks: those that meet everything given.
#[derive(Clone, Debug, Default, Serialize)]
pub struct Filter {
    /// Of these agents; of all when there is no list, of none when it is empty.
    pub agent_ids: Option<Vec<Uuid>>,
    /// Of these types, alike.
    pub task_types: Option<Vec<String>>,
    /// That failed with these codes, alike.
    pub error_codes: Option<Vec<String>>,
    /// Of this execution.
    pub workflow_execution_id: Option<Uuid>,
    /// That failed at this time or later.
    pub failed_from: Option<DateTime<Utc>>,
    /// That failed before this time.
    pub failed_before: Option<DateTime<Utc>>,
}

/// What became, or would become, of the tasks.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Redriven {
    /// The tasks that were opened.
    pub tasks: Vec<Uuid>,
    /// The tasks that were not, and why.
    #[serde(default)]
    pub refused: Vec<Item>,
}

impl Verb for Redrive {
    type Outcome = Redriven;
    const OPERATION: Operation = Operation::RedriveTasks;

    async fn perform(&self, unit: &mut UnitOfWork) -> Result<Redriven> {
        if !(1..=REDRIVE).contains(&self.limit) {
            return Err(Refusal::new(Code::Invalid, format!("`limit` must be 1 to {REDRIVE}")).at(["limit"]).into());
        }
        let found = self.find(unit).await?;
        let reopening = Reopening::examine(unit, &found).await?;
        let tasks = reopening.open.clone();
        let item = |id: &Uuid| Some(Item { task: *id, refused: Some(reopening.refused.get(id)?.clone()) });
        let refused = found.iter().filter_map(item).collect();
        if !self.dry_run {
            reopening.perform(unit).await?;
        }
        Ok(Redriven { tasks, refused })
    }
}

impl Redrive {
    async fn find(&self, unit: &UnitOfWork) -> Result<Vec<Uuid>> {
        let mut sql = unit.sql();
        sql.push("SELECT id FROM tasks WHERE status = 'failed'");
        if let Some(agents) = &self.filter.agent_ids {
            sql.push(" AND assigned_agent_id").is_any(agents);
        }
        for (column, texts) in [("task_type", &self.filter.task_types), ("error_code", &self.filter.error_codes)] {
            if let Some(texts) = texts {
                sql.write(format_args!(" AND {column} IN ")).list(texts, |sql, text| {
                    sql.bind(text.as_str());
                });
            }
        }
        if let Some(execution) = self.filter.workflow_execution_id {
            sql.push(" AND workflow_execution_id = ").bind(execution);
        }
        if let Some(from) = self.filter.failed_from {
            sql.push(" AND completed_at >= ").bind(from);
        }
        if let Some(before) = self.filter.failed_before {
            sql.push(" AND completed_at < ").bind(before);
        }
        sql.write(format_args!(" ORDER BY completed_at, id LIMIT {}", self.limit));
        unit.ids(sql).await
    }
}

/// Failed tasks that are to be opened again, and what speaks against it. What a new task is asked, they are asked too.
struct Reopening {
    /// The tasks, those they depend on and those they are parts of, locked.
    changes: TaskBatch,
    /// The tasks that can be opened, in the order they were named.
    open: Vec<Uuid>,
    /// The others, and why not.
    refused: HashMap<Uuid, Refusal>,
    links: HashMap<Uuid, Vec<(Uuid, DependencyFailure)>>,
    lost_keys: Vec<Lost>,
}

impl Reopening {
    async fn examine(unit: &UnitOfWork, ids: &[Uuid]) -> Result<Self> {
        let agents = agents(unit, ids).await?;
        let states = AgentStates::hold(unit, &agents).await?;
        let (links, mut related) = related(unit, ids).await?;
        related.extend(ids);
        // Under its lock nothing that a task waits for can end unseen.
        let changes = TaskBatch::lock(unit, &related.into_iter().collect::<Vec<_>>()).await?;
        let (mut lost_keys, held_keys) = keys::of_ended(unit, ids).await?;
        let closed = closed_executions(unit, ids).await?;
        let mut this = Self { changes, open: Vec::new(), refused: HashMap::new(), links, lost_keys: Vec::new() };
        for id in ids {
            let task = this.changes.get(*id)?;
            // It was given to another agent before it was locked.
            if !agents.contains(&task.agent) {
                return Err(Error::Collision);
            }
            let checked = check_task(task, &states).and_then(|()| match (held_keys.get(id), closed.get(id)) {
                (Some(holder), _) => {
                    let message = format!("task {holder} holds its unique key now");
                    Err(Refusal::new(Code::AlreadyExists, message))
                }
                (None, Some(message)) => Err(state::refuse(task.status, TaskStatus::Pending, *message)),
                (None, None) => Ok(()),
            });
            match checked {
                Ok(()) => this.open.push(*id),
                Err(refusal) => drop(this.refused.insert(*id, refusal)),
            }
        }
        this.settle()?;
        for id in this.open.clone() {
            let on = this.links.get(&id).into_iter().flatten().map(|(on, _)| *on).collect();
            if let Some(parent) = this.changes.get(id)?.parent
                && let Some(refusal) = links::waits_for_ancestor(unit, on, parent).await?
            {
                this.refused.insert(id, refusal);
                this.open.retain(|open| *open != id);
            }
        }
        // Of tasks that had the same key, the first gets it.
        let mut taken = HashMap::new();
        lost_keys.retain(|lost| this.open.contains(&lost.task));
        lost_keys.sort_by_key(|lost| this.open.iter().position(|id| *id == lost.task));
        for lost in lost_keys {
            if let Some(holder) = taken.get(&lost.key) {
                let message = format!("task {holder}, retried in the same call, takes its unique key");
                this.refused.insert(lost.task, Refusal::new(Code::AlreadyExists, message));
                this.open.retain(|id| *id != lost.task);
                continue;
            }
            taken.insert(lost.key.clone(), lost.task);
            this.lost_keys.push(lost);
        }
        this.settle()?;
        this.lost_keys.retain(|lost| this.open.contains(&lost.task));
        Ok(this)
    }

    /// Leaves out tasks that depend on, or are parts of, what has failed and is not opened too.
    fn settle(&mut self) -> Result<()> {
        loop {
            let open: HashSet<Uuid> = self.open.iter().copied().collect();
            let mut refused = Vec::new();
            for id in &self.open {
                if let Some(refusal) = self.against(*id, &open)? {
                    refused.push((*id, refusal));
                }
            }
            if refused.is_empty() {
                return Ok(());
            }
            self.refused.extend(refused);
            self.open.retain(|id| !self.refused.contains_key(id));
        }
    }

    fn against(&self, id: Uuid, open: &HashSet<Uuid>) -> Result<Option<Refusal>> {
        let task = self.changes.get(id)?;
        let refusal = |other, relation: &str| {
            let other_task = self.changes.get(other)?;
            let message = match other_task.cancel_requested_at {
                Some(_) => format!("task {other}, which {relation}, is being cancelled"),
                None => {
                    let name = state::name(&other_task.status);
                    format!("task {other}, which {relation}, has ended as {name}")
                }
            };
            Ok(Some(state::refuse(task.status, TaskStatus::Pending, message)))
        };
        for (on, rule) in self.links.get(&id).into_iter().flatten() {
            if self.need(*on, *rule, open)? == Need::Never {
                return refusal(*on, "it depends on");
            }
        }
        if let Some(parent) = task.parent.filter(|parent| !open.contains(parent)) {
            let whole = self.changes.get(parent)?;
            let lost = matches!(whole.status, TaskStatus::Failed | TaskStatus::Cancelled | TaskStatus::Skipped);
            if lost || whole.cancel_requested_at.is_some() {
                return refusal(parent, "is its parent task");
            }
        }
        Ok(None)
    }

    fn need(&self, on: Uuid, rule: DependencyFailure, open: &HashSet<Uuid>) -> Result<Need> {
        let status = if open.contains(&on) { TaskStatus::Pending } else { self.changes.get(on)?.status };
        Ok(links::need(status, rule))
    }

    async fn perform(mut self, unit: &mut UnitOfWork) -> Result<()> {
        let now = unit.now();
        let open: HashSet<Uuid> = self.open.iter().copied().collect();
        let mut executions = BTreeSet::new();
        for id in &self.open {
            let mut waits_for = 0;
            for (on, rule) in self.links.get(id).into_iter().flatten() {
                waits_for += i32::from(self.need(*on, *rule, &open)? == Need::Wait);
            }
            executions.extend(self.changes.get(*id)?.execution);
            self.changes.change(unit, *id, EventKind::TaskRedriven, |task| {
                task.transition(TaskStatus::Pending, now)?;
                task.max_attempts = task.max_attempts.max(task.attempt + 1);
                task.open_dependencies = waits_for;
                task.run_after = None;
                Ok(json!({ "attempt": task.attempt, "maxAttempts": task.max_attempts, "openDependencies": waits_for }))
            })?;
        }
        self.changes.block(unit, &open).await?;
        keys::take_back(unit, &self.lost_keys).await?;
        self.changes.save(unit).await?;
        reopen(unit, &executions.into_iter().collect::<Vec<_>>()).await
    }
}

fn check_task(task: &Task, states: &AgentStates) -> Result<(), Refusal> {
    if task.status != TaskStatus::Failed {
        state::check(task.status, TaskStatus::Pending)?;
        return Err(state::refuse(task.status, TaskStatus::Pending, "only a failed task can be retried"));
    }
    if !states.is_active(task.agent) {
        return Err(Refusal::new(Code::AgentInactive, format!("agent {} is not active", task.agent)));
    }
    if task.attempt >= ATTEMPTS {
        return Err(Refusal::new(Code::LimitReached, format!("a task has at most {ATTEMPTS} attempts")));
    }
    Ok(())
}

/// Whose tasks they are.
async fn agents(unit: &UnitOfWork, ids: &[Uuid]) -> Result<BTreeSet<Uuid>> {
    let mut sql = unit.sql();
    sql.push("SELECT DISTINCT assigned_agent_id AS id FROM tasks WHERE id").is_any(ids);
    unit.ids(sql).await
}

/// What tasks depend on, and all that they depend on or are parts of.
async fn related(
    unit: &UnitOfWork,
    ids: &[Uuid],
) -> Result<(HashMap<Uuid, Vec<(Uuid, DependencyFailure)>>, BTreeSet<Uuid>)> {
    let mut sql = unit.sql();
    sql.push("SELECT task_id, depends_on_id, on_failure FROM task_dependencies WHERE task_id").is_any(ids);
    let (mut links, mut related) = (HashMap::<Uuid, Vec<_>>::new(), BTreeSet::new());
    for found in unit.rows(sql).await? {
        let (task, on): (Uuid, Uuid) = (found.try_get_by("task_id")?, found.try_get_by("depends_on_id")?);
        let rule = enum_value(&found, "on_failure")?;
        links.entry(task).or_default().push((on, rule));
        related.insert(on);
    }
    let mut sql = unit.sql();
    sql.push("SELECT parent_task_id AS id FROM tasks WHERE parent_task_id IS NOT NULL AND id").is_any(ids);
    related.extend(unit.ids::<Vec<Uuid>>(sql).await?);
    Ok((links, related))
}

/// Why the executions of tasks, which are locked, do not go on, if they do not. A workflow that is not archived stays so
/// until the end.
async fn closed_executions(unit: &UnitOfWork, ids: &[Uuid]) -> Result<HashMap<Uuid, &'static str>> {
    let mut sql = unit.sql();
    sql.push("SELECT t.id, e.status, w.is_active FROM tasks AS t ");
    sql.push(
        "JOIN workflow_executions AS e ON e.id = t.workflow_execution_id JOIN workflows AS w ON w.id = e.workflow_id ",
    );
    // Whether one is active is no condition: a row that does not meet it now would not be waited for.
    sql.push("WHERE e.status IN ('cancelled', 'completed', 'failed') AND t.id").is_any(ids).for_key_share();
    let mut closed = HashMap::new();
    for found in unit.rows(sql).await? {
        let (status, active): (ExecutionStatus, bool) = (enum_value(&found, "status")?, found.try_get_by("is_active")?);
        let message = match status {
            ExecutionStatus::Cancelled => "its execution was cancelled",
            _ if !active => "its workflow is archived",
            _ => continue,
        };
        closed.insert(found.try_get_by("id")?, message);
    }
    Ok(closed)
}
