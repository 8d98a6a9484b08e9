//! What the machinery must know of a table, and the macro that declares it.

use std::collections::HashMap;

use async_graphql::{InputType, ObjectType};
use sea_orm::{ColumnTrait, ColumnType, DbErr, EntityTrait, IdenStatic, QueryResult, Value};
use service::{Result, access::Operation};
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
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
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

/// A table that GraphQL shows as an object type.
pub trait Resource: ObjectType + Clone + Sized + Send + Sync + 'static {
    /// The generated entity.
    type Entity: EntityTrait;
    /// Its filter.
    type Filter: Filter;
    /// The filter of a list of it.
    type ListFilter: InputType;
    /// Its sort keys.
    type OrderBy: OrderBy + InputType;
    /// The table's name.
    const TABLE: &'static str;
    /// The names of the columns that are shown.
    const NAMES: &'static [&'static str];
    /// The primary key.
    const KEY: &'static [usize];
    /// The order of root lists when nothing is said.
    const ORDER: &'static [Sort];
    /// What the reader must be allowed to do; nothing for what everybody may read.
    const GUARD: Option<Operation> = None;

    /// The columns that are shown.
    fn columns() -> &'static [Column];

    /// The columns that each GraphQL field needs.
    fn needs() -> &'static HashMap<String, Columns>;

    /// Reads the columns of a set that stand in a row from `index` on.
    fn read(row: &QueryResult, index: usize, columns: Columns) -> Result<Self, DbErr>;

    /// The names of the columns as GraphQL shows them, by their numbers.
    fn fields() -> &'static [String];

    /// A row of which nothing was read.
    fn unread() -> Self;

    /// The key, if the table has one of its own; every row is read with it.
    fn id(&self) -> Option<Uuid> {
        None
    }

    /// A row of which the key is known and nothing else, if the table has one of its own.
    fn of(_id: Uuid) -> Option<Self> {
        None
    }

    /// What GraphQL shows of a column, if it was read.
    fn show(&self, column: usize) -> Option<async_graphql::Value>;

    /// The value of a sort key.
    fn key(&self, column: usize) -> Result<Option<String>>;

    /// The parameter for a sort key's value in a cursor.
    fn parameter(column: usize, key: &str) -> Option<Value>;

    /// Where this row stands in a list.
    fn position(&self, keys: &[Sort]) -> Result<Position> {
        keys.iter().map(|sort| self.key(sort.column)).collect::<Result<_>>().map(Position)
    }

    /// The columns of the primary key.
    fn key_columns() -> Columns {
        Self::KEY.iter().fold(Columns::default(), |set, column| set.with(Columns::one(*column)))
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
