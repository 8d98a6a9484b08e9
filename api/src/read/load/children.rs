//! The rows that point back at a parent, a page of them for each parent.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{ContextBase, dataloader::Loader};
use sea_orm::QueryResult;
use service::{Error, Result, database::Sql};
use uuid::Uuid;

use super::{
    Answer, Reader, column,
    cross_request::{CrossRequest, some_at_once},
    each, load, tree, write_columns,
};
use crate::read::{any_row::AnyRow, column::Columns, list::List, meter::Statement};

/// How the rows of a list belong to their parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// This column holds the parent's id.
    Column(usize),
    /// Following this column upwards leads to the parent in at most this many steps.
    Descendants {
        /// The column that holds the id of the row above.
        column: usize,
        /// The most steps.
        steps: u32,
    },
}

impl Link {
    /// The rows below a row, by the column that holds the id of the row above, at most `depth` levels down.
    pub fn descendants(column: usize, depth: Option<i32>) -> Result<Self> {
        match depth {
            None => Ok(Self::Descendants { column, steps: tree::MAX_STEPS }),
            Some(depth) => match u32::try_from(depth) {
                Ok(steps) => Ok(Self::Descendants { column, steps: steps.min(tree::MAX_STEPS) }),
                Err(_) => Err(Error::invalid(format!("`maxDepth` is {depth}: it cannot be negative"))),
            },
        }
    }
}

/// Parents whose lists are asked for, all with the same arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Parents {
    link: Link,
    list: Arc<List>,
    ids: Arc<[Uuid]>,
}

impl Parents {
    /// Whether one statement can answer both.
    fn joins(&self, other: &Self) -> bool {
        self.link == other.link && self.list == other.list
    }
}

impl Hash for Parents {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ids.first().hash(state);
        self.list.identity.hash(state);
    }
}

impl CrossRequest for Parents {
    fn weight(&self) -> usize {
        self.ids.len()
    }

    fn is_shared(&self) -> bool {
        self.list.filter.is_none()
    }

    fn queue(&self) -> &'static str {
        self.list.table.name
    }
}

/// A page of each parent's list, with at least these columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Pages {
    pub(super) parents: Parents,
    pub(super) columns: Columns,
}

impl CrossRequest for Pages {
    fn weight(&self) -> usize {
        self.parents.weight()
    }

    fn is_shared(&self) -> bool {
        self.parents.is_shared()
    }

    fn queue(&self) -> &'static str {
        self.parents.queue()
    }
}

impl Loader<Pages> for Reader {
    /// The rows of each parent, in the order of the parents.
    type Value = Answer<Vec<Vec<Arc<AnyRow>>>>;
    type Error = Error;

    /// One statement for each list that is asked of any number of parents.
    async fn load(&self, keys: &[Pages]) -> Result<HashMap<Pages, Self::Value>> {
        let groups = group(keys, |key| &key.parents).into_iter().map(|keys| async move {
            let ids = ids(keys.iter().map(|key| &key.parents));
            let Parents { link, list, .. } = &keys[0].parents;
            let columns = keys.iter().fold(list.table.key_columns(), |set, key| set.with(key.columns));
            let sql = self.first_rows(*link, list, &ids, columns)?;
            let mut pages = vec![Vec::new(); ids.len()];
            let read = |row: &QueryResult| {
                let (parent, row) = (parent(row, ids.len())?, AnyRow::read(list.table, row, 1, columns)?);
                let size = row.size();
                pages[parent].push(row);
                Ok(size)
            };
            self.note(list.table.name, ids.len());
            let statement = self.read_bounded(sql, read).await?;
            Ok::<_, Error>(split(statement, keys, pages, Vec::len))
        });
        some_at_once(groups).await
    }
}

impl Loader<Parents> for Reader {
    /// The number of rows of each parent, in the order of the parents.
    type Value = Answer<Vec<i64>>;
    type Error = Error;

    async fn load(&self, keys: &[Parents]) -> Result<HashMap<Parents, Self::Value>> {
        let groups = group(keys, |key| key).into_iter().map(|keys| async move {
            let ids = ids(keys.iter().copied());
            self.note(keys[0].list.table.name, ids.len());
            let (statement, rows) = self.rows(self.counts(keys[0].link, &keys[0].list, &ids)).await?;
            let mut counts = vec![0; ids.len()];
            for row in &rows {
                counts[parent(row, ids.len())?] = row.try_get_by(1)?;
            }
            Ok::<_, Error>(split(statement, keys, counts, |_| 1))
        });
        some_at_once(groups).await
    }
}

/// The keys that one statement can answer, together.
fn group<K>(keys: &[K], parents: impl Fn(&K) -> &Parents) -> Vec<Vec<&K>> {
    let mut groups: Vec<Vec<&K>> = Vec::new();
    for key in keys {
        match groups.iter_mut().find(|group| parents(group[0]).joins(parents(key))) {
            Some(group) => group.push(key),
            None => groups.push(vec![key]),
        }
    }
    groups
}

fn ids<'a>(parents: impl Iterator<Item = &'a Parents>) -> Vec<Uuid> {
    parents.flat_map(|parents| parents.ids.iter().copied()).collect()
}

/// Gives each key its share of the values, which stand in the order of the keys' parents; `rows` says how many each is
/// made of.
fn split<K: Clone + CrossRequest, V>(
    statement: Statement,
    keys: Vec<&K>,
    values: Vec<V>,
    rows: impl Fn(&V) -> usize,
) -> Vec<(K, Answer<Vec<V>>)> {
    let mut values = values.into_iter();
    let mut share = |key: &K| {
        let value: Vec<V> = values.by_ref().take(key.weight()).collect();
        Answer { statement, rows: value.iter().map(&rows).sum(), value }
    };
    keys.into_iter().map(|key| (key.clone(), share(key))).collect()
}

/// The parent that a row belongs to, by the position that [`Sql::keys`] counts.
fn parent(row: &QueryResult, parents: usize) -> Result<usize> {
    let position: i64 = row.try_get_by(0)?;
    usize::try_from(position - 1)
        .ok()
        .filter(|index| *index < parents)
        .ok_or_else(|| Error::internal("a row of no parent that was asked for"))
}

impl Reader {
    fn first_rows(&self, link: Link, list: &List, parents: &[Uuid], columns: Columns) -> Result<Sql> {
        let mut sql = self.sql();
        let key = match link {
            Link::Column(key) => key,
            Link::Descendants { column, steps } => {
                return tree::first_descendants(sql, (column, steps), list, parents, columns);
            }
        };
        let (of, table) = (list.table, sql.alias());
        sql.push("SELECT k.n, ");
        write_columns(&mut sql, of, "c", columns);
        sql.push(" FROM ").keys(parents);
        let mut seek = Ok(());
        sql.first_per_key(
            of.name,
            table,
            |sql| write_columns(sql, of, table, columns),
            |sql| {
                sql.write(format_args!(" FROM {} AS {table} WHERE {} = k.id", of.name, column(of, table, key)));
                list.write_filter(sql, table);
                seek = list.write_seek(sql, table);
                list.write_order(sql, table);
                sql.write(format_args!(" LIMIT {}", list.limit()));
            },
        );
        seek?;
        if sql.loses_order_per_key() {
            list.write_order(&mut sql, "c");
        }
        Ok(sql)
    }

    fn counts(&self, link: Link, list: &List, parents: &[Uuid]) -> Sql {
        let mut sql = self.sql();
        let key = match link {
            Link::Column(key) => key,
            Link::Descendants { column, steps } => return tree::count_descendants(sql, (column, steps), list, parents),
        };
        let table = sql.alias();
        sql.write(format_args!(
            "SELECT k.n, (SELECT count(*) FROM {} AS {table} WHERE {} = k.id",
            list.table.name,
            column(list.table, table, key)
        ));
        list.write_filter(&mut sql, table);
        sql.push(") FROM ").keys(parents);
        sql
    }
}

/// The rows of a page of each parent's list, with at least these columns, in the order of the parents.
pub(in crate::read) async fn pages<T>(
    ctx: &ContextBase<'_, T>,
    link: Link,
    list: &Arc<List>,
    ids: &Arc<[Uuid]>,
    columns: Columns,
) -> Result<Vec<Vec<Arc<AnyRow>>>> {
    let parents = Parents { link, list: list.clone(), ids: ids.clone() };
    each(ids, load(ctx, Pages { parents, columns })).await
}

/// The number of rows of each parent, in the order of the parents.
pub(in crate::read) async fn totals<T>(
    ctx: &ContextBase<'_, T>,
    link: Link,
    list: &Arc<List>,
    ids: &Arc<[Uuid]>,
) -> Result<Vec<i64>> {
    each(ids, load(ctx, Parents { link, list: list.clone(), ids: ids.clone() })).await
}
