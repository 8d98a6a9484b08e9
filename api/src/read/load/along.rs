//! Rows that the columns of a row point at, read in its own statement: who looks up one row gets them with it.

use std::sync::Arc;

use sea_orm::QueryResult;
use service::{
    Result,
    database::{Alias, Sql},
};

use super::{column, write_columns};
use crate::read::{
    any_row::AnyRow,
    column::Columns,
    plan::{RowField, RowPlan},
    table::Table,
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

/// Reads them, from the column `index` on; nothing where a column is null.
pub(super) fn read(
    result: &QueryResult,
    mut index: usize,
    all: &[Along],
    row: &Arc<AnyRow>,
) -> Result<Vec<Option<Arc<AnyRow>>>> {
    let mut read: Vec<Option<Arc<AnyRow>>> = Vec::with_capacity(all.len());
    for along in all {
        let from = along.from.map_or(Some(row), |from| read[from].as_ref());
        let is_there = match from {
            Some(from) => from.pointer(along.key)?.is_some(),
            None => false,
        };
        read.push(is_there.then(|| AnyRow::read(along.table, result, index, along.columns)).transpose()?);
        index += along.columns.count();
    }
    Ok(read)
}

/// A row that was looked up, and what came with it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub row: Arc<AnyRow>,
    along: Arc<[Along]>,
    with: Arc<[Option<Arc<AnyRow>>]>,
}

impl From<Arc<AnyRow>> for Found {
    fn from(row: Arc<AnyRow>) -> Self {
        Self { row, along: [].into(), with: [].into() }
    }
}

impl Found {
    pub(super) fn new(row: Arc<AnyRow>, along: Arc<[Along]>, with: Vec<Option<Arc<AnyRow>>>) -> Self {
        Self { row, along, with: with.into() }
    }

    /// The row that a column points at, if it came along with these columns: its place, and the row, none where the
    /// column is null. `from` is the place of the row whose column that is, none for the row itself.
    pub(in crate::read) fn pointed(
        &self,
        from: Option<usize>,
        key: usize,
        columns: Columns,
    ) -> Option<(usize, Option<&Arc<AnyRow>>)> {
        let fits =
            |along: &Along| along.from == from && along.key == key && along.columns.with(columns) == along.columns;
        let place = self.along.iter().position(fits)?;
        Some((place, self.with.get(place)?.as_ref()))
    }
}
