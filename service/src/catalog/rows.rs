//! Rows of a table that are written at once, each with its entry in the audit log.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
};

use sea_orm::Value;
use serde_json::{Map, Value as Json};
use uuid::Uuid;

use crate::{
    UnitOfWork,
    access::Operation,
    database::Column,
    edit::{self, EditableRow},
    refusal::Refusal,
};

/// What is to be written to a table.
#[derive(Debug)]
pub(super) struct Rows<R> {
    operation: Operation,
    new: Vec<R>,
    changed: Vec<R>,
    gone: Vec<Uuid>,
}

impl<R: EditableRow> Rows<R> {
    /// Nothing yet, of what an operation does.
    pub(super) fn new(operation: Operation) -> Self {
        Self { operation, new: Vec::new(), changed: Vec::new(), gone: Vec::new() }
    }

    /// Takes a row that is new, or that was held as `before`; what changed. Where nothing did, nothing is written.
    pub(super) fn put(&mut self, unit: &mut UnitOfWork, before: Option<&R>, row: R) -> Map<String, Json> {
        let changed = self.note(unit, before, &row);
        if !changed.is_empty() {
            self.push(unit, before.is_none(), row);
        }
        changed
    }

    /// Takes note of what changed in a row.
    pub(super) fn note(&self, unit: &mut UnitOfWork, before: Option<&R>, row: &R) -> Map<String, Json> {
        let changed = edit::changes(before, row);
        if !changed.is_empty() {
            let was = before.map_or(Json::Null, |before| edit::changes(Some(row), before).into());
            unit.record(self.operation, R::TYPE, row.id(), was, &changed);
        }
        changed
    }

    /// Takes a row whose changes were noted; its version.
    pub(super) fn push(&mut self, unit: &UnitOfWork, is_new: bool, mut row: R) -> i32 {
        let rows = match is_new {
            true => &mut self.new,
            false => {
                row.touch(unit.now().into());
                &mut self.changed
            }
        };
        let version = row.version();
        rows.push(row);
        version
    }

    /// Takes a held row that is to be deleted.
    pub(super) fn remove(&mut self, unit: &mut UnitOfWork, row: &R) {
        unit.record(self.operation, R::TYPE, row.id(), edit::changes(None, row), Json::Null);
        self.gone.push(row.id());
    }

    /// Writes them together with what else is written. The first of the columns is the key.
    pub(super) fn write(&self, unit: &UnitOfWork, table: &str, columns: &[Column<R>]) {
        let created: [(&str, Value); 2] = [("created_at", unit.now().into()), ("updated_at", unit.now().into())];
        if !self.new.is_empty() {
            unit.write(|sql| {
                sql.insert(table, columns, &created, &self.new);
            });
        }
        if !self.changed.is_empty() {
            unit.write(|sql| {
                sql.update(table, columns, &created[1..], &self.changed);
            });
        }
        if !self.gone.is_empty() {
            unit.write(|sql| {
                sql.write(format_args!("DELETE FROM {table} WHERE id")).is_any(&self.gone);
            });
        }
    }
}

/// Rows that a call names by something else than their ids.
#[derive(Debug)]
pub(super) struct Keyed<K, R> {
    there: HashMap<K, R>,
    taken: HashSet<K>,
}

impl<K: Eq + Hash, R: EditableRow> Keyed<K, R> {
    /// Those that are there, which must be held.
    pub(super) fn new(rows: Vec<R>, key: impl Fn(&R) -> K) -> Self {
        Self { there: rows.into_iter().map(|row| (key(&row), row)).collect(), taken: HashSet::new() }
    }

    /// The row of an item, if it is there. Refuses one that was changed since the caller read it, and a second item for
    /// a row that was taken, at `field`.
    pub(super) fn find(&self, key: &K, expected: Option<i32>, field: &str) -> Result<Option<R>, Refusal> {
        let there = self.there.get(key).cloned();
        edit::check_version(expected, there.as_ref().map_or(0, R::version))?;
        match self.taken.contains(key) {
            false => Ok(there),
            true => Err(Refusal::invalid(field, "an earlier entry is about the same")),
        }
    }

    /// Takes a row, for an item that is not refused any more.
    pub(super) fn take(&mut self, key: K) {
        self.taken.insert(key);
    }
}
