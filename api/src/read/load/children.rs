//! The rows that point back at a parent, a page of them for each parent.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{Context, dataloader::Loader};
use sea_orm::QueryResult;
use service::{Error, Result, database::Sql};
use uuid::Uuid;

use super::{Answer, Reader, column, loader, tree, write_columns};
use crate::read::{
    connection::Connection,
    list::{Arguments, List},
    order::Sort,
    resource::{Columns, Resource},
    selection::Wanted,
};

/// How the rows of a list belong to their parent.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Link {
    /// This column holds the parent's id.
    Column(usize),
    /// Following this column upwards leads to the parent in at most so many steps.
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

/// What is asked about one parent's list.
#[derive(Debug)]
struct Scope<T: Resource> {
    link: Link,
    parent: Uuid,
    list: Arc<List<T>>,
}

impl<T: Resource> Scope<T> {
    /// Whether one statement can answer both.
    fn joins(&self, other: &Self) -> bool {
        self.link == other.link && (Arc::ptr_eq(&self.list, &other.list) || self.list == other.list)
    }
}

impl<T: Resource> Clone for Scope<T> {
    fn clone(&self) -> Self {
        Self { link: self.link, parent: self.parent, list: self.list.clone() }
    }
}

impl<T: Resource> PartialEq for Scope<T> {
    fn eq(&self, other: &Self) -> bool {
        self.parent == other.parent && self.joins(other)
    }
}

impl<T: Resource> Eq for Scope<T> {}

impl<T: Resource> Hash for Scope<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.parent.hash(state);
        self.list.identity.hash(state);
    }
}

/// A page of a parent's list, with at least these columns.
#[derive(Debug)]
pub struct Children<T: Resource> {
    scope: Scope<T>,
    columns: Columns,
}

impl<T: Resource> Clone for Children<T> {
    fn clone(&self) -> Self {
        Self { scope: self.scope.clone(), columns: self.columns }
    }
}

impl<T: Resource> PartialEq for Children<T> {
    fn eq(&self, other: &Self) -> bool {
        self.columns == other.columns && self.scope == other.scope
    }
}

impl<T: Resource> Eq for Children<T> {}

impl<T: Resource> Hash for Children<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.scope.hash(state);
    }
}

/// The number of rows of a parent's list.
#[derive(Debug)]
pub struct Count<T: Resource>(Scope<T>);

impl<T: Resource> Clone for Count<T> {
    fn clone(&self) -> Self {
        Self(self.0.clone())
    }
}

impl<T: Resource> PartialEq for Count<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}

impl<T: Resource> Eq for Count<T> {}

impl<T: Resource> Hash for Count<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}

impl<T: Resource> Loader<Children<T>> for Reader {
    type Value = Answer<Vec<Arc<T>>>;
    type Error = Error;

    /// One statement for each list that is asked of any number of parents.
    async fn load(&self, keys: &[Children<T>]) -> Result<HashMap<Children<T>, Self::Value>> {
        let groups = group(keys, |key| &key.scope).into_iter().map(|keys| async move {
            let columns = keys.iter().fold(T::key_columns(), |set, key| set.with(key.columns));
            let parents: Vec<Uuid> = keys.iter().map(|key| key.scope.parent).collect();
            let sql = self.first_rows(&keys[0].scope, &parents, columns)?;
            let (statement, rows) = self.rows(sql).await?;
            let mut pages = vec![Vec::new(); keys.len()];
            for row in &rows {
                pages[parent(row, keys.len())?].push(Arc::new(T::read(row, 1, columns)?));
            }
            Ok::<_, Error>(
                keys.into_iter().cloned().zip(pages.into_iter().map(move |value| Answer { statement, value })),
            )
        });
        Ok(futures::future::try_join_all(groups).await?.into_iter().flatten().collect())
    }
}

impl<T: Resource> Loader<Count<T>> for Reader {
    type Value = Answer<i64>;
    type Error = Error;

    async fn load(&self, keys: &[Count<T>]) -> Result<HashMap<Count<T>, Self::Value>> {
        let groups = group(keys, |key| &key.0).into_iter().map(|keys| async move {
            let parents: Vec<Uuid> = keys.iter().map(|key| key.0.parent).collect();
            let (statement, rows) = self.rows(self.counts(&keys[0].0, &parents)).await?;
            let mut counts = vec![0; keys.len()];
            for row in &rows {
                counts[parent(row, keys.len())?] = row.try_get_by(1)?;
            }
            Ok::<_, Error>(
                keys.into_iter().cloned().zip(counts.into_iter().map(move |value| Answer { statement, value })),
            )
        });
        Ok(futures::future::try_join_all(groups).await?.into_iter().flatten().collect())
    }
}

/// The keys that one statement can answer, together.
fn group<K, T: Resource>(keys: &[K], scope: impl Fn(&K) -> &Scope<T>) -> Vec<Vec<&K>> {
    let mut groups: Vec<Vec<&K>> = Vec::new();
    for key in keys {
        match groups.iter_mut().find(|group| scope(group[0]).joins(scope(key))) {
            Some(group) => group.push(key),
            None => groups.push(vec![key]),
        }
    }
    groups
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
    fn first_rows<T: Resource>(&self, scope: &Scope<T>, parents: &[Uuid], columns: Columns) -> Result<Sql> {
        let list = &scope.list;
        let mut sql = self.sql();
        let Link::Column(key) = scope.link else {
            return tree::first_descendants(sql, scope.link, list, parents, columns);
        };
        let table = sql.alias();
        sql.push("SELECT k.n, ");
        write_columns::<T>(&mut sql, "c", columns);
        sql.push(" FROM ").keys(parents);
        let mut seek = Ok(());
        sql.first_per_key(
            T::TABLE,
            table,
            |sql| write_columns::<T>(sql, table, columns),
            |sql| {
                sql.write(format_args!(" FROM {} AS {table} WHERE {} = k.id", T::TABLE, column::<T>(table, key)));
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

    fn counts<T: Resource>(&self, scope: &Scope<T>, parents: &[Uuid]) -> Sql {
        let mut sql = self.sql();
        let Link::Column(key) = scope.link else {
            return tree::count_descendants(sql, scope.link, &scope.list, parents);
        };
        let table = sql.alias();
        sql.write(format_args!(
            "SELECT k.n, (SELECT count(*) FROM {} AS {table} WHERE {} = k.id",
            T::TABLE,
            column::<T>(table, key)
        ));
        scope.list.write_filter(&mut sql, table);
        sql.push(") FROM ").keys(parents);
        sql
    }
}

/// A page of the rows that belong to `parent`. `name` is the field, `order` its own order.
pub async fn children<T: Resource>(
    ctx: &Context<'_>,
    name: &str,
    link: Link,
    parent: Uuid,
    order: &[Sort],
    arguments: Arguments<T>,
) -> Result<Connection<T>> {
    let list = List::<T>::new(name, order, arguments)?;
    let wanted = Wanted::of::<T>(ctx, &list.keys);
    let loader = loader(ctx)?;
    let scope = Scope { link, parent, list };
    let rows = async {
        match wanted.columns {
            Some(columns) => loader.load_one(Children { scope: scope.clone(), columns }).await,
            None => Ok(None),
        }
    };
    let total = async {
        match wanted.total {
            true => loader.load_one(Count(scope.clone())).await,
            false => Ok(None),
        }
    };
    let (rows, total) = futures::try_join!(rows, total)?;
    let rows = rows.map(|answer| answer.seen(ctx)).unwrap_or_default();
    Ok(Connection::new(scope.list, rows, total.map(|answer| answer.seen(ctx))))
}
