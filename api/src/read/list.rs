//! A list as it is asked for: filter, order and page, with an identity that cursors are bound to.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{Context, Name, Value};
use serde_json::{Value as Json, json};
use service::{
    Error, Result,
    database::{Alias, Sql},
    hash,
};

use super::{argument, column::Columns, filter::Filter, order, page::PageRequest, sort::Sort, table::Table};

/// The arguments of a list field, as GraphQL gives them.
pub struct Arguments {
    table: &'static Table,
    /// Which rows.
    filter: Option<Filter>,
    /// What the filter says.
    conditions: Option<Json>,
    /// In which order; empty for the field's own.
    order_by: Vec<Sort>,
    first: Option<i32>,
    after: Option<String>,
    last: Option<i32>,
    before: Option<String>,
}

impl Arguments {
    /// Reads those of the field that is being resolved; those that say which page are checked by [`PageRequest::new`].
    pub fn read(ctx: &Context<'_>, table: &'static Table) -> Result<Self> {
        argument::check(ctx, &["filter"])?;
        let mut given: HashMap<Name, Value> =
            ctx.field().arguments().map_err(|error| Error::invalid(error.message))?.into_iter().collect();
        let mut take = |name: &str| given.remove(name).unwrap_or_default();
        let filter = match take("filter") {
            Value::Null => None,
            filter => Some(Filter::parse(table, filter)?),
        };
        Ok(Self {
            table,
            conditions: filter.as_ref().and_then(|filter| conditions(filter.value())),
            filter,
            order_by: order::parse(table, take("orderBy"))?,
            first: argument::value("first", take("first"))?,
            after: argument::value("after", take("after"))?,
            last: argument::value("last", take("last"))?,
            before: argument::value("before", take("before"))?,
        })
    }

    /// Of which rows.
    pub fn table(&self) -> &'static Table {
        self.table
    }

    /// Checks the arguments of the field `name`, whose own order is `default`.
    pub fn list(self, name: &str, default: &[Sort]) -> Result<Arc<List>> {
        let Self { table, filter, conditions, order_by, first, after, last, before } = self;
        let keys = order::total(table, if order_by.is_empty() { default } else { &order_by }.iter().copied());
        let identity = identity(table, name, &keys, conditions.as_ref());
        let page = PageRequest::new(identity, first, after, last, before)?;
        let rows = hash::number(json!([table.name, name, conditions]).to_string());
        Ok(Arc::new(List { table, filter, conditions, keys, page, identity, rows }))
    }
}

/// A checked list. Cheap to compare and hash, as loaders do.
#[derive(Debug)]
pub struct List {
    /// Of which rows.
    pub table: &'static Table,
    /// Which of them.
    pub filter: Option<Filter>,
    /// What the filter says.
    conditions: Option<Json>,
    /// The whole order, down to the primary key.
    pub keys: Vec<Sort>,
    /// The page.
    pub page: PageRequest,
    /// The same for the same field, filter and order; cursors carry it.
    pub identity: u64,
    /// The same for the same field and filter, whatever the order is.
    pub rows: u64,
}

impl List {
    /// Writes the list's own conditions, each after ` AND `.
    pub fn write_filter(&self, sql: &mut Sql, table: Alias) {
        if let Some(filter) = &self.filter {
            sql.push(" AND ");
            filter.write(sql, table);
        }
    }

    /// Writes the bounds of the page, each after ` AND `.
    pub fn write_seek(&self, sql: &mut Sql, table: Alias) -> Result<()> {
        if let Some(position) = &self.page.after {
            order::seek(sql, self.table, table, &self.keys, position, false)?;
        }
        if let Some(position) = &self.page.before {
            order::seek(sql, self.table, table, &self.keys, position, true)?;
        }
        Ok(())
    }

    /// Writes the order in which the page is read.
    pub fn write_order(&self, sql: &mut Sql, table: impl std::fmt::Display) {
        order::write(sql, self.table.columns(), table, &self.keys, self.page.backward);
    }

    /// The columns of a cursor.
    pub fn key_columns(&self) -> Columns {
        self.keys.iter().fold(Columns::NONE, |set, sort| set.with(Columns::one(sort.column)))
    }

    /// One row more than the page has: it tells whether more follow.
    pub fn limit(&self) -> u32 {
        self.page.size + 1
    }
}

/// What a list is: by names, so that cursors outlive the version of the server that made them.
fn identity(table: &Table, name: &str, keys: &[Sort], conditions: Option<&Json>) -> u64 {
    let key = |sort: &Sort| json!([table.columns()[sort.column].name, sort.descending, sort.nulls_first]);
    let keys: Vec<Json> = keys.iter().map(key).collect();
    hash::number(json!([table.name, name, keys, conditions]).to_string())
}

/// What a filter says, if it says something.
fn conditions(filter: Value) -> Option<Json> {
    match stated(filter) {
        Json::Object(fields) if fields.is_empty() => None,
        filter => Some(filter),
    }
}

/// A filter without what says nothing: conditions that were not given, and an empty `and`. A JSON document to compare with
/// is a text here, of which all counts.
fn stated(filter: Value) -> Json {
    match filter {
        Value::Object(fields) => {
            let mut stated: serde_json::Map<String, Json> =
                fields.into_iter().map(|(name, value)| (name.to_string(), stated(value))).collect();
            stated.retain(|name, value| !(value.is_null() || name == "and" && *value == json!([])));
            // One condition is the same inside `and` and outside.
            if stated.len() == 1
                && let Some(Json::Array(only)) = stated.get_mut("and")
                && only.len() == 1
            {
                return only.remove(0);
            }
            Json::Object(stated)
        }
        Value::List(items) => items.into_iter().map(stated).collect(),
        other => other.into_json().unwrap_or_default(),
    }
}

impl PartialEq for List {
    fn eq(&self, other: &Self) -> bool {
        std::ptr::eq(self, other)
            || self.identity == other.identity
                && self.table == other.table
                && self.page == other.page
                && self.keys == other.keys
                && self.conditions == other.conditions
    }
}

impl Eq for List {}

impl Hash for List {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.identity.hash(state);
        self.page.hash(state);
    }
}
