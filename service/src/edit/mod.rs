//! Editing records: rows that people and agents change, each with a version.
//!
//! - [`lock`], [`insert`], [`update`], [`remove`]: a row, its entry in the audit log and, where it is told of, its event;
//!   [`changes`]: what both show, of personal data only that it changed. [`find`], [`hold`]: a row that something else
//!   refers to.
//! - [`check`]: what values must be, where the database's own rules would speak worse or the engines differ.
//! - [`Tree`]: rows that stand below each other. `editable_row`: the tables; `difference`: what changed in a row.

pub(crate) mod check;
mod difference;
mod editable_row;
mod tree;

use sea_orm::{ActiveModelTrait, EntityTrait, QuerySelect, sea_query::LockType};
use serde_json::{Map, Value as Json};
use uuid::Uuid;

pub(crate) use difference::{HIDDEN, document, stored};
pub(crate) use editable_row::EditableRow;
pub(crate) use tree::Tree;

use crate::{
    Error, Result, UnitOfWork,
    access::Operation,
    events::{Event, EventKind},
    refusal::{Code, Facts, Refusal},
};

/// Reads a row.
pub(crate) async fn find<R: EditableRow>(unit: &UnitOfWork, id: Uuid) -> Result<R> {
    R::Entity::find_by_id(id).one(unit.txn().await?).await?.ok_or(Error::NotFound(R::NOUN, id))
}

/// Reads a row and holds it: nobody edits it before the end of the unit.
pub(crate) async fn hold<R: EditableRow>(unit: &UnitOfWork, id: Uuid) -> Result<R> {
    let row = R::Entity::find_by_id(id).lock(LockType::KeyShare).one(unit.txn().await?).await?;
    row.ok_or(Error::NotFound(R::NOUN, id))
}

/// Reads a row for a change; refuses one that was changed since the caller read it.
pub(crate) async fn lock<R: EditableRow>(unit: &UnitOfWork, id: Uuid, expected: Option<i32>) -> Result<R> {
    let row = R::Entity::find_by_id(id).lock_exclusive().one(unit.txn().await?).await?;
    let row = row.ok_or(Error::NotFound(R::NOUN, id))?;
    check_version(expected, row.version())?;
    Ok(row)
}

/// Refuses what was changed since the caller read it.
pub(crate) fn check_version(expected: Option<i32>, current: i32) -> Result<(), Refusal> {
    if expected.is_none_or(|expected| expected == current) {
        return Ok(());
    }
    let message = format!("it was changed in the meantime: its version is now {current}");
    Err(Refusal::new(Code::VersionConflict, message).at(["expectedVersion"]).with(Facts::Version(current)))
}

/// Adds a row.
pub(crate) async fn insert<R: EditableRow>(unit: &mut UnitOfWork, operation: Operation, row: R) -> Result<Uuid> {
    let after = difference::between(None, Some(&row));
    if let Some((_, kind)) = R::EVENT {
        emit(unit, kind, &row, &after);
    }
    unit.record(operation, R::TYPE, row.id(), Json::Null, after);
    let id = row.id();
    R::Entity::insert(row.into_active_model()).exec_without_returning(unit.txn().await?).await?;
    Ok(id)
}

/// Writes a changed row that was locked; nothing at all when nothing changed. `kind` is that of the event, if there is one.
pub(crate) async fn update<R: EditableRow>(
    unit: &mut UnitOfWork,
    operation: Operation,
    kind: impl Into<Option<EventKind>>,
    before: &R,
    mut after: R,
) -> Result<Uuid> {
    let id = after.id();
    let changed = difference::between(Some(before), Some(&after));
    if changed.is_empty() {
        return Ok(id);
    }
    after.touch(unit.now().into());
    if let Some(kind) = kind.into() {
        emit(unit, kind, &after, &changed);
    }
    unit.record(operation, R::TYPE, id, difference::between(Some(&after), Some(before)), changed);
    after.into_active_model().reset_all().update(unit.txn().await?).await?;
    Ok(id)
}

/// Adds a row, or writes it when it was there and is locked.
pub(crate) async fn put<R: EditableRow>(
    unit: &mut UnitOfWork,
    operation: Operation,
    kind: impl Into<Option<EventKind>>,
    there: Option<&R>,
    row: R,
) -> Result<Uuid> {
    match there {
        Some(before) => update(unit, operation, kind, before, row).await,
        None => insert(unit, operation, row).await,
    }
}

/// Removes a row that was locked.
pub(crate) async fn remove<R: EditableRow>(unit: &mut UnitOfWork, operation: Operation, row: R) -> Result<Uuid> {
    let id = row.id();
    unit.record(operation, R::TYPE, id, difference::between(None, Some(&row)), Json::Null);
    R::Entity::delete_by_id(id).exec(unit.txn().await?).await?;
    Ok(id)
}

/// What changed in a row, as its event and its audit entry show it; all of it without a `before`.
pub(crate) fn changes<R: EditableRow>(before: Option<&R>, after: &R) -> Map<String, Json> {
    difference::between(before, Some(after))
}

fn emit<R: EditableRow>(unit: &mut UnitOfWork, kind: EventKind, row: &R, changes: &Map<String, Json>) {
    let Some((aggregate_type, _)) = R::EVENT else { return };
    let (aggregate_id, aggregate_version) = row.aggregate();
    let mut changes = changes.clone();
    changes.extend(row.named().map(|(name, id)| (name.to_owned(), id.to_string().into())));
    unit.emit(Event {
        kind,
        aggregate_type,
        aggregate_id,
        aggregate_version,
        agent_id: row.agent(),
        execution_id: None,
        changes,
    });
}
