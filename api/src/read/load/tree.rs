//! Hierarchies: one recursive statement for all that ask at the same moment.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{ContextBase, dataloader::Loader};
use sea_orm::QueryResult;
use service::{Error, Result, database::Sql};
use uuid::Uuid;

use super::{Answer, Reader, column, cross_request::CrossRequest, each, load, write_columns};
use crate::read::{any_row::AnyRow, column::Columns, list::List, table::Table};

/// The most steps that a hierarchy is followed. The rules forbid cycles; this bounds a broken one.
pub const MAX_STEPS: u32 = service::limits::LEVELS_ABOVE;

/// The column that holds the id of the row above, and the most steps.
type Path = (usize, u32);

/// Writes `WITH RECURSIVE tree(n, id, depth)`: the rows below each of `roots`.
pub(in crate::read) fn write_descendants(sql: &mut Sql, table: &Table, (key, steps): Path, roots: &[Uuid]) {
    let (child, below) = (sql.alias(), sql.alias());
    sql.push("WITH RECURSIVE tree(n, id, depth) AS (SELECT k.n, ").write(format_args!("{child}.id, 1 FROM "));
    sql.keys(roots);
    sql.write(format_args!(
        " JOIN {table} AS {child} ON {up} = k.id WHERE {steps} > 0 \
         UNION ALL SELECT tree.n, {below}.id, tree.depth + 1 FROM tree \
         JOIN {table} AS {below} ON {up_below} = tree.id WHERE tree.depth < {steps}) ",
        table = table.name,
        up = column(table, child, key),
        up_below = column(table, below, key),
    ));
}

/// The first rows below each root. The whole tree is at hand, so ranking it costs no more than cutting it early.
pub(super) fn first_descendants(
    mut sql: Sql,
    path: Path,
    list: &List,
    roots: &[Uuid],
    columns: Columns,
) -> Result<Sql> {
    write_descendants(&mut sql, list.table, path, roots);
    let table = sql.alias();
    sql.push("SELECT n, ");
    write_columns(&mut sql, list.table, "c", columns);
    sql.push(" FROM (SELECT tree.n, ");
    write_columns(&mut sql, list.table, table, columns);
    sql.push(", row_number() OVER (PARTITION BY tree.n");
    list.write_order(&mut sql, table);
    sql.write(format_args!(
        ") AS rank FROM tree JOIN {} AS {table} ON {table}.id = tree.id WHERE TRUE",
        list.table.name
    ));
    list.write_filter(&mut sql, table);
    list.write_seek(&mut sql, table)?;
    sql.write(format_args!(") AS c WHERE rank <= {} ORDER BY n, rank", list.limit()));
    Ok(sql)
}

/// The number of rows below each root; roots without any are left out.
pub(super) fn count_descendants(mut sql: Sql, path: Path, list: &List, roots: &[Uuid]) -> Sql {
    write_descendants(&mut sql, list.table, path, roots);
    let table = sql.alias();
    sql.write(format_args!(
        "SELECT tree.n, count(*) FROM tree JOIN {} AS {table} ON {table}.id = tree.id WHERE TRUE",
        list.table.name
    ));
    list.write_filter(&mut sql, table);
    sql.push(" GROUP BY tree.n");
    sql
}

/// The rows above each of some rows, nearest first, with at least these columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Ancestors {
    table: &'static Table,
    ids: Arc<[Uuid]>,
    key: usize,
    columns: Columns,
}

impl CrossRequest for Ancestors {
    fn weight(&self) -> usize {
        self.ids.len()
    }

    fn queue(&self) -> &'static str {
        self.table.name
    }
}

impl Loader<Ancestors> for Reader {
    /// In the order of the rows.
    type Value = Answer<Vec<Vec<Arc<AnyRow>>>>;
    type Error = Error;

    async fn load(&self, keys: &[Ancestors]) -> Result<HashMap<Ancestors, Self::Value>> {
        // A table has one hierarchy, so all keys follow the same column.
        let Some(Ancestors { table, key, .. }) = keys.first() else { return Ok(HashMap::new()) };
        let columns = keys.iter().fold(table.key_columns(), |set, key| set.with(key.columns));
        let ids: Vec<Uuid> = keys.iter().flat_map(|key| key.ids.iter().copied()).collect();
        let mut sql = self.sql();
        let (below, row) = (sql.alias(), sql.alias());
        sql.push("WITH RECURSIVE tree(n, id, depth) AS (SELECT k.n, ")
            .write(format_args!("{}, 1 FROM ", column(table, below, *key)))
            .keys(&ids)
            .write(format_args!(
                " JOIN {name} AS {below} ON {below}.id = k.id \
                 UNION ALL SELECT tree.n, {up}, tree.depth + 1 FROM tree \
                 JOIN {name} AS {row} ON {row}.id = tree.id WHERE tree.depth < {MAX_STEPS}) SELECT tree.n, ",
                name = table.name,
                up = column(table, row, *key),
            ));
        write_columns(&mut sql, table, row, columns);
        sql.write(format_args!(
            " FROM tree JOIN {} AS {row} ON {row}.id = tree.id ORDER BY tree.n, tree.depth",
            table.name
        ));
        let mut paths = vec![Vec::new(); ids.len()];
        let read = |result: &QueryResult| {
            let (position, row): (i64, _) = (result.try_get_by(0)?, AnyRow::read(table, result, 1, columns)?);
            let size = row.size();
            if let Some(path) = usize::try_from(position - 1).ok().and_then(|index| paths.get_mut(index)) {
                path.push(row);
            }
            Ok(size)
        };
        self.note(table.name, ids.len());
        let statement = self.read_bounded(sql, read).await?;
        let mut paths = paths.into_iter();
        let mut share = |key: &Ancestors| {
            let value: Vec<_> = paths.by_ref().take(key.weight()).collect();
            Answer { statement, rows: value.iter().map(Vec::len).sum(), value }
        };
        Ok(keys.iter().map(|key| (key.clone(), share(key))).collect())
    }
}

/// The rows above each of some rows, nearest first; `key` is the column that holds the id of the row above.
pub(in crate::read) async fn ancestors<T>(
    ctx: &ContextBase<'_, T>,
    table: &'static Table,
    ids: &Arc<[Uuid]>,
    key: usize,
    columns: Columns,
) -> Result<Vec<Vec<Arc<AnyRow>>>> {
    each(ids, load(ctx, Ancestors { table, ids: ids.clone(), key, columns })).await
}
