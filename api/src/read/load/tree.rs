//! Hierarchies: one recursive statement for all that ask at the same moment.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    marker::PhantomData,
    sync::Arc,
};

use async_graphql::{Context, dataloader::Loader};
use service::{Error, Result, database::Sql};
use uuid::Uuid;

use super::{Answer, Link, Reader, column, gather::Weigh, loader, write_columns};
use crate::read::{
    list::List,
    resource::{Columns, Identified, Resource},
    selection,
};

/// The most steps that a hierarchy is followed. The rules forbid cycles; this bounds a broken one.
pub const MAX_STEPS: u32 = service::limits::LEVELS_ABOVE;

/// Writes `WITH RECURSIVE tree(n, id, depth)`: the rows below each of `roots`.
fn write_descendants<T: Resource>(sql: &mut Sql, link: Link, roots: &[Uuid]) {
    let (Link::Descendants { column: key, .. } | Link::Column(key)) = link;
    let steps = match link {
        Link::Descendants { steps, .. } => steps.min(MAX_STEPS),
        Link::Column(_) => 1,
    };
    let (child, below) = (sql.alias(), sql.alias());
    sql.push("WITH RECURSIVE tree(n, id, depth) AS (SELECT k.n, ").write(format_args!("{child}.id, 1 FROM "));
    sql.keys(roots);
    sql.write(format_args!(
        " JOIN {table} AS {child} ON {up} = k.id WHERE {steps} > 0 \
         UNION ALL SELECT tree.n, {below}.id, tree.depth + 1 FROM tree \
         JOIN {table} AS {below} ON {up_below} = tree.id WHERE tree.depth < {steps}) ",
        table = T::TABLE,
        up = column::<T>(child, key),
        up_below = column::<T>(below, key),
    ));
}

/// The first rows below each root. The whole tree is at hand, so ranking it costs no more than cutting it early.
pub(super) fn first_descendants<T: Resource>(
    mut sql: Sql,
    link: Link,
    list: &List<T>,
    roots: &[Uuid],
    columns: Columns,
) -> Result<Sql> {
    write_descendants::<T>(&mut sql, link, roots);
    let table = sql.alias();
    sql.push("SELECT n, ");
    write_columns::<T>(&mut sql, "c", columns);
    sql.push(" FROM (SELECT tree.n, ");
    write_columns::<T>(&mut sql, table, columns);
    sql.push(", row_number() OVER (PARTITION BY tree.n");
    list.write_order(&mut sql, table);
    sql.write(format_args!(") AS rank FROM tree JOIN {} AS {table} ON {table}.id = tree.id WHERE TRUE", T::TABLE));
    list.write_filter(&mut sql, table);
    list.write_seek(&mut sql, table)?;
    sql.write(format_args!(") AS c WHERE rank <= {} ORDER BY n, rank", list.limit()));
    Ok(sql)
}

/// The number of rows below each root; roots without any are left out.
pub(super) fn count_descendants<T: Resource>(mut sql: Sql, link: Link, list: &List<T>, roots: &[Uuid]) -> Sql {
    write_descendants::<T>(&mut sql, link, roots);
    let table = sql.alias();
    sql.write(format_args!(
        "SELECT tree.n, count(*) FROM tree JOIN {} AS {table} ON {table}.id = tree.id WHERE TRUE",
        T::TABLE
    ));
    list.write_filter(&mut sql, table);
    sql.push(" GROUP BY tree.n");
    sql
}

/// The rows above a row, nearest first, with at least these columns.
#[derive(Debug)]
pub struct Ancestors<T> {
    id: Uuid,
    key: usize,
    columns: Columns,
    table: PhantomData<fn() -> T>,
}

impl<T> Clone for Ancestors<T> {
    fn clone(&self) -> Self {
        Self { id: self.id, key: self.key, columns: self.columns, table: PhantomData }
    }
}

impl<T> PartialEq for Ancestors<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.key == other.key && self.columns == other.columns
    }
}

impl<T> Eq for Ancestors<T> {}

impl<T> Hash for Ancestors<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<T> Weigh for Ancestors<T> {}

impl<T: Identified> Loader<Ancestors<T>> for Reader {
    type Value = Answer<Vec<Arc<T>>>;
    type Error = Error;

    async fn load(&self, keys: &[Ancestors<T>]) -> Result<HashMap<Ancestors<T>, Self::Value>> {
        // A table has one hierarchy, so all keys follow the same column.
        let Some(first) = keys.first() else { return Ok(HashMap::new()) };
        let columns = keys.iter().fold(T::key_columns(), |set, key| set.with(key.columns));
        let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
        let mut sql = self.sql();
        let (below, row) = (sql.alias(), sql.alias());
        sql.push("WITH RECURSIVE tree(n, id, depth) AS (SELECT k.n, ")
            .write(format_args!("{}, 1 FROM ", column::<T>(below, first.key)))
            .keys(&ids)
            .write(format_args!(
                " JOIN {table} AS {below} ON {below}.id = k.id \
                 UNION ALL SELECT tree.n, {up}, tree.depth + 1 FROM tree \
                 JOIN {table} AS {row} ON {row}.id = tree.id WHERE tree.depth < {MAX_STEPS}) SELECT tree.n, ",
                table = T::TABLE,
                up = column::<T>(row, first.key),
            ));
        write_columns::<T>(&mut sql, row, columns);
        sql.write(format_args!(
            " FROM tree JOIN {} AS {row} ON {row}.id = tree.id ORDER BY tree.n, tree.depth",
            T::TABLE
        ));
        let (statement, rows) = self.rows(sql).await?;
        let mut paths = vec![Vec::new(); keys.len()];
        for row in &rows {
            let position: i64 = row.try_get_by(0)?;
            if let Some(path) = usize::try_from(position - 1).ok().and_then(|index| paths.get_mut(index)) {
                path.push(Arc::new(T::read(row, 1, columns)?));
            }
        }
        Ok(keys.iter().cloned().zip(paths.into_iter().map(|value| Answer { statement, value })).collect())
    }
}

/// The rows above a row, nearest first; `key` is the column that holds the id of the row above.
pub async fn ancestors<T: Identified>(ctx: &Context<'_>, id: Uuid, key: usize) -> Result<Vec<Arc<T>>> {
    let key = Ancestors { id, key, columns: selection::columns::<T>(ctx.field()), table: PhantomData };
    let answer = loader(ctx)?.load_one(key).await?;
    Ok(answer.map(|answer| answer.seen(ctx)).unwrap_or_default())
}
