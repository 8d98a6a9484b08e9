//! Unique keys: what there may be only once, while it lasts or for a time.

use std::collections::{HashMap, HashSet};

use chrono::{DateTime, Duration, Utc};
use entity::sea_orm_active_enums::TaskStatus;
use serde::Serialize;
use serde_json::json;
use uuid::Uuid;

use super::{
    create::{NewTask, placed},
    hierarchy, state,
    task::{Task, lock_tasks_only},
    task_batch::TaskBatch,
};
use crate::{
    Error, Result, UnitOfWork,
    access::Scope,
    database::{Column, columns},
    events::EventKind,
    refusal::{Code, Refusal},
};

/// How the keys begin of tasks that the server makes for an effect. Nobody else can take them.
pub(super) const EFFECT: &str = "effect:";

/// What a task may be only once.
#[derive(Clone, Debug, Serialize)]
pub struct Unique {
    /// Equal for tasks that are the same.
    pub key: String,
    /// For how long; until the task ends when nothing is said.
    pub window_seconds: Option<i32>,
    /// What happens to another one.
    pub on_conflict: OnConflict,
}

/// What happens when the key is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub enum OnConflict {
    /// The call is answered with the task that holds it.
    ReturnExisting,
    /// The call is refused.
    Reject,
    /// The task that holds it gets the new input, if nobody works on it yet.
    ReplaceInput,
}

impl Unique {
    pub(super) fn check(&self) -> Result<(), Refusal> {
        let invalid = |field, message: &str| Err(Refusal::new(Code::Invalid, message).at(["unique", field]));
        if self.key.is_empty() || self.key.chars().count() > 255 {
            return invalid("key", "a unique key has 1 to 255 characters");
        }
        if self.key.starts_with(EFFECT) {
            return invalid("key", "keys that begin with `effect:` are reserved for the server");
        }
        if self.window_seconds.is_some_and(|seconds| seconds < 1) {
            return invalid("windowSeconds", "a window is at least 1 second");
        }
        Ok(())
    }
}

/// Where new tasks belong: a task that is there already takes the place of a new one only if it belongs there too.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct TaskParent {
    pub(super) execution: Option<Uuid>,
    pub(super) parent: Option<Uuid>,
}

/// The tasks that hold the keys of new ones, locked, by the place of the new one in the call.
pub(super) async fn existing(
    unit: &mut UnitOfWork,
    task_parent: TaskParent,
    tasks: &[NewTask],
) -> Result<HashMap<usize, Task>> {
    let wanted: Vec<(usize, &NewTask, &Unique)> =
        tasks.iter().enumerate().filter_map(|(index, task)| Some((index, task, task.unique.as_ref()?))).collect();
    if wanted.is_empty() {
        return Ok(HashMap::new());
    }
    let mut names = HashSet::new();
    if let Some((index, _, unique)) = wanted.iter().find(|(_, _, unique)| !names.insert(unique.key.as_str())) {
        return Err(taken(*index, format!("the unique key {:?} is given twice", unique.key)));
    }
    let holders = holders(unit, names.into_iter().collect()).await?;
    let pairs =
        wanted.iter().filter_map(|(_, task, unique)| Some((holders.get(&unique.key)?.agent, task.assigned_agent_id)));
    let in_line = hierarchy::in_line(unit, pairs.collect()).await?;
    let scope = Scope::of(unit, holders.values().map(|holder| holder.agent)).await?;

    let (mut held, mut replaced) = (HashMap::new(), Vec::new());
    for (index, task, unique) in wanted {
        let Some(holder) = holders.get(&unique.key) else { continue };
        let (id, key) = (holder.id, &unique.key);
        if scope.check(holder.agent).is_err() {
            return Err(taken(index, format!("a task of another agent holds the unique key {key:?}")));
        }
        if unique.on_conflict == OnConflict::Reject {
            return Err(taken(index, format!("task {id} holds the unique key {key:?}")));
        }
        if !in_line.contains(&(holder.agent, task.assigned_agent_id)) {
            let message = format!(
                "task {id}, which holds the unique key {key:?}, belongs to agent {}, which is neither agent {} nor above it",
                holder.agent, task.assigned_agent_id
            );
            return Err(taken(index, message));
        }
        let elsewhere = (task_parent.execution.is_some() && holder.execution != task_parent.execution)
            || (task_parent.parent.is_some() && holder.parent != task_parent.parent);
        if elsewhere {
            let of = if task_parent.parent.is_some() { "task" } else { "execution" };
            return Err(taken(
                index,
                format!("task {id}, which holds the unique key {key:?}, is not a part of this {of}"),
            ));
        }
        if unique.on_conflict == OnConflict::ReplaceInput {
            replaced.push((index, id, task));
        }
        held.insert(index, holder.clone());
    }
    replace_inputs(unit, holders.into_values(), replaced).await?;
    Ok(held)
}

/// The tasks that hold keys, locked.
async fn holders(unit: &UnitOfWork, names: Vec<&str>) -> Result<HashMap<String, Task>> {
    let mut sql = unit.sql();
    sql.push("SELECT key, task_id, expires_at IS NULL AS until_it_ends FROM task_keys ");
    sql.push("WHERE (expires_at IS NULL OR expires_at > ").bind(unit.now()).push(") AND key").is_any_text(&names);
    let mut keys: Vec<(String, Uuid, bool)> = Vec::new();
    for found in unit.rows(sql).await? {
        keys.push((found.try_get_by("key")?, found.try_get_by("task_id")?, found.try_get_by("until_it_ends")?));
    }
    let ids: Vec<Uuid> = keys.iter().map(|(_, task, _)| *task).collect();
    let tasks = if ids.is_empty() { HashMap::new() } else { lock_tasks_only(unit, &ids).await? };
    let mut holders = HashMap::new();
    for (key, id, until_it_ends) in keys {
        let task = tasks.get(&id).ok_or(Error::Collision)?;
        // It ended while the lock was waited for, and the key is free now.
        if until_it_ends && state::is_terminal(task.status) {
            return Err(Error::Collision);
        }
        holders.insert(key, task.clone());
    }
    Ok(holders)
}

async fn replace_inputs(
    unit: &mut UnitOfWork,
    holders: impl Iterator<Item = Task>,
    replaced: Vec<(usize, Uuid, &NewTask)>,
) -> Result<()> {
    if replaced.is_empty() {
        return Ok(());
    }
    let mut changes = TaskBatch::of(holders);
    for (index, id, task) in replaced {
        let status = changes.get(id)?.status;
        if status != TaskStatus::Pending {
            let message = format!(
                "task {id}, which holds the unique key, is {}: its input cannot be replaced",
                state::name(&status)
            );
            return Err(placed(state::refuse_in(status, message).at(["unique"]), index).into());
        }
        changes.change(unit, id, EventKind::TaskInputReplaced, |holder| {
            holder.input_data = Some(task.input_data.clone());
            Ok(json!({}))
        })?;
    }
    changes.save(unit).await
}

fn taken(index: usize, message: String) -> Error {
    placed(Refusal::new(Code::AlreadyExists, message).at(["unique"]), index).into()
}

/// A key that a task gets back when it is opened again.
#[derive(Debug)]
pub(super) struct Lost {
    pub(super) task: Uuid,
    pub(super) key: String,
}

/// What became of the keys of tasks that have ended: those that they need back, and those that others hold now.
pub(super) async fn of_ended(unit: &UnitOfWork, ids: &[Uuid]) -> Result<(Vec<Lost>, HashMap<Uuid, Uuid>)> {
    let mut sql = unit.sql();
    sql.push("SELECT t.id, t.unique_key, h.task_id, COALESCE(h.expires_at <= ").bind(unit.now());
    sql.push(", FALSE) AS is_over FROM tasks AS t LEFT JOIN task_keys AS h ON h.key = t.unique_key ");
    sql.push("WHERE t.unique_key IS NOT NULL AND t.id").is_any(ids);
    let (mut lost, mut held) = (Vec::new(), HashMap::new());
    for found in unit.rows(sql).await? {
        let (task, key): (Uuid, String) = (found.try_get_by("id")?, found.try_get_by("unique_key")?);
        let (holder, over): (Option<Uuid>, bool) = (found.try_get_by("task_id")?, found.try_get_by("is_over")?);
        match holder {
            // Held for a time that is not over.
            Some(holder) if holder == task && !over => {}
            Some(holder) if !over => {
                held.insert(task, holder);
            }
            _ => lost.push(Lost { task, key }),
        }
    }
    Ok((lost, held))
}

/// Takes keys back, until their tasks end.
pub(super) async fn take_back(unit: &UnitOfWork, keys: &[Lost]) -> Result<()> {
    let rows = keys.iter().map(|lost| Row { key: &lost.key, task_id: lost.task, expires_at: None });
    insert(unit, &rows.collect::<Vec<_>>()).await
}

struct Row<'a> {
    key: &'a str,
    task_id: Uuid,
    expires_at: Option<DateTime<Utc>>,
}

fn columns<'a>() -> Vec<Column<Row<'a>>> {
    columns!(Row<'a>: key, task_id, expires_at).into()
}

/// Takes the keys of tasks that were made. Who loses a key in the same moment tries the whole call again.
pub(super) async fn take<'a>(unit: &UnitOfWork, made: impl Iterator<Item = (&'a NewTask, &'a Uuid)>) -> Result<()> {
    let now = unit.now();
    let row = |(task, id): (&'a NewTask, &Uuid)| {
        let unique = task.unique.as_ref()?;
        let expires_at = unique.window_seconds.map(|seconds| now + Duration::seconds(seconds.into()));
        Some(Row { key: &unique.key, task_id: *id, expires_at })
    };
    insert(unit, &made.filter_map(row).collect::<Vec<_>>()).await
}

async fn insert(unit: &UnitOfWork, rows: &[Row<'_>]) -> Result<()> {
    if rows.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    let now = unit.now();
    sql.insert("task_keys", &columns(), &[("created_at", now.into()), ("updated_at", now.into())], rows);
    // SQLite needs the condition to tell this from a join.
    sql.push(
        " WHERE TRUE ON CONFLICT (key) DO UPDATE SET task_id = excluded.task_id, expires_at = excluded.expires_at, ",
    );
    sql.push("updated_at = excluded.updated_at WHERE task_keys.expires_at <= ").bind(now);
    let taken = unit.execute(sql).await?;
    match usize::try_from(taken) {
        Ok(taken) if taken == rows.len() => Ok(()),
        _ => Err(Error::Collision),
    }
}
