//! What the machinery knows of a table, as a value: what reads and shows rows is compiled once for all tables.

use std::{
    collections::HashMap,
    fmt,
    hash::{Hash, Hasher},
};

use async_graphql::{
    Context, ServerResult, Value as GqlValue,
    registry::{MetaType, Registry},
};
use futures::future::BoxFuture;
use sea_orm::Value;
use service::access::Operation;

use super::{
    any_row::AnyRow,
    column::{Column, Columns},
    column_type::ColumnType,
    names::{camel, screaming_snake_case},
    operators::OperatorsType,
    sort::Sort,
};

/// A table, as `resource!` declares it. Names are those of columns; GraphQL shows them in camel case.
pub struct Table {
    /// Its name in the database.
    pub name: &'static str,
    /// The type that shows a row; the names of all other types begin with it.
    pub object: &'static str,
    /// The type of a page of a list.
    pub connection: &'static str,
    /// The type of a row of a page.
    pub edge: &'static str,
    /// What a row is.
    pub docs: Docs,
    /// The root field that finds a row by its id.
    pub one: Option<&'static str>,
    /// The root fields that find a row by a natural key.
    pub finds: &'static [Find],
    /// The root field that lists all rows.
    pub list: &'static str,
    /// What the reader must be allowed to do; nothing for what everybody may read.
    pub guard: Option<Operation>,
    /// The column of the id, if the rows are found by one; every row is read with it.
    pub id: Option<usize>,
    /// The primary key.
    pub key: &'static [usize],
    /// The default order of root lists.
    pub order: &'static [Sort],
    /// Every column that is shown.
    pub fields: &'static [ColumnField],
    /// The columns that a list can be ordered by.
    pub sorts: &'static [SortField],
    /// The rows that columns point at.
    pub to_one: &'static [ToOne],
    /// The rows that point at a row.
    pub to_many: &'static [ToMany],
    /// The rows above and below a row.
    pub hierarchy: Option<Hierarchy>,
    /// What is made of columns, and the object type that has these fields.
    pub computed: &'static [(&'static str, Columns)],
    /// See [`Table::computed`].
    pub computed_type: Option<fn(&mut Registry) -> MetaType>,
    /// What else lists can be filtered by.
    pub filtered: &'static [ExtraFilter],
    /// The value of such a field.
    pub resolve_computed: ResolveComputed,
    /// What the generated entity says of the columns.
    pub entity: fn() -> Vec<Column>,
    /// The same by names.
    pub index: fn() -> &'static Index,
}

/// Resolves a field that is made of columns; nothing when the row has no such field.
pub type ResolveComputed = for<'a> fn(&'a AnyRow, &'a Context<'a>) -> BoxFuture<'a, ServerResult<Option<GqlValue>>>;

/// A description, line by line.
pub type Docs = &'static [&'static str];

/// A root field that finds a row by a natural key.
pub struct Find {
    /// The field.
    pub name: &'static str,
    /// The column.
    pub key: usize,
    /// How the texts in the column are spelt.
    pub fold: Option<fn(&str) -> String>,
}

/// A column.
pub struct ColumnField {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub docs: Docs,
    /// Its type.
    pub ty: ColumnType,
}

/// A key that a list can be ordered by.
pub struct SortField {
    /// The column's name.
    pub name: &'static str,
    /// What the order is.
    pub docs: Docs,
    /// The column.
    pub column: usize,
}

/// The row that a column points at.
pub struct ToOne {
    /// The field.
    pub name: &'static str,
    /// What it is.
    pub docs: Docs,
    /// Where the row stands.
    pub target: fn() -> &'static Table,
    /// The column.
    pub key: usize,
    /// Whether there may be none.
    pub optional: bool,
}

/// The rows that point at a row.
pub struct ToMany {
    /// The field.
    pub name: &'static str,
    /// What it is.
    pub docs: Docs,
    /// The list: type and field.
    pub list: &'static str,
    /// Where the rows stand.
    pub target: fn() -> &'static Table,
    /// The column that points.
    pub key: usize,
    /// The list's own order.
    pub order: &'static [Sort],
}

/// How rows of a table point at each other: `ancestors` and `descendants`.
pub struct Hierarchy {
    /// The column that points at the row above.
    pub key: usize,
    /// The list of the rows below: type and field.
    pub list: &'static str,
    /// The list's own order.
    pub order: &'static [Sort],
}

/// What lists can be filtered by that is neither a column nor a relation.
pub struct ExtraFilter {
    /// The field.
    pub name: &'static str,
    /// What it is.
    pub docs: Docs,
    /// Its conditions.
    pub operators: OperatorsType,
}

/// The fields of a table's types by their names in GraphQL.
pub struct Index {
    /// The columns.
    pub columns: Vec<Column>,
    /// The fields of the object type.
    pub members: HashMap<String, Member>,
    /// The fields of the filter.
    pub conditions: HashMap<String, FilterField>,
    /// The values of the order's field.
    pub sorts: HashMap<String, usize>,
}

/// A field of a table's object type.
#[derive(Clone, Copy)]
pub enum Member {
    /// A column, by its number.
    Column(usize),
    /// The row that a column points at.
    ToOne(&'static ToOne),
    /// The rows that point at it.
    ToMany(&'static ToMany),
    /// The rows above it.
    Ancestors(&'static Hierarchy),
    /// The rows below it.
    Descendants(&'static Hierarchy),
    /// What is made of these columns.
    Computed(Columns),
}

/// A field of a table's filter, in the order in which conditions are written; numbers are places in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilterField {
    /// A column.
    Column(usize),
    /// What is neither a column nor a relation.
    Filtered(usize),
    /// The row that a column points at.
    ToOne(usize),
    /// The rows that point at it.
    ToMany(usize),
    /// All of these hold.
    And,
    /// At least one of these holds.
    Or,
    /// This does not hold.
    Not,
}

impl Index {
    /// The names of a table.
    pub fn of(table: &'static Table) -> Self {
        let columns = || table.fields.iter().enumerate();
        let members = columns().map(|(number, column)| (camel(column.name), Member::Column(number)));
        let members = members
            .chain(table.to_one.iter().map(|relation| (camel(relation.name), Member::ToOne(relation))))
            .chain(table.to_many.iter().map(|relation| (camel(relation.name), Member::ToMany(relation))))
            .chain(table.hierarchy.iter().flat_map(|hierarchy| {
                let (above, below) = (Member::Ancestors(hierarchy), Member::Descendants(hierarchy));
                [("ancestors".to_owned(), above), ("descendants".to_owned(), below)]
            }))
            .chain(table.computed.iter().map(|(name, columns)| (camel(name), Member::Computed(*columns))));
        let conditions = columns().map(|(number, column)| (camel(column.name), FilterField::Column(number)));
        let numbered =
            |(number, name): (usize, &'static str), make: fn(usize) -> FilterField| (camel(name), make(number));
        let filtered = table.filtered.iter().map(|field| field.name).enumerate();
        let to_one = table.to_one.iter().map(|relation| relation.name).enumerate();
        let to_many = table.to_many.iter().map(|relation| relation.name).enumerate();
        let logic = [("and", FilterField::And), ("or", FilterField::Or), ("not", FilterField::Not)];
        let conditions = conditions
            .chain(filtered.map(|field| numbered(field, FilterField::Filtered)))
            .chain(to_one.map(|field| numbered(field, FilterField::ToOne)))
            .chain(to_many.map(|field| numbered(field, FilterField::ToMany)))
            .chain(logic.map(|(name, field)| (name.to_owned(), field)));
        Self {
            columns: (table.entity)(),
            members: members.collect(),
            conditions: conditions.collect(),
            sorts: table.sorts.iter().map(|sort| (screaming_snake_case(sort.name), sort.column)).collect(),
        }
    }
}

impl Table {
    /// The fields of the table's types by their names.
    pub fn index(&self) -> &'static Index {
        (self.index)()
    }

    /// The columns that are shown.
    pub fn columns(&self) -> &'static [Column] {
        &self.index().columns
    }

    /// The parameter for a sort key's value in a cursor.
    pub fn parameter(&self, column: usize, key: &str) -> Option<Value> {
        self.fields.get(column)?.ty.parameter(key)
    }

    /// The columns of the primary key.
    pub fn key_columns(&self) -> Columns {
        self.key.iter().fold(Columns::NONE, |set, column| set.with(Columns::one(*column)))
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
