//! Rows that the columns of a row point at, read in its own statement: who looks up one row gets them with it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
};

use sea_orm::QueryResult;
use service::{
    Result,
    database::{Alias, Sql},
};
use uuid::Uuid;

use super::{column, write_columns};
use crate::read::{
    column::Columns,
    plan::{RowField, RowPlan},
    table::{AnyRow, Table},
};

/// The most rows that come with one: many joins take longer to plan than they save.
const MAX: usize = 8;

/// A row that comes along.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Along {
    /// The row that points at it: another one that comes along, by its place before this one, or else the row itself.
    from: Option<usize>,
    /// The column that points at it.
    key: usize,
    table: &'static Table,
    columns: Columns,
}

/// A row, and the columns that were read of it.
pub(super) type Known = (Columns, Arc<dyn AnyRow>);

/// Those that a plan asks for.
pub(super) fn of(plan: &RowPlan<'_>) -> Vec<Along> {
    let mut all = Vec::new();
    add(plan, None, &mut all);
    all
}

fn add(plan: &RowPlan<'_>, from: Option<usize>, all: &mut Vec<Along>) {
    for (_, field) in &plan.fields {
        let RowField::ToOne { key, plan, .. } = field else { continue };
        // Where several fields lead to one row, the others look it up.
        if all.len() < MAX && !all.iter().any(|along| along.from == from && along.key == *key) {
            all.push(Along { from, key: *key, table: plan.table, columns: plan.columns() });
            add(plan, Some(all.len() - 1), all);
        }
    }
}

/// Writes their columns, each after a comma, `FROM` and the joins.
pub(super) fn write(sql: &mut Sql, all: &[Along], table: &Table, row: Alias) {
    let aliases: Vec<Alias> = all.iter().map(|_| sql.alias()).collect();
    for (along, alias) in all.iter().zip(&aliases) {
        sql.push(", ");
        write_columns(sql, along.table, alias, along.columns);
    }
    sql.write(format_args!(" FROM {} AS {row}", table.name));
    for (along, alias) in all.iter().zip(&aliases) {
        let (from, of) = along.from.map_or((row, table), |from| (aliases[from], all[from].table));
        let pointer = column(of, from, along.key);
        sql.write(format_args!(" LEFT JOIN {} AS {alias} ON {alias}.id = {pointer}", along.table.name));
    }
}

/// Reads them, from the column `index` on.
pub(super) fn read(
    result: &QueryResult,
    mut index: usize,
    all: &[Along],
    row: &Arc<dyn AnyRow>,
) -> Result<Vec<Option<Known>>> {
    let mut read: Vec<Option<Known>> = Vec::with_capacity(all.len());
    for along in all {
        let from = along.from.map_or(Some(row), |from| read[from].as_ref().map(|(_, row)| row));
        let is_there = match from {
            Some(from) => from.pointer(along.key)?.is_some(),
            None => false,
        };
        let known = is_there.then(|| along.table.read(result, index, along.columns)).transpose()?;
        read.push(known.map(|row| (along.columns, row)));
        index += along.columns.iter().count();
    }
    Ok(read)
}

/// The rows that came along in a request, until they are asked for: the next statement may find them changed.
#[derive(Default)]
pub(super) struct Came(Mutex<HashMap<Uuid, Vec<Known>>>);

impl Came {
    pub(super) fn put(&self, known: impl IntoIterator<Item = Known>) {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for (columns, row) in known {
            if let Some(id) = row.id() {
                rows.entry(id).or_default().push((columns, row));
            }
        }
    }

    /// A row of a table with these columns.
    pub(super) fn take(&self, table: &Table, id: Uuid, columns: Columns) -> Option<Arc<dyn AnyRow>> {
        let mut rows = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let known = rows.get_mut(&id)?;
        let fits = |(of, row): &Known| of.with(columns) == *of && row.table() == table;
        let place = known.iter().position(fits)?;
        Some(known.swap_remove(place).1)
    }
}
