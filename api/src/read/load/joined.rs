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

/// A row that is joined.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Join {
    /// The row that points at it: another one that is joined, by its place before this one, or else the row itself.
    from: Option<usize>,
    /// The column that points at it.
    key: usize,
    table: &'static Table,
    columns: Columns,
}

/// Those that a plan asks for.
pub(super) fn of(plan: &RowPlan<'_>) -> Vec<Join> {
    let mut all = Vec::new();
    add(plan, None, &mut all);
    all
}

fn add(plan: &RowPlan<'_>, from: Option<usize>, all: &mut Vec<Join>) {
    for (_, field) in &plan.fields {
        let RowField::ToOne { key, plan, .. } = field else { continue };
        // Where several fields lead to one row, the others look it up.
        if all.len() < MAX && !all.iter().any(|join| join.from == from && join.key == *key) {
            all.push(Join { from, key: *key, table: plan.table, columns: plan.columns() });
            add(plan, Some(all.len() - 1), all);
        }
    }
}

/// Writes their columns, each after a comma, `FROM` and the joins.
pub(super) fn write(sql: &mut Sql, all: &[Join], table: &Table, row: Alias) {
    let aliases: Vec<Alias> = all.iter().map(|_| sql.alias()).collect();
    for (join, alias) in all.iter().zip(&aliases) {
        sql.push(", ");
        write_columns(sql, join.table, alias, join.columns);
    }
    sql.write(format_args!(" FROM {} AS {row}", table.name));
    for (join, alias) in all.iter().zip(&aliases) {
        let (from, of) = join.from.map_or((row, table), |from| (aliases[from], all[from].table));
        let pointer = column(of, from, join.key);
        sql.write(format_args!(" LEFT JOIN {} AS {alias} ON {alias}.id = {pointer}", join.table.name));
    }
}

/// Reads them, from the column `index` on; nothing where a column is null.
pub(super) fn read(
    result: &QueryResult,
    mut index: usize,
    all: &[Join],
    row: &Arc<AnyRow>,
) -> Result<Vec<Option<Arc<AnyRow>>>> {
    let mut read: Vec<Option<Arc<AnyRow>>> = Vec::with_capacity(all.len());
    for join in all {
        let from = join.from.map_or(Some(row), |from| read[from].as_ref());
        let is_there = match from {
            Some(from) => from.pointer(join.key)?.is_some(),
            None => false,
        };
        read.push(is_there.then(|| AnyRow::read(join.table, result, index, join.columns)).transpose()?);
        index += join.columns.count();
    }
    Ok(read)
}

/// A row that was looked up, and what came with it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The row.
    pub row: Arc<AnyRow>,
    joins: Arc<[Join]>,
    with: Arc<[Option<Arc<AnyRow>>]>,
}

impl From<Arc<AnyRow>> for Found {
    fn from(row: Arc<AnyRow>) -> Self {
        Self { row, joins: [].into(), with: [].into() }
    }
}

impl Found {
    pub(super) fn new(row: Arc<AnyRow>, joins: Arc<[Join]>, with: Vec<Option<Arc<AnyRow>>>) -> Self {
        Self { row, joins, with: with.into() }
    }

    /// The row that a column points at, if it was joined with these columns: its place, and the row, none where the
    /// column is null. `from` is the place of the row whose column that is, none for the row itself.
    pub(in crate::read) fn joined(
        &self,
        from: Option<usize>,
        key: usize,
        columns: Columns,
    ) -> Option<(usize, Option<&Arc<AnyRow>>)> {
        let fits = |join: &Join| join.from == from && join.key == key && join.columns.with(columns) == join.columns;
        let place = self.joins.iter().position(fits)?;
        Some((place, self.with.get(place)?.as_ref()))
    }
}
