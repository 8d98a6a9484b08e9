//! What the machinery knows of a table: a value for what reads rows, a type for what GraphQL shows.

use std::{
    any::Any,
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{Context, InputType, ObjectType, ServerResult, Value as GqlValue};
use futures::future::BoxFuture;
use sea_orm::{ColumnTrait, ColumnType, DbErr, EntityTrait, IdenStatic, QueryResult, Value};
use service::{Error, Result, access::Operation};
use uuid::Uuid;

use super::{
    filter::Filter,
    order::{OrderBy, Sort},
    page::Position,
};

/// A column of a table, as the database has it.
#[derive(Clone, Copy, Debug)]
pub struct Column {
    /// Its name in the database.
    pub name: &'static str,
    /// Whether it can be null.
    pub nullable: bool,
    /// The digits after the point of a decimal.
    pub scale: u32,
}

impl Column {
    /// What the generated entity says of a column.
    pub fn of(column: impl ColumnTrait) -> Self {
        let definition = column.def();
        Self {
            name: IdenStatic::as_str(&column),
            nullable: definition.is_null(),
            scale: match definition.get_column_type() {
                ColumnType::Decimal(Some((_, scale))) => *scale,
                _ => 0,
            },
        }
    }
}

/// A set of columns of one table, by their numbers.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Columns(u64);

impl Columns {
    /// No column.
    pub const NONE: Self = Self(0);

    /// One column.
    pub const fn one(column: usize) -> Self {
        Self(1 << column)
    }

    /// Adds others.
    pub const fn with(self, others: Self) -> Self {
        Self(self.0 | others.0)
    }

    /// Whether it has a column.
    pub const fn has(self, column: usize) -> bool {
        self.0 & (1 << column) != 0
    }

    /// The numbers, in order.
    pub fn iter(self) -> impl Iterator<Item = usize> {
        (0..64).filter(move |column| self.has(*column))
    }
}

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
    /// The primary key.
    pub key: &'static [usize],
    /// The default order of root lists.
    pub order: &'static [Sort],
    /// What the reader must be allowed to do; nothing for what everybody may read.
    pub guard: Option<Operation>,
    /// The columns that are shown.
    pub columns: fn() -> &'static [Column],
    /// Their names as GraphQL shows them.
    pub fields: fn() -> &'static [String],
    /// The columns that each GraphQL field needs.
    pub needs: fn() -> &'static HashMap<String, Columns>,
    /// Reads the columns of a set that stand in a row from `index` on.
    pub read: fn(row: &QueryResult, index: usize, columns: Columns) -> ReadRow,
    /// The parameter for a sort key's value in a cursor.
    pub parameter: fn(column: usize, key: &str) -> Option<Value>,
}

/// A row that was read.
pub type ReadRow = Result<Arc<dyn AnyRow>, DbErr>;

impl Table {
    /// The columns that are shown.
    pub fn columns(&self) -> &'static [Column] {
        (self.columns)()
    }

    /// Their names as GraphQL shows them.
    pub fn fields(&self) -> &'static [String] {
        (self.fields)()
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

    /// The key, if the table has one of its own; every row is read with it.
    fn id(&self) -> Option<Uuid> {
        None
    }

    /// The value of any field.
    fn resolve_field<'a>(&'a self, ctx: &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<GqlValue>>>;

    /// What GraphQL shows of a column, if it was read.
    fn show(&self, column: usize) -> Option<GqlValue>;

    /// The value of a sort key.
    fn key(&self, column: usize) -> Result<Option<String>>;

    /// The row for [`typed`].
    fn into_any(self: Arc<Self>) -> Arc<dyn Any + Send + Sync>;
}

/// Where a row stands in a list.
pub fn position(row: &dyn AnyRow, keys: &[Sort]) -> Result<Position> {
    keys.iter().map(|sort| row.key(sort.column)).collect::<Result<_>>().map(Position)
}

/// A row as the type of its table.
pub fn typed<T: Resource>(row: Arc<dyn AnyRow>) -> Result<Arc<T>> {
    row.into_any().downcast().map_err(|_| Error::internal("a row of another table"))
}

/// The type that GraphQL shows a table as.
pub trait Resource: AnyRow + ObjectType + Clone + Sized {
    /// The generated entity.
    type Entity: EntityTrait;
    /// Its filter.
    type Filter: Filter;
    /// The filter of a list of it.
    type ListFilter: InputType;
    /// Its sort keys.
    type OrderBy: OrderBy + InputType;
    /// The table's name.
    const NAME: &'static str;
    /// The names of the columns that are shown.
    const NAMES: &'static [&'static str];
    /// What the reader must be allowed to do.
    const GUARD: Option<Operation>;

    /// The table.
    const TABLE: &'static Table;

    /// A row of which the key is known and nothing else, if the table has one of its own.
    fn of(_id: Uuid) -> Option<Self> {
        None
    }
}

/// A resource with a key of its own.
pub trait Identified: Resource {}

/// The number of a column, found while compiling.
pub const fn column(names: &[&str], name: &str) -> usize {
    let mut index = 0;
    while index < names.len() {
        if same(names[index], name) {
            return index;
        }
        index += 1;
    }
    panic!("no such column")
}

/// The names of columns as GraphQL shows them.
pub fn fields(names: &[&str]) -> Vec<String> {
    names.iter().map(|name| camel(name)).collect()
}

/// The columns that each field needs: a column itself, a row that a column points at its key, what is made of columns
/// these.
pub fn needs(columns: &[&str], keys: &[(&str, usize)], computed: &[(&str, Columns)]) -> HashMap<String, Columns> {
    let columns = columns.iter().enumerate().map(|(number, name)| (camel(name), Columns::one(number)));
    let keys = keys.iter().map(|(field, column)| (camel(field), Columns::one(*column)));
    let computed = computed.iter().map(|(field, columns)| (camel(field), *columns));
    columns.chain(keys).chain(computed).collect()
}

/// A column's name without the mark of a raw identifier.
pub const fn plain(name: &'static str) -> &'static str {
    match name.as_bytes() {
        [b'r', b'#', ..] => name.split_at(2).1,
        _ => name,
    }
}

const fn same(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), plain_bytes(b));
    if a.len() != b.len() {
        return false;
    }
    let mut index = 0;
    while index < a.len() {
        if a[index] != b[index] {
            return false;
        }
        index += 1;
    }
    true
}

const fn plain_bytes(name: &str) -> &[u8] {
    match name.as_bytes() {
        [b'r', b'#', rest @ ..] => rest,
        whole => whole,
    }
}

/// A column's name as GraphQL shows it.
pub fn camel(name: &str) -> String {
    let mut camel = String::with_capacity(name.len());
    for (index, word) in name.split('_').enumerate() {
        let (head, tail) = word.split_at(word.len().min(1));
        if index == 0 {
            camel.push_str(head)
        } else {
            camel.push_str(&head.to_ascii_uppercase())
        }
        camel.push_str(tail);
    }
    camel
}
