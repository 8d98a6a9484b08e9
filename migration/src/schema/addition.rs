//! Columns and indexes added to a table of an earlier migration, and indexes taken away.

use std::borrow::Cow;

use super::{
    Column, amount, count,
    table::{Index, define, not_negative, quoted},
};
use crate::engine::{Engine, Guarded};

/// What a table gets beside what it has.
pub(crate) struct Addition {
    table: &'static str,
    columns: Vec<Added>,
    indexes: Vec<Index>,
    searched_lists: Vec<&'static str>,
    dropped: Vec<Index>,
    key: Option<Key>,
    fill: Option<Fill>,
    removable_after: Option<&'static str>,
    guarded: Option<Guarded<'static>>,
    follows_merges: bool,
}

/// A column, and the rules that come with it: name and condition.
struct Added {
    column: Column,
    checks: Vec<(&'static str, Cow<'static, str>)>,
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
            searched_lists: Vec::new(),
            dropped: Vec::new(),
            key: None,
            fill: None,
            removable_after: None,
            guarded: None,
            follows_merges: false,
        }
    }

    /// A column that may be NULL or has a default, for the rows that are there.
    pub(crate) fn column(mut self, column: Column) -> Self {
        self.columns.push(Added { column, checks: Vec::new() });
        self
    }

    /// A column with a condition that every row meets, on this column and earlier ones.
    pub(crate) fn checked(self, column: Column, condition: impl Into<Cow<'static, str>>) -> Self {
        let name = column.name;
        self.column(column).check(name, condition)
    }

    /// A further condition on the column before and earlier ones.
    pub(crate) fn check(mut self, rule: &'static str, condition: impl Into<Cow<'static, str>>) -> Self {
        if let Some(added) = self.columns.last_mut() {
            added.checks.push((rule, condition.into()));
        }
        self
    }

    /// Amounts of money, 0 by default and never negative.
    pub(crate) fn amounts(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |addition, &name| addition.checked(amount(name), not_negative(name)))
    }

    /// Numbers of pieces, 0 by default and never negative.
    pub(crate) fn counts(self, names: &[&'static str]) -> Self {
        names.iter().fold(self, |addition, &name| addition.checked(count(name), not_negative(name)))
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

    /// A unique index over the rows that have a value in a column.
    pub(crate) fn unique(mut self, column: &str) -> Self {
        self.indexes.push(Index::key_of_those_with(self.table, column));
        self
    }

    /// An index over what is in a list, where there can be one; it goes with the column.
    pub(crate) fn search_list(mut self, column: &'static str) -> Self {
        self.searched_lists.push(column);
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

    /// Has the triggers of a table that is only added to guard the new columns, as they guard these.
    pub(crate) fn guarding_too(
        self,
        columns: &'static [&'static str],
        references: &'static [(&'static str, &'static str)],
    ) -> Self {
        let table = self.table;
        self.guarding(Guarded { table, columns, references, follows_merges: false })
    }

    /// Has the triggers of a table that is only added to guard the new columns beside what they guard.
    pub(crate) fn guarding(mut self, before: Guarded<'static>) -> Self {
        self.guarded = Some(before);
        self
    }

    /// Has those triggers let customers follow a merge from now on.
    pub(crate) fn following_merges(mut self) -> Self {
        self.follows_merges = true;
        self
    }

    /// The statements that add it.
    pub(crate) fn create(&self, engine: Engine) -> Vec<String> {
        let dropped = self.dropped.iter().map(Index::drop);
        let key = self.key.iter().flat_map(|key| {
            let index = Index::plain(self.table, key.after);
            engine.change_key(self.table, &quoted(key.after), &[index.drop()])
        });
        let columns = self.columns.iter().map(|added| self.add(added, engine));
        let children = self.children().map(|index| index.create(self.table));
        let indexes = self.indexes.iter().map(|index| index.create(self.table));
        let lists = self.searched_lists.iter().filter_map(|column| engine.list_index(self.table, column));
        let fill = self.fill.map(|fill| fill(engine)).unwrap_or_default();
        let removal = self.removable_after.iter().flat_map(|days| engine.allow_removal(self.table, days));
        let guards = self.guarded.iter().flat_map(|guarded| self.guard_all(guarded, engine));
        let statements = columns.chain(fill).chain(dropped).chain(key).chain(children).chain(indexes).chain(lists);
        statements.chain(removal).chain(guards).collect()
    }

    /// The statements that take it away.
    pub(crate) fn drop(&self, engine: Engine) -> Vec<String> {
        let children = self.children().map(|index| index.drop());
        let indexes = self.indexes.iter().map(Index::drop);
        let columns = self.columns.iter().rev();
        let columns =
            columns.map(|added| format!(r#"ALTER TABLE "{}" DROP COLUMN "{}""#, self.table, added.column.name));
        let key = self.key.iter().flat_map(|key| {
            let index = Index::plain(self.table, key.after);
            engine.change_key(self.table, &quoted(key.before), &[index.create(self.table)])
        });
        let dropped = self.dropped.iter().map(|index| index.create(self.table));
        let removal = self.removable_after.iter().flat_map(|_| engine.refuse_removal(self.table));
        // SQLite drops no column that a trigger names.
        let guards = self.guarded.iter().flat_map(|guarded| engine.guard(guarded));
        guards.chain(removal).chain(indexes).chain(children).chain(key).chain(dropped).chain(columns).collect()
    }

    /// The lists below the parents that rows of a later day may have.
    fn children(&self) -> impl Iterator<Item = Index> {
        let columns = self.columns.iter().map(|added| &added.column);
        let lists = columns.filter_map(|column| Some((column, Index::of_children(self.table, column, &["id"])?)));
        lists.map(|(column, list)| list.of_those_with(column.name))
    }

    /// The triggers that guard the new columns too, and let pass what they shall from now on.
    fn guard_all(&self, before: &Guarded, engine: Engine) -> Vec<String> {
        let added = self.columns.iter().map(|added| added.column.name);
        let columns: Vec<&str> = before.columns.iter().copied().chain(added).collect();
        let follows_merges = before.follows_merges || self.follows_merges;
        engine.guard(&Guarded { columns: &columns, follows_merges, ..*before })
    }

    fn add(&self, Added { column, checks }: &Added, engine: Engine) -> String {
        let (table, name) = (self.table, column.name);
        let mut text = format!(r#"ALTER TABLE "{table}" ADD COLUMN {}"#, define(column, engine));
        if let Some((target, on_delete)) = column.references {
            let on_delete = on_delete.sql();
            text += &format!(r#" CONSTRAINT "{table}_{name}_fkey" REFERENCES "{target}" ("id") ON DELETE {on_delete}"#);
        }
        if let Some(condition) = engine.type_check(column) {
            text += &format!(r#" CONSTRAINT "{table}_{name}_type_check" CHECK ({condition})"#);
        }
        for (rule, condition) in checks {
            text += &format!(r#" CONSTRAINT "{table}_{rule}_check" CHECK ({condition})"#);
        }
        text
    }
}
