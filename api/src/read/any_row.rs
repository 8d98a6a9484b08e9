//! A row, whatever its table is.

use std::{marker::PhantomData, sync::Arc};

use sea_orm::{DbErr, QueryResult};
use service::{Error, Result};
use uuid::Uuid;

use super::{cell::Cell, column::Columns, column_type::ColumnValue, json::Json, table::Table};

/// A row: the columns that were read.
#[derive(Clone, Debug)]
pub struct AnyRow {
    table: &'static Table,
    columns: Columns,
    /// In the order of the columns.
    cells: Box<[Cell]>,
}

impl AnyRow {
    /// Reads the columns of a set that stand in a row of an answer from `index` on.
    pub fn read(
        table: &'static Table,
        row: &QueryResult,
        index: usize,
        columns: Columns,
    ) -> std::result::Result<Arc<Self>, DbErr> {
        // Collecting into a `Result` would not know the size.
        let mut cells = Vec::with_capacity(columns.count());
        for (offset, column) in columns.iter().enumerate() {
            cells.push(table.fields[column].ty.read(row, index + offset, &table.columns()[column])?);
        }
        Ok(Arc::new(Self { table, columns, cells: cells.into_boxed_slice() }))
    }

    /// A row of which the id is known and nothing else.
    pub fn known(table: &'static Table, id: Uuid) -> Arc<Self> {
        let columns = table.id.map(Columns::one).unwrap_or_default();
        let cells = columns.iter().map(|_| Cell::Id(id)).collect();
        Arc::new(Self { table, columns, cells })
    }

    /// About how many bytes it keeps.
    pub fn size(&self) -> usize {
        self.cells.iter().map(Cell::size).sum()
    }

    /// The table.
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// The value of a column; an error says that a field forgot to name the columns it needs.
    pub fn cell(&self, column: usize) -> Result<&Cell> {
        let place = self.columns.place(column);
        place.and_then(|place| self.cells.get(place)).ok_or_else(|| Error::internal("a column that was not read"))
    }

    /// The same as its own type.
    pub fn value<T: ColumnValue>(&self, column: usize, _: PhantomData<T>) -> Result<T> {
        T::of(self.cell(column)?).ok_or_else(|| Error::internal("a column of another type"))
    }

    /// The id, if the table has one.
    pub fn id(&self) -> Option<Uuid> {
        self.pointer(self.table.id?).ok().flatten()
    }

    /// The id in a column; nothing when it is null.
    pub fn pointer(&self, column: usize) -> Result<Option<Uuid>> {
        self.cell(column).map(Cell::id)
    }

    /// Writes a column's value.
    pub fn write(&self, column: usize, json: &mut Json) -> Result<()> {
        self.cell(column).map(|cell| cell.write(json))
    }
}
