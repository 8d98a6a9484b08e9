//! The statement of figures.
//!
//! `base` are the rows of the list with their keys and the columns that are measured; where ranks are needed, windows
//! count them. `groups` are measured; which of them are shown, and in which order, is said outside of them.

use std::sync::LazyLock;

use async_graphql::indexmap::IndexMap;
use service::{
    Result,
    database::{Alias, Col, Sql},
    zone::Tz,
};
use uuid::Uuid;

use super::{having::Having, key::tables, measure::Measure, order::Order, selection::Asked};
use crate::read::{
    column::Columns,
    column_type::Kind,
    list::List,
    load::{Link, write_descendants},
    page::PageRequest,
    table::Table,
};

/// Of which rows figures are.
#[derive(Clone, Copy)]
pub(in crate::read) enum Of<'a> {
    /// Of all rows of the table that pass the filter.
    All,
    /// Of those of each parent.
    Parents(Link, &'a [Uuid]),
}

/// What statements of one field are made of.
pub(super) struct Figures<'a> {
    pub(super) asked: &'a Asked,
    pub(super) list: &'a List,
    pub(super) of: Of<'a>,
    pub(super) zone: Tz,
}

/// Which groups are shown.
pub(super) struct GroupPage {
    pub(super) having: Option<Having>,
    pub(super) order: Order,
    pub(super) page: PageRequest,
}

/// The column of a measure among groups.
pub(super) fn measure_name(place: usize) -> &'static str {
    name(&MEASURES, place)
}

/// The column of a key among groups.
pub(super) fn key_name(place: usize) -> &'static str {
    name(&KEYS, place)
}

type Names = LazyLock<Vec<String>>;

/// More than a selection, its conditions and its order can ask for.
static MEASURES: Names = LazyLock::new(|| (0..1024).map(|place| format!("f{place}")).collect());
static KEYS: Names = LazyLock::new(|| (0..64).map(|place| format!("k{place}")).collect());

fn name(names: &'static Names, place: usize) -> &'static str {
    names.get(place).map_or("unknown", String::as_str)
}

impl Figures<'_> {
    /// Writes the figures of all rows: a row, or one for each parent that has any.
    pub(super) fn aggregate(&self, mut sql: Sql) -> Sql {
        self.write_tree(&mut sql);
        self.write_groups(&mut sql);
        sql
    }

    /// Writes a page of groups, one more than it has.
    pub(super) fn page(&self, mut sql: Sql, shown: &GroupPage) -> Result<Sql> {
        self.write_tree(&mut sql);
        let (groups, limit) = (sql.alias(), shown.page.size + 1);
        match self.of {
            Of::All => {
                sql.push("SELECT ");
                self.write_columns(&mut sql, groups);
                self.write_shown(&mut sql, groups, shown)?;
                self.write_order(&mut sql, groups, &shown.order);
                sql.write(format_args!(" LIMIT {limit}"));
            }
            Of::Parents(..) => {
                let ranked = sql.alias();
                sql.push("SELECT ");
                self.write_columns(&mut sql, ranked);
                sql.push(" FROM (SELECT ");
                self.write_columns(&mut sql, groups);
                sql.write(format_args!(", row_number() OVER (PARTITION BY {groups}.n"));
                self.write_order(&mut sql, groups, &shown.order);
                sql.push(") AS place");
                self.write_shown(&mut sql, groups, shown)?;
                sql.write(format_args!(
                    ") AS {ranked} WHERE {ranked}.place <= {limit} ORDER BY {ranked}.n, {ranked}.place"
                ));
            }
        }
        Ok(sql)
    }

    /// Writes how many groups there are, for each parent that has any.
    pub(super) fn total(&self, mut sql: Sql, having: Option<&Having>) -> Sql {
        self.write_tree(&mut sql);
        let groups = sql.alias();
        sql.push("SELECT ");
        if let Of::Parents(..) = self.of {
            sql.write(format_args!("{groups}.n, "));
        }
        sql.push("count(*), ");
        match self.mixed(groups) {
            Some(mixed) => sql.write(format_args!("max({mixed})")),
            None => sql.push("CAST(0 AS bigint)"),
        };
        sql.push(" FROM (");
        self.write_groups(&mut sql);
        sql.write(format_args!(") AS {groups} WHERE "));
        self.write_refused(&mut sql, groups).push("(TRUE");
        write_having(&mut sql, groups, having);
        sql.push(")");
        if let Of::Parents(..) = self.of {
            sql.write(format_args!(" GROUP BY {groups}.n"));
        }
        sql
    }

    fn write_shown(&self, sql: &mut Sql, groups: Alias, shown: &GroupPage) -> Result<()> {
        sql.push(" FROM (");
        self.write_groups(sql);
        sql.write(format_args!(") AS {groups} WHERE "));
        self.write_refused(sql, groups).push("(TRUE");
        write_having(sql, groups, shown.having.as_ref());
        if let Some(position) = &shown.page.after {
            shown.order.seek(sql, self.asked, groups, position)?;
        }
        sql.push(")");
        Ok(())
    }

    /// Whether amounts of several currencies are mixed in a group.
    fn mixed(&self, groups: Alias) -> Option<Col> {
        self.asked.mixed().map(|place| Col { table: groups, name: measure_name(place) })
    }

    /// Writes that such a group is shown in any case, before others: it is why the question is refused.
    fn write_refused<'s>(&self, sql: &'s mut Sql, groups: Alias) -> &'s mut Sql {
        match self.mixed(groups) {
            Some(mixed) => sql.write(format_args!("{mixed} = 1 OR ")),
            None => sql,
        }
    }

    fn write_order(&self, sql: &mut Sql, groups: Alias, order: &Order) {
        order.write(sql, groups, self.mixed(groups));
    }

    fn write_columns(&self, sql: &mut Sql, groups: Alias) {
        let mut separator = "";
        let parent = matches!(self.of, Of::Parents(..)).then_some("n");
        let keys = (0..self.asked.keys.len()).map(key_name);
        let measures = (0..self.asked.measures.len()).map(measure_name);
        for name in parent.into_iter().chain(keys).chain(measures) {
            sql.push(separator).write(format_args!("{}", Col { table: groups, name }));
            separator = ", ";
        }
    }

    /// The rows below each parent, where they are found by following a hierarchy.
    fn write_tree(&self, sql: &mut Sql) {
        if let Of::Parents(Link::Descendants { column, steps }, ids) = self.of {
            write_descendants(sql, self.list.table, (column, steps), ids);
        }
    }

    /// Writes what identifies a group in a part of the statement.
    fn identity(&self, table: &str) -> Vec<String> {
        let parent = matches!(self.of, Of::Parents(..)).then(|| format!("{table}.n"));
        parent.into_iter().chain((0..self.asked.keys.len()).map(|key| format!("{table}.k{key}"))).collect()
    }

    fn write_groups(&self, sql: &mut Sql) {
        let Asked { table, keys, measures, .. } = self.asked;
        let mut separator = "SELECT ";
        if let Of::Parents(..) = self.of {
            sql.push("SELECT s.n AS n");
            separator = ", ";
        }
        for (number, key) in keys.iter().enumerate() {
            sql.push(separator);
            key.write_shown(table, sql, &format!("s.k{number}"));
            sql.write(format_args!(" AS {}", key_name(number)));
            separator = ", ";
        }
        for (place, measure) in measures.iter().enumerate() {
            sql.push(separator);
            measure.write(sql, table);
            sql.write(format_args!(" AS {}", measure_name(place)));
            separator = ", ";
        }
        if separator == "SELECT " {
            sql.push("SELECT 1");
        }
        sql.push(" FROM (");
        self.write_ranked(sql);
        sql.push(") AS s");
        let identity = self.identity("s");
        if !identity.is_empty() {
            sql.write(format_args!(" GROUP BY {}", identity.join(", ")));
        }
    }

    /// The rows, with their ranks within their group where these are needed.
    fn write_ranked(&self, sql: &mut Sql) {
        let windows = self.windows();
        if windows.is_empty() {
            return self.write_base(sql);
        }
        sql.push("SELECT b.*");
        for window in windows {
            sql.push(", ").push(&window);
        }
        sql.push(" FROM (");
        self.write_base(sql);
        sql.push(") AS b");
    }

    fn windows(&self) -> Vec<String> {
        let identity = self.identity("b");
        let partition =
            if identity.is_empty() { String::new() } else { format!("PARTITION BY {}", identity.join(", ")) };
        let ranked = |direction: &str| {
            let columns: Vec<_> = self.age().map(|column| format!("b.c{column}{direction} NULLS LAST")).collect();
            format!("row_number() OVER ({partition} ORDER BY {})", columns.join(", "))
        };
        let mut windows: Vec<String> = Vec::new();
        let mut add = |window: String| {
            if !windows.contains(&window) {
                windows.push(window);
            }
        };
        for measure in &self.asked.measures {
            match measure {
                Measure::Percentile(column, _) => {
                    add(format!("row_number() OVER ({partition} ORDER BY b.c{column} NULLS LAST) AS r{column}"));
                    add(format!("count(b.c{column}) OVER ({partition}) AS m{column}"));
                }
                Measure::Earliest(_) => add(format!("{} AS earliest", ranked(""))),
                Measure::Latest(_) => add(format!("{} AS latest", ranked(" DESC"))),
                _ => {}
            }
        }
        windows
    }

    /// The columns by which rows are earlier or later: the time that the table is ordered by, and its key.
    fn age(&self) -> impl Iterator<Item = usize> {
        let table = self.asked.table;
        time(table).into_iter().chain(table.key.iter().copied())
    }

    fn columns(&self) -> Columns {
        let measures = &self.asked.measures;
        let columns = measures.iter().filter_map(|measure| measure.column());
        let columns = columns.fold(Columns::NONE, |set, column| set.with(Columns::one(column)));
        match measures.iter().any(|measure| matches!(measure, Measure::Earliest(_) | Measure::Latest(_))) {
            true => self.age().fold(columns, |set, column| set.with(Columns::one(column))),
            false => columns,
        }
    }

    fn write_base(&self, sql: &mut Sql) {
        let Asked { table, keys, .. } = self.asked;
        let rows = sql.alias();
        // The rows that keys are columns of, by the path that leads there.
        let mut related: IndexMap<&[usize], Alias> = IndexMap::new();
        for key in keys {
            for length in 1..=key.path.len() {
                related.entry(&key.path[..length]).or_insert_with(|| sql.alias());
            }
        }
        let alias = |path: &[usize]| related.get(path).copied().unwrap_or(rows);
        let mut separator = "SELECT ";
        let source = match self.of {
            Of::All => None,
            Of::Parents(Link::Column(_), _) => Some("k"),
            Of::Parents(Link::Descendants { .. }, _) => Some("tree"),
        };
        if let Some(source) = source {
            sql.write(format_args!("SELECT {source}.n AS n"));
            separator = ", ";
        }
        for (number, key) in keys.iter().enumerate() {
            let name = key.table(table).columns()[key.column].name;
            let column = Col { table: alias(&key.path), name }.to_string();
            sql.push(separator);
            key.write(sql, &column, self.zone);
            sql.write(format_args!(" AS k{number}"));
            separator = ", ";
        }
        for column in self.columns().iter() {
            let from = Col { table: rows, name: table.columns()[column].name };
            sql.push(separator).write(format_args!("{from} AS c{column}"));
            separator = ", ";
        }
        if separator == "SELECT " {
            sql.push("SELECT 1 AS one");
        }
        sql.push(" FROM ");
        match self.of {
            Of::All => {}
            // In this order: the rows of a parent are found by an index.
            Of::Parents(Link::Column(_), ids) => drop(sql.keys(ids).push(" CROSS JOIN ")),
            Of::Parents(Link::Descendants { .. }, _) => drop(sql.push("tree CROSS JOIN ")),
        }
        sql.write(format_args!("{} AS {rows}", table.name));
        for (path, to) in &related {
            let (before, relation) = path.split_at(path.len() - 1);
            let from = tables(table, before).last().unwrap_or(table);
            let to_one = &from.to_one[relation[0]];
            let pointer = Col { table: alias(before), name: from.columns()[to_one.key].name };
            sql.write(format_args!(" LEFT JOIN {} AS {to} ON {to}.id = {pointer}", (to_one.target)().name));
        }
        match self.of {
            Of::All => sql.push(" WHERE TRUE"),
            Of::Parents(Link::Column(key), _) => {
                let pointer = Col { table: rows, name: table.columns()[key].name };
                sql.write(format_args!(" WHERE {pointer} = k.id"))
            }
            Of::Parents(Link::Descendants { .. }, _) => sql.write(format_args!(" WHERE {rows}.id = tree.id")),
        };
        self.list.write_filter(sql, rows);
    }
}

fn write_having(sql: &mut Sql, groups: Alias, having: Option<&Having>) {
    if let Some(having) = having {
        sql.push(" AND ");
        having.write(sql, groups);
    }
}

/// The time of a row, by which it is earlier or later than others.
fn time(table: &Table) -> Option<usize> {
    let is_time = |column: &usize| matches!(table.fields[*column].ty.kind(), Kind::DateTime | Kind::Date);
    let first = table.order.iter().map(|sort| sort.column).find(is_time);
    first.or_else(|| table.fields.iter().position(|field| field.name == "created_at"))
}
