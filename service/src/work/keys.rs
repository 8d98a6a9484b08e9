//! Unique keys: what there may be only once, while it lasts or for a time.

use std::collections::HashMap;

use chrono::{DateTime, Duration, Utc};
use serde::Serialize;
use uuid::Uuid;

use super::create::NewTask;
use crate::{
    Error, Result, Unit,
    database::{Column, columns},
    refusal::{Code, Refusal},
};

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
        let invalid = |message: &str| Err(Refusal::new(Code::Invalid, message).at(["unique"]));
        if self.key.is_empty() || self.key.chars().count() > 255 {
            return invalid("a unique key has 1 to 255 characters");
        }
        if self.window_seconds.is_some_and(|seconds| seconds < 1) {
            return invalid("a window is at least 1 second");
        }
        Ok(())
    }
}

/// The tasks that hold the keys of new ones, by the place of the new one in the call.
pub(super) async fn existing(unit: &Unit, tasks: &[NewTask]) -> Result<HashMap<usize, Uuid>> {
    let wanted: Vec<(usize, &NewTask, &Unique)> =
        tasks.iter().enumerate().filter_map(|(index, task)| Some((index, task, task.unique.as_ref()?))).collect();
    let mut held = HashMap::new();
    if wanted.is_empty() {
        return Ok(held);
    }
    let names: Vec<&str> = wanted.iter().map(|(_, _, unique)| unique.key.as_str()).collect();
    if let Some((index, name)) = names.iter().enumerate().find(|(index, name)| names[..*index].contains(name)) {
        let message = format!("the unique key {name:?} is there twice");
        return Err(Refusal::new(Code::AlreadyExists, message)
            .at(["tasks".to_owned(), wanted[index].0.to_string()])
            .into());
    }
    let mut sql = unit.sql();
    sql.push("SELECT h.key, h.task_id FROM ")
        .texts(&names)
        .push(" JOIN task_keys AS h ON h.key = k.id WHERE (h.expires_at IS NULL OR h.expires_at > ");
    sql.bind(unit.now()).push(")");
    let mut holders: HashMap<String, Uuid> = HashMap::new();
    for found in unit.rows(sql).await? {
        holders.insert(found.try_get_by(0)?, found.try_get_by(1)?);
    }
    for (index, task, unique) in wanted {
        let Some(holder) = holders.get(&unique.key) else { continue };
        match unique.on_conflict {
            OnConflict::Reject => {
                let message = format!("task {holder} holds the unique key {:?}", unique.key);
                return Err(Refusal::new(Code::AlreadyExists, message)
                    .at(["tasks".to_owned(), index.to_string()])
                    .into());
            }
            OnConflict::ReplaceInput => replace_input(unit, *holder, task, index).await?,
            OnConflict::ReturnExisting => {}
        }
        held.insert(index, *holder);
    }
    Ok(held)
}

async fn replace_input(unit: &Unit, holder: Uuid, task: &NewTask, index: usize) -> Result<()> {
    let mut sql = unit.sql();
    sql.push("UPDATE tasks SET input_data = ").bind(task.input.clone()).push(", version = version + 1, updated_at = ");
    sql.bind(unit.now()).push(" WHERE status = 'pending' AND id = ").bind(holder);
    match unit.execute(sql).await? {
        0 => {
            let message = format!("task {holder}, which holds the unique key, is not pending any more");
            Err(Refusal::new(Code::InvalidTransition, message).at(["tasks".to_owned(), index.to_string()]).into())
        }
        _ => Ok(()),
    }
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
pub(super) async fn take<'a>(unit: &Unit, made: impl Iterator<Item = (&'a NewTask, &'a Uuid)>) -> Result<()> {
    let now = unit.now();
    let row = |(task, id): (&'a NewTask, &Uuid)| {
        let unique = task.unique.as_ref()?;
        let expires_at = unique.window_seconds.map(|seconds| now + Duration::seconds(seconds.into()));
        Some(Row { key: &unique.key, task_id: *id, expires_at })
    };
    let rows: Vec<Row<'_>> = made.filter_map(row).collect();
    if rows.is_empty() {
        return Ok(());
    }
    let mut sql = unit.sql();
    sql.insert("task_keys", &columns(), &[("created_at", now.into()), ("updated_at", now.into())], &rows);
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
