//! What the machinery knows of a table, as a value: what reads rows is compiled once for all tables.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{Context, ServerResult, Value as GqlValue};
use futures::future::BoxFuture;
use sea_orm::{DbErr, QueryResult, Value};
use service::{Result, access::Operation};
use uuid::Uuid;

use super::{
    cell::{AnyCell, not_loaded},
    column::{Column, Columns},
    filter::Filtered,
    json::Json,
    page::Position,
    sort::Sort,
};

/// A table as a value. What reads rows knows nothing else of it, and is compiled once for all tables.
pub struct Table {
    /// Its name in the database.
    pub name: &'static str,
    /// The names of the types that show a row, a page of a list, and a row of a page.
    pub object: &'static str,
    /// See [`Table::object`].
    pub connection: &'static str,
    /// See [`Table::object`].
    pub edge: &'static str,
    /// The column of the id, if the rows are found by one; every row is read with it.
    pub id: Option<usize>,
    /// The primary key.
    pub key: &'static [usize],
    /// The default order of root lists.
    pub order: &'static [Sort],
    /// What the reader must be allowed to do; nothing for what everybody may read.
    pub guard: Option<Operation>,
    /// The columns that are shown.
    pub columns: fn() -> &'static [Column],
    /// The fields that are columns, lead to other rows, or are made of columns.
    pub members: fn() -> &'static HashMap<String, Member>,
    /// A row without values.
    pub empty: fn() -> Arc<dyn AnyRow>,
    /// Reads the arguments that say which rows of a list.
    pub filter: fn(&Context<'_>) -> ServerResult<Option<Filtered>>,
    /// Reads the arguments that say in which order.
    pub order_by: fn(&Context<'_>) -> ServerResult<Vec<Sort>>,
}

/// A row that was read.
pub type ReadRow = Result<Arc<dyn AnyRow>, DbErr>;

impl Table {
    /// The columns that are shown.
    pub fn columns(&self) -> &'static [Column] {
        (self.columns)()
    }

    /// Reads the columns of a set that stand in a row from `index` on.
    pub fn read(&self, row: &QueryResult, index: usize, columns: Columns) -> ReadRow {
        let mut read = (self.empty)();
        if let Some(cells) = Arc::get_mut(&mut read) {
            for (offset, column) in columns.iter().enumerate() {
                if let Some(cell) = cells.cell_mut(column) {
                    cell.read(row, index + offset, &self.columns()[column])?;
                }
            }
        }
        Ok(read)
    }

    /// The parameter for a sort key's value in a cursor.
    pub fn parameter(&self, column: usize, key: &str) -> Option<Value> {
        (self.empty)().cell(column)?.parameter(key)
    }

    /// The columns of the primary key.
    pub fn key_columns(&self) -> Columns {
        self.key.iter().fold(Columns::default(), |set, column| set.with(Columns::one(*column)))
    }
}

impl fmt::Debug for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name)
    }
}

impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other) || self.name == other.name
    }
}

impl Eq for Table {}

impl Hash for Table {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.name.hash(state);
    }
}

/// A row, whatever its table is.
pub trait AnyRow: fmt::Debug + Send + Sync + 'static {
    /// The table.
    fn table(&self) -> &'static Table;

    /// The value of a column.
    fn cell(&self, column: usize) -> Option<&dyn AnyCell>;

    /// The same, to be read.
    fn cell_mut(&mut self, column: usize) -> Option<&mut dyn AnyCell>;

    /// The value of a field that is made of columns.
    fn computed<'a>(&'a self, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<GqlValue>>>;
}

impl dyn AnyRow {
    /// The id, if the table has one.
    pub fn id(&self) -> Option<Uuid> {
        pointer(self, self.table().id?).ok().flatten()
    }
}

/// Where a row stands in a list.
pub fn position(row: &dyn AnyRow, keys: &[Sort]) -> Result<Position> {
    keys.iter().map(|sort| row.cell(sort.column).ok_or_else(not_loaded)?.key()).collect::<Result<_>>().map(Position)
}

/// Writes a column's value.
pub fn write(row: &dyn AnyRow, column: usize, json: &mut Json) -> Result<()> {
    row.cell(column).ok_or_else(not_loaded)?.write(json)
}

/// The id in a column; nothing when it is null.
pub fn pointer(row: &dyn AnyRow, column: usize) -> Result<Option<Uuid>> {
    row.cell(column).ok_or_else(not_loaded)?.id()
}

/// A field of a table's type.
pub enum Member {
    /// A column, by its number.
    Column(usize),
    /// What leads to other rows.
    Relation(Relation),
    /// What is made of these columns.
    Computed(Columns),
}

/// How a row leads to others.
#[derive(Clone, Copy)]
pub enum Relation {
    /// To the row that a column points at.
    ToOne {
        /// The column.
        key: usize,
        /// Where the row stands.
        target: &'static Table,
    },
    /// To the rows that point at it.
    ToMany {
        /// The list: type and field.
        list: &'static str,
        /// Where the rows stand.
        target: &'static Table,
        /// The column that points.
        key: usize,
        /// The list's own order.
        order: &'static [Sort],
    },
    /// To the rows above it, by the column that points at the next.
    Ancestors {
        /// The column.
        key: usize,
    },
    /// To the rows below it.
    Descendants {
        /// The list: type and field.
        list: &'static str,
        /// The column that points at the row above.
        key: usize,
        /// The list's own order.
        order: &'static [Sort],
    },
}
