//! Changes to tasks in one unit of work, and what follows from them.
//!
//! A verb locks its tasks, moves them, and leaves the rest to [`TaskBatch::save`]: tasks that waited for one that ended,
//! parents that waited for their children, executions that have nothing left to do.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    iter,
};

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{AttemptOutcome, DependencyFailure, TaskStatus, TaskWait};
use serde_json::{Value as Json, json};
use uuid::Uuid;

use super::{
    cancel,
    create::insert,
    lifecycle,
    state::{self, OPEN_TASKS},
    task::{self, Task},
};
use crate::{
    Error, Result, UnitOfWork,
    database::{Column, columns, row::enum_value},
    events::EventKind,
    finance::budget,
    measures::TaskEnd,
    refusal::Refusal,
};

/// Tasks that are being changed.
#[derive(Debug, Default)]
pub(super) struct TaskBatch {
    tasks: HashMap<Uuid, Task>,
    /// Those that were touched, as they are in the database.
    before: HashMap<Uuid, Task>,
    changed: BTreeSet<Uuid>,
    extended: BTreeSet<Uuid>,
    ended: Vec<Uuid>,
    attempts: Vec<Attempt>,
}

/// An attempt that is over.
#[derive(Debug)]
struct Attempt {
    id: Uuid,
    task_id: Uuid,
    number: i32,
    agent_id: Uuid,
    worker: Option<String>,
    started_at: DateTime<Utc>,
    outcome: AttemptOutcome,
    error_code: Option<String>,
    error_message: Option<String>,
}

fn columns() -> Vec<Column<Attempt>> {
    columns!(Attempt: id, task_id, number, agent_id, worker, started_at, outcome, error_code, error_message).into()
}

impl TaskBatch {
    /// Locks tasks, their executions before them. Those that are not there are left out.
    pub(super) async fn lock(unit: &UnitOfWork, ids: &[Uuid]) -> Result<Self> {
        Ok(Self { tasks: task::lock(unit, ids).await?, ..Self::default() })
    }

    /// Locks tasks with everything below them, their executions before them.
    pub(super) async fn lock_tree(unit: &UnitOfWork, roots: &[Uuid]) -> Result<Self> {
        let mut batch = Self::lock(unit, &task::tree(unit, roots).await?).await?;
        // Parts may have been delegated before their parents were locked; they belong to the same executions.
        loop {
            let tree = task::tree(unit, roots).await?;
            if tree.iter().all(|id| batch.tasks.contains_key(id)) {
                return Ok(batch);
            }
            batch.take(unit, tree.into_iter()).await?;
        }
    }

    /// Tasks that are locked already.
    pub(super) fn of(tasks: impl IntoIterator<Item = Task>) -> Self {
        Self { tasks: tasks.into_iter().map(|task| (task.id, task)).collect(), ..Self::default() }
    }

    /// Adds tasks that are being changed elsewhere, each with what it was: they are written together with these.
    pub(super) fn merge(&mut self, changed: Vec<(Task, Task)>) {
        for (task, before) in changed {
            let id = task.id;
            self.changed.insert(id);
            self.before.insert(id, before);
            self.tasks.insert(id, task);
        }
    }

    /// A task as it is now.
    pub(super) fn get(&self, id: Uuid) -> Result<&Task> {
        self.tasks.get(&id).ok_or(Error::NotFound("task", id))
    }

    /// All of them.
    pub(super) fn iter(&self) -> impl Iterator<Item = &Task> {
        self.tasks.values()
    }

    /// Their ids, parents before children.
    pub(super) fn ids(&self) -> BTreeSet<Uuid> {
        self.tasks.keys().copied().collect()
    }

    /// Those of them that are below `roots`, themselves included.
    pub(super) fn below(&self, roots: &BTreeSet<Uuid>) -> BTreeSet<Uuid> {
        let parent = |id: &Uuid| self.tasks.get(id)?.parent;
        let is_below = |id: &Uuid| iter::successors(Some(*id), parent).any(|id| roots.contains(&id));
        self.tasks.keys().copied().filter(is_below).collect()
    }

    /// Changes a task and tells of it.
    pub(super) fn change(
        &mut self,
        unit: &mut UnitOfWork,
        id: Uuid,
        kind: EventKind,
        change: impl FnOnce(&mut Task) -> Result<Json, Refusal>,
    ) -> Result<()> {
        self.change_to(unit, id, |task| change(task).map(|changes| (kind, changes)))
    }

    /// Changes a task and tells of it by a name that depends on the change.
    pub(super) fn change_to(
        &mut self,
        unit: &mut UnitOfWork,
        id: Uuid,
        change: impl FnOnce(&mut Task) -> Result<(EventKind, Json), Refusal>,
    ) -> Result<()> {
        let task = self.touch(id)?;
        let was_open = !state::is_terminal(task.status);
        let (kind, changes) = change(task)?;
        unit.emit(task.event(kind, changes));
        if was_open && state::is_terminal(task.status) {
            let took = task.started_at.map(|started| unit.now() - started);
            if let Some(end) = TaskEnd::of(kind, took) {
                unit.ends(end);
            }
            self.ended.push(id);
        }
        self.changed.insert(id);
        Ok(())
    }

    /// Extends the lease on a task from now on, for as long as it was claimed for. Nobody is told.
    pub(super) fn extend(&mut self, unit: &UnitOfWork, id: Uuid) -> Result<&Task> {
        self.extended.insert(id);
        let task = self.touch(id)?;
        task.lease_expires_at = Some(task.leased_until(unit.now(), task.lease_seconds.unwrap_or(60)));
        Ok(task)
    }

    fn touch(&mut self, id: Uuid) -> Result<&mut Task> {
        let task = self.tasks.get_mut(&id).ok_or(Error::NotFound("task", id))?;
        self.before.entry(id).or_insert_with(|| task.clone());
        Ok(task)
    }

    /// Notes what went wrong with a task.
    pub(super) fn note_error(&mut self, id: Uuid, code: &str, message: Option<&str>) -> Result<()> {
        let task = self.touch(id)?;
        task.error_code = Some(code.to_owned());
        task.error_message = message.map(str::to_owned);
        Ok(())
    }

    /// Writes down that the running attempt of a task is over. The task keeps the error of an earlier attempt: only one
    /// that went wrong has it as its own.
    pub(super) fn end_attempt(&mut self, unit: &UnitOfWork, id: Uuid, outcome: AttemptOutcome) -> Result<()> {
        use AttemptOutcome::{Failed, LeaseLost, TimedOut};
        let task = self.get(id)?;
        let went_wrong = matches!(outcome, Failed | TimedOut | LeaseLost);
        let attempt = Attempt {
            id: Uuid::now_v7(),
            task_id: id,
            number: task.attempt.max(1),
            agent_id: task.agent,
            worker: task.worker.clone(),
            started_at: task.claimed_at.unwrap_or(unit.now()).min(unit.now()),
            outcome,
            error_code: task.error_code.clone().filter(|_| went_wrong),
            error_message: task.error_message.clone().filter(|_| went_wrong),
        };
        self.attempts.push(attempt);
        Ok(())
    }

    /// Follows up on what ended, and writes everything.
    pub(super) async fn save(self, unit: &mut UnitOfWork) -> Result<()> {
        self.save_with(unit, HashSet::new()).await
    }

    /// The same, and lets a task go on that waits for children which have all ended.
    pub(super) async fn save_and_wake(self, unit: &mut UnitOfWork, parent: Uuid) -> Result<()> {
        self.save_with(unit, HashSet::from([parent])).await
    }

    async fn save_with(mut self, unit: &mut UnitOfWork, mut parents: HashSet<Uuid>) -> Result<()> {
        let mut executions = BTreeSet::new();
        let mut all_ended = Vec::new();
        while !self.ended.is_empty() {
            let ended = std::mem::take(&mut self.ended);
            all_ended.extend_from_slice(&ended);
            for id in &ended {
                let task = self.get(*id)?;
                parents.extend(task.parent);
                executions.extend(task.execution);
            }
            self.release_keys(unit, &ended).await?;
            self.follow_dependencies(unit, &ended).await?;
            self.stop_children(unit, &ended).await?;
        }
        if !all_ended.is_empty() {
            budget::release_of_tasks(unit, &all_ended).await?;
        }
        self.write(unit);
        if !parents.is_empty() {
            self.wake_parents(unit, parents.into_iter().collect()).await?;
        }
        lifecycle::end_executions(unit, executions.into_iter().collect()).await
    }

    fn write(&mut self, unit: &UnitOfWork) {
        let changed = std::mem::take(&mut self.changed);
        let extended = std::mem::take(&mut self.extended);
        let before = std::mem::take(&mut self.before);
        task::extend(unit, extended.difference(&changed).filter_map(|id| self.tasks.get(id)));
        task::save(unit, changed.iter().filter_map(|id| Some((self.tasks.get(id)?, before.get(id)?))));
        let same = [("ended_at", unit.now().into()), ("created_at", unit.now().into())];
        insert(unit, "task_attempts", &columns(), &same, &std::mem::take(&mut self.attempts));
    }

    /// Keys that last until their task ends are free again.
    async fn release_keys(&self, unit: &UnitOfWork, ended: &[Uuid]) -> Result<()> {
        if !ended.iter().any(|id| self.tasks.get(id).is_some_and(|task| task.keyed)) {
            return Ok(());
        }
        let mut sql = unit.sql();
        sql.push("DELETE FROM task_keys WHERE expires_at IS NULL AND task_id").is_any(ended);
        unit.execute(sql).await.map(drop)
    }

    /// Unblocks, skips or fails the tasks that waited for those which ended.
    async fn follow_dependencies(&mut self, unit: &mut UnitOfWork, ended: &[Uuid]) -> Result<()> {
        if !ended.iter().any(|id| self.tasks.get(id).is_some_and(|task| task.named)) {
            return Ok(());
        }
        let mut sql = unit.sql();
        sql.push("SELECT task_id, depends_on_id, on_failure FROM task_dependencies WHERE depends_on_id").is_any(ended);
        let mut links = Vec::new();
        for found in unit.rows(sql).await? {
            let (task, on): (Uuid, Uuid) = (found.try_get_by("task_id")?, found.try_get_by("depends_on_id")?);
            let rule: DependencyFailure = enum_value(&found, "on_failure")?;
            links.push((task, on, rule));
        }
        self.take(unit, links.iter().map(|(task, _, _)| *task)).await?;
        for (id, on, rule) in links {
            let ended_as = self.get(on)?.status;
            let satisfied = matches!(ended_as, TaskStatus::Completed | TaskStatus::Skipped);
            if state::is_terminal(self.get(id)?.status) {
                continue;
            }
            let now = unit.now();
            if satisfied || rule == DependencyFailure::Run {
                let task = self.get(id)?;
                let last = task.open_dependencies <= 1 && task.status == TaskStatus::Pending;
                let kind = if last { EventKind::TaskUnblocked } else { EventKind::TaskDependencyMet };
                self.change(unit, id, kind, |task| {
                    task.open_dependencies = (task.open_dependencies - 1).max(0);
                    Ok(json!({ "openDependencies": task.open_dependencies }))
                })?;
            } else if rule == DependencyFailure::Skip {
                self.change(unit, id, EventKind::TaskSkipped, |task| {
                    task.transition(TaskStatus::Skipped, now).map(|()| json!({ "dependency": on }))
                })?;
            } else {
                self.change(unit, id, EventKind::TaskFailed, |task| {
                    task.transition(TaskStatus::Failed, now)?;
                    task.error_code = Some("DEPENDENCY_FAILED".to_owned());
                    task.error_message = Some(format!("task {on} ended as {}", state::name(&ended_as)));
                    Ok(json!({ "dependency": on, "errorCode": task.error_code }))
                })?;
            }
        }
        Ok(())
    }

    /// Lets what depends on tasks that are opened again, and went on without them, wait for them once more.
    pub(super) async fn block(&mut self, unit: &mut UnitOfWork, opened: &HashSet<Uuid>) -> Result<()> {
        let ids: Vec<Uuid> = opened.iter().copied().collect();
        let mut sql = unit.sql();
        sql.push("SELECT t.id FROM task_dependencies AS d JOIN tasks AS t ON t.id = d.task_id WHERE t.status")
            .is_one_of(OPEN_TASKS);
        sql.push(" AND d.depends_on_id").is_any(&ids);
        let found: Vec<Uuid> = unit.ids(sql).await?;
        // Those that are opened too have been counted.
        let waiting: Vec<Uuid> = found.into_iter().filter(|id| !opened.contains(id)).collect();
        self.take(unit, waiting.iter().copied()).await?;
        for id in waiting {
            // It may have ended before it was locked.
            if state::is_terminal(self.get(id)?.status) {
                continue;
            }
            self.change(unit, id, EventKind::TaskBlocked, |task| {
                task.open_dependencies += 1;
                Ok(json!({ "openDependencies": task.open_dependencies }))
            })?;
        }
        Ok(())
    }

    /// Cancels the open children of tasks that failed, were skipped or cancelled: nobody waits for them any more.
    async fn stop_children(&mut self, unit: &mut UnitOfWork, ended: &[Uuid]) -> Result<()> {
        let status = |id: &Uuid| self.tasks.get(id).map(|task| task.status);
        let lost = |id: &&Uuid| status(id).is_some_and(|status| status != TaskStatus::Completed);
        let lost: Vec<Uuid> = ended.iter().filter(lost).copied().collect();
        if lost.is_empty() {
            return Ok(());
        }
        let mut sql = unit.sql();
        sql.push("SELECT id FROM tasks WHERE status").is_one_of(OPEN_TASKS).push(" AND parent_task_id").is_any(&lost);
        let children: BTreeSet<Uuid> = unit.ids(sql).await?;
        self.take(unit, children.iter().copied()).await?;
        cancel::stop(unit, self, children, Some("its parent task has ended")).await.map(drop)
    }

    /// Locks what is not yet in the batch.
    async fn take(&mut self, unit: &UnitOfWork, ids: impl Iterator<Item = Uuid>) -> Result<()> {
        let missing: BTreeSet<Uuid> = ids.filter(|id| !self.tasks.contains_key(id)).collect();
        if !missing.is_empty() {
            self.tasks.extend(task::lock_tasks_only(unit, &missing.into_iter().collect::<Vec<_>>()).await?);
        }
        Ok(())
    }

    /// Lets parents go on that waited for children, all of which have ended.
    async fn wake_parents(&mut self, unit: &mut UnitOfWork, parents: Vec<Uuid>) -> Result<()> {
        self.take(unit, parents.iter().copied()).await?;
        // Asked after the lock: whoever ended another child at the same moment has committed.
        let mut sql = unit.sql();
        sql.push("SELECT DISTINCT parent_task_id AS id FROM tasks WHERE status")
            .is_one_of(OPEN_TASKS)
            .push(" AND parent_task_id")
            .is_any(&parents);
        let busy: HashSet<Uuid> = unit.ids(sql).await?;
        for id in parents.into_iter().filter(|id| !busy.contains(id)) {
            let waits = self
                .tasks
                .get(&id)
                .is_some_and(|task| task.status == TaskStatus::Waiting && task.waiting_for == Some(TaskWait::Children));
            if waits {
                let now = unit.now();
                self.change(unit, id, EventKind::TaskResumed, |task| {
                    task.transition(TaskStatus::Pending, now).map(|()| json!({ "children": "ended" }))
                })?;
            }
        }
        self.write(unit);
        Ok(())
    }
}
