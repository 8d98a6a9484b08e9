//! Columns and indexes added to a table of an earlier migration, and indexes taken away.

use super::{
    Column,
    table::{Index, define, quoted},
};
use crate::engine::Engine;

/// What a table gets beside what it has.
pub(crate) struct Addition {
    table: &'static str,
    columns: Vec<(Column, Option<&'static str>)>,
    indexes: Vec<Index>,
    dropped: Vec<Index>,
    key: Option<Key>,
    fill: Option<Fill>,
    removable_after: Option<&'static str>,
}

/// A primary key in place of another one.
struct Key {
    before: &'static [&'static str],
    after: &'static [&'static str],
}

/// Statements that give the rows which are there what new ones have from the start.
type Fill = fn(Engine) -> Vec<String>;

impl Addition {
    pub(crate) fn to(table: &'static str) -> Self {
        Self {
            table,
            columns: Vec::new(),
            indexes: Vec::new(),
            dropped: Vec::new(),
            key: None,
            fill: None,
            removable_after: None,
        }
    }

    /// A column that may be NULL or has a default, for the rows that are there.
    pub(crate) fn column(mut self, column: Column) -> Self {
        self.columns.push((column, None));
        self
    }

    /// A column with a condition that every row meets, on this column and earlier ones.
    pub(crate) fn checked(mut self, column: Column, condition: &'static str) -> Self {
        self.columns.push((column, Some(condition)));
        self
    }

    /// What happens to the rows that are there.
    pub(crate) fn fill(mut self, fill: Fill) -> Self {
        self.fill = Some(fill);
        self
    }

    /// An index over all rows.
    pub(crate) fn index(mut self, columns: &[&str]) -> Self {
        self.indexes.push(Index::plain(self.table, columns));
        self
    }

    /// An index over the rows that meet a condition.
    pub(crate) fn index_where(mut self, rule: &str, columns: &[&str], filter: &'static str) -> Self {
        self.indexes.push(Index::partial(self.table, rule, columns, filter));
        self
    }

    /// A unique index over the rows that meet a condition.
    pub(crate) fn unique_where(mut self, rule: &str, columns: &[&str], filter: &'static str) -> Self {
        self.indexes.push(Index::partial_key(self.table, rule, columns, filter));
        self
    }

    /// Without the index over all rows.
    pub(crate) fn without_index(mut self, columns: &[&str]) -> Self {
        self.dropped.push(Index::plain(self.table, columns));
        self
    }

    /// Without the index over the rows that meet a condition.
    pub(crate) fn without_index_where(mut self, rule: &str, columns: &[&str], filter: &'static str) -> Self {
        self.dropped.push(Index::partial(self.table, rule, columns, filter));
        self
    }

    /// The list of a parent's children without the rows that have no parent.
    pub(crate) fn child_list_of_those_with(mut self, parent: &'static str) -> Self {
        self.dropped.push(Index::child_list(self.table, parent, &["id"]));
        self.indexes.push(Index::child_list(self.table, parent, &["id"]).of_those_with(parent));
        self
    }

    /// Another primary key, of columns that have an index.
    pub(crate) fn key(mut self, before: &'static [&'static str], after: &'static [&'static str]) -> Self {
        self.key = Some(Key { before, after });
        self
    }

    /// Lets the rows of a table that is only added to be removed when they are older than a number of days, an expression
    /// over `OLD`.
    pub(crate) fn removable_after(mut self, days: &'static str) -> Self {
        self.removable_after = Some(days);
        self
    }

    /// The statements that add it.
    pub(crate) fn create(&self, engine: Engine) -> Vec<String> {
        let dropped = self.dropped.iter().map(Index::drop);
        let key = self.key.iter().flat_map(|key| {
            let index = Index::plain(self.table, key.after);
            engine.change_key(self.table, &quoted(key.after), &[index.drop()])
        });
        let columns = self.columns.iter().map(|(column, condition)| self.add(column, *condition, engine));
        let children = self.children().map(|index| index.create(self.table));
        let indexes = self.indexes.iter().map(|index| index.create(self.table));
        let fill = self.fill.map(|fill| fill(engine)).unwrap_or_default();
        let removal = self.removable_after.iter().flat_map(|days| engine.allow_removal(self.table, days));
        columns.chain(fill).chain(dropped).chain(key).chain(children).chain(indexes).chain(removal).collect()
    }

    /// The statements that take it away.
    pub(crate) fn drop(&self, engine: Engine) -> Vec<String> {
        let children = self.children().map(|index| index.drop());
        let indexes = self.indexes.iter().map(Index::drop);
        let columns = self.columns.iter().rev();
        let columns =
            columns.map(|(column, _)| format!(r#"ALTER TABLE "{}" DROP COLUMN "{}""#, self.table, column.name));
        let key = self.key.iter().flat_map(|key| {
            let index = Index::plain(self.table, key.after);
            engine.change_key(self.table, &quoted(key.before), &[index.create(self.table)])
        });
        let dropped = self.dropped.iter().map(|index| index.create(self.table));
        let removal = self.removable_after.iter().flat_map(|_| engine.refuse_removal(self.table));
        removal.chain(indexes).chain(children).chain(key).chain(dropped).chain(columns).collect()
    }

    /// The lists below the parents that rows of a later day may have.
    fn children(&self) -> impl Iterator<Item = Index> {
        let references = self.columns.iter().filter(|(column, _)| column.references.is_some());
        references.map(|(column, _)| Index::child_list(self.table, column.name, &["id"]).of_those_with(column.name))
    }

    fn add(&self, column: &Column, condition: Option<&str>, engine: Engine) -> String {
        let (table, name) = (self.table, column.name);
        let mut text = format!(r#"ALTER TABLE "{table}" ADD COLUMN {}"#, define(column, engine));
        if let Some((target, on_delete)) = column.references {
            let on_delete = on_delete.sql();
            text += &format!(r#" CONSTRAINT "{table}_{name}_fkey" REFERENCES "{target}" ("id") ON DELETE {on_delete}"#);
        }
        if let Some(condition) = engine.type_check(column) {
            text += &format!(r#" CONSTRAINT "{table}_{name}_type_check" CHECK ({condition})"#);
        }
        if let Some(condition) = condition {
            text += &format!(r#" CONSTRAINT "{table}_{name}_check" CHECK ({condition})"#);
        }
        text
    }
}
