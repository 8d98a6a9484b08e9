//! A table, its keys, checks and indexes, and the statements that create it.

use std::borrow::Cow;

use super::{ChildList, Column, Kind, OnDelete, amount, count, integer, timestamp, uuid};
use crate::engine::{Engine, Guarded};

/// A table; constraints and indexes are named `{table}_{columns or rule}_{kind}`, so that an error names its rule.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    columns: Vec<Column>,
    primary_key: &'static [&'static str],
    uniques: Vec<(&'static str, &'static [&'static str])>,
    checks: Vec<(&'static str, Cow<'static, str>)>,
    indexes: Vec<Index>,
    latest: Option<(&'static str, &'static str)>,
    append_only: Option<&'static [(&'static str, &'static str)]>,
    follows_merges: bool,
}

/// An index of a table.
pub(super) struct Index {
    name: String,
    unique: bool,
    keys: String,
    filter: Option<Cow<'static, str>>,
}

impl Index {
    pub(super) fn plain(table: &str, columns: &[&str]) -> Self {
        let name = format!("{table}_{}_idx", columns.join("_"));
        Self { name, unique: false, keys: quoted(columns), filter: None }
    }

    pub(super) fn partial(table: &str, rule: &str, columns: &[&str], filter: &'static str) -> Self {
        Self { name: format!("{table}_{rule}_idx"), unique: false, keys: quoted(columns), filter: Some(filter.into()) }
    }

    pub(super) fn partial_key(table: &str, rule: &str, columns: &[&str], filter: &'static str) -> Self {
        Self { name: format!("{table}_{rule}_key"), unique: true, keys: quoted(columns), filter: Some(filter.into()) }
    }

    /// A unique index over the rows with a value in the column.
    pub(super) fn key_of_those_with(table: &str, column: &str) -> Self {
        let name = format!("{table}_{column}_key");
        Self { name, unique: true, keys: quoted(&[column]), filter: None }.of_those_with(column)
    }

    /// The index of a foreign key for the list of a parent's children, as the column says.
    pub(super) fn of_children(table: &str, column: &Column, primary_key: &[&str]) -> Option<Self> {
        column.references?;
        let list = Self::child_list(table, column.name, primary_key);
        match column.children {
            ChildList::All => Some(list),
            ChildList::OfThoseWith => Some(list.of_those_with(column.name)),
            ChildList::Absent => None,
        }
    }

    /// Serves the list of a parent's children, in its default order.
    pub(super) fn child_list(table: &str, parent: &str, primary_key: &[&str]) -> Self {
        let mut columns = vec![parent, "created_at"];
        columns.extend(primary_key.iter().filter(|key| **key != parent));
        Self { name: format!("{table}_{parent}_idx"), unique: false, keys: quoted(&columns), filter: None }
    }

    /// Leaves out the rows without a value in a column: few rows of a hot table have one.
    pub(super) fn of_those_with(self, column: &str) -> Self {
        Self { filter: Some(format!(r#""{column}" IS NOT NULL"#).into()), ..self }
    }

    pub(super) fn create(&self, table: &str) -> String {
        let unique = if self.unique { "UNIQUE " } else { "" };
        let filter = self.filter.as_ref().map(|filter| format!(" WHERE {filter}")).unwrap_or_default();
        format!(r#"CREATE {unique}INDEX "{}" ON "{table}" ({}){filter}"#, self.name, self.keys)
    }

    pub(super) fn drop(&self) -> String {
        format!(r#"DROP INDEX "{}""#, self.name)
    }
}

impl Table {
    /// A table with the primary key `id`.
    pub(crate) fn new(name: &'static str) -> Self {
        let table = Self::keyed(name, &["id"]);
        table.column(uuid("id"))
    }

    /// A table whose primary key is made of several of its columns.
    pub(crate) fn keyed(name: &'static str, primary_key: &'static [&'static str]) -> Self {
        Self {
            name,
            columns: Vec::new(),
            primary_key,
            uniques: Vec::new(),
            checks: Vec::new(),
            indexes: Vec::new(),
            latest: None,
            append_only: None,
            follows_merges: false,
        }
    }

    pub(crate) fn column(mut self, column: Column) -> Self {
        self.columns.push(column);
        self
    }

    /// The columns of a table that people or agents edit: version and both times.
    pub(crate) fn edited(self) -> Self {
        self.column(integer("version").default("1")).check("version", "version >= 1").changing()
    }

    /// The times of a table whose rows change without being edited.
    pub(crate) fn changing(self) -> Self {
        self.created().column(timestamp("updated_at"))
    }

    /// The time of a table whose rows never change.
    pub(crate) fn created(self) -> Self {
        self.column(timestamp("created_at"))
    }

    pub(crate) fn unique(mut self, rule: &'static str, columns: &'static [&'static str]) -> Self {
        self.uniques.push((rule, columns));
        self
    }

    /// A condition every row meets, written so that both engines read it alike.
    pub(crate) fn check(mut self, rule: &'static str, condition: impl Into<Cow<'static, str>>) -> Self {
        self.checks.push((rule, condition.into()));
        self
    }

    /// Amounts of money, 0 by default and never negative.
    pub(crate) fn amounts(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |table, &name| table.column(amount(name)).check(name, not_negative(name)))
    }

    /// Numbers of pieces, 0 by default and never negative.
    pub(crate) fn counts(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |table, &name| table.column(count(name)).check(name, not_negative(name)))
    }

    pub(crate) fn index(mut self, columns: &[&str]) -> Self {
        self.indexes.push(Index::plain(self.name, columns));
        self
    }

    /// An index over the rows that meet a condition.
    pub(crate) fn index_where(mut self, rule: &str, columns: &[&str], filter: &'static str) -> Self {
        self.indexes.push(Index::partial(self.name, rule, columns, filter));
        self
    }

    /// The latest children of a parent, those without a time last.
    pub(crate) fn latest_index(mut self, parent: &'static str, time: &'static str) -> Self {
        self.latest = Some((parent, time));
        self
    }

    /// A unique index over the rows that meet a condition.
    pub(crate) fn unique_where(mut self, rule: &str, columns: &[&str], filter: &'static str) -> Self {
        self.indexes.push(Index::partial_key(self.name, rule, columns, filter));
        self
    }

    /// Refuses every update and delete, except that a reference `(column, table)` becomes NULL when its target is gone.
    pub(crate) fn append_only(mut self, references: &'static [(&'static str, &'static str)]) -> Self {
        self.append_only = Some(references);
        self
    }

    /// Lets the customer of a row that never changes be the one into whom that customer was merged.
    pub(crate) fn following_merges(mut self) -> Self {
        self.follows_merges = true;
        self
    }

    pub(crate) fn is_append_only(&self) -> bool {
        self.append_only.is_some()
    }

    /// The statements that create the table, its indexes and its triggers.
    pub(crate) fn create(&self, engine: Engine) -> Vec<String> {
        let mut statements = vec![self.create_table(engine)];
        statements.extend(self.child_lists().chain(self.indexes.iter().map(|index| index.create(self.name))));
        statements.extend(self.latest.map(|(parent, time)| {
            let name = format!("{}_{parent}_{time}_idx", self.name);
            let keys = format!(r#""{parent}", {}"#, engine.latest_first(time));
            Index { name, unique: false, keys, filter: None }.create(self.name)
        }));
        let lists = self.columns.iter().filter(|column| matches!(column.kind, Kind::List));
        statements.extend(lists.filter_map(|column| engine.list_index(self.name, column.name)));
        if let Some(references) = self.append_only {
            let columns: Vec<_> = self.columns.iter().map(|column| column.name).collect();
            let (table, follows_merges) = (self.name, self.follows_merges);
            statements.extend(engine.refuse_changes(&Guarded { table, columns: &columns, references, follows_merges }));
        }
        statements
    }

    fn create_table(&self, engine: Engine) -> String {
        let mut lines: Vec<String> = self.columns.iter().map(|column| define(column, engine)).collect();
        if !self.columns.iter().any(|column| engine.is_key_itself(column)) {
            lines.push(format!("PRIMARY KEY ({})", quoted(self.primary_key)));
        }
        for (rule, columns) in &self.uniques {
            lines.push(format!(r#"CONSTRAINT "{}_{rule}_key" UNIQUE ({})"#, self.name, quoted(columns)));
        }
        for column in &self.columns {
            if column.unique {
                lines.push(format!(r#"CONSTRAINT "{}_{}_key" UNIQUE ("{1}")"#, self.name, column.name));
            }
            if let Some((target, on_delete)) = column.references {
                lines.push(self.foreign_key(column.name, target, on_delete));
            }
            if let Some(condition) = engine.type_check(column) {
                lines.push(format!(r#"CONSTRAINT "{}_{}_type_check" CHECK ({condition})"#, self.name, column.name));
            }
        }
        for (rule, condition) in &self.checks {
            lines.push(format!(r#"CONSTRAINT "{}_{rule}_check" CHECK ({condition})"#, self.name));
        }
        format!("CREATE TABLE \"{}\" (\n  {}\n){}", self.name, lines.join(",\n  "), engine.table_options())
    }

    fn foreign_key(&self, column: &str, target: &str, on_delete: OnDelete) -> String {
        format!(
            r#"CONSTRAINT "{}_{column}_fkey" FOREIGN KEY ("{column}") REFERENCES "{target}" ("id") ON DELETE {}"#,
            self.name,
            on_delete.sql()
        )
    }

    /// For each foreign key the index that serves the list of children.
    fn child_lists(&self) -> impl Iterator<Item = String> {
        let lists = self.columns.iter().filter_map(|column| Index::of_children(self.name, column, self.primary_key));
        lists.map(|index| index.create(self.name))
    }
}

pub(super) fn not_negative(name: &str) -> String {
    format!("{name} >= 0")
}

pub(super) fn define(column: &Column, engine: Engine) -> String {
    let null = if column.nullable { "" } else { " NOT NULL" };
    let default = column.default.map(|literal| format!(" DEFAULT {literal}")).unwrap_or_default();
    format!(r#""{}" {}{null}{default}"#, column.name, engine.column_type(column.kind))
}

pub(super) fn quoted(columns: &[&str]) -> String {
    columns.iter().map(|column| format!(r#""{column}""#)).collect::<Vec<_>>().join(", ")
}
