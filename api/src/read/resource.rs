//! The type that GraphQL shows a table as.

use std::collections::HashMap;

use async_graphql::{InputType, OutputType};
use sea_orm::EntityTrait;
use service::access::Operation;
use uuid::Uuid;

use super::{
    column::Columns,
    filter::Filter,
    sort::OrderBy,
    table::{AnyRow, Member, Relation, Table},
};

/// The type that GraphQL shows a table as.
pub trait Resource: AnyRow + OutputType + Sized {
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

/// The fields of a table's type.
pub fn members(
    columns: &[&str],
    relations: Vec<(&str, Relation)>,
    computed: &[(&str, Columns)],
) -> HashMap<String, Member> {
    let columns = columns.iter().enumerate().map(|(number, name)| (camel(name), Member::Column(number)));
    let relations = relations.into_iter().map(|(name, relation)| (camel(name), Member::Relation(relation)));
    let computed = computed.iter().map(|(name, columns)| (camel(name), Member::Computed(*columns)));
    columns.chain(relations).chain(computed).collect()
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
