//! Rows by their primary key.

use std::{
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    sync::Arc,
};

use async_graphql::{Context, ContextBase, dataloader::Loader};
use sea_orm::QueryResult;
use service::{Error, Result};
use uuid::Uuid;

use super::{
    Answer, Reader, Shared, check_access,
    cross_request::{CrossRequest, some_at_once},
    each,
    joined::{self, Found, Join},
    load, loader, write_columns,
};
use crate::read::{
    any_row::AnyRow,
    column::Columns,
    plan::{Document, RowPlan},
    table::Table,
};

/// Rows by their ids, with at least these columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByIds {
    table: &'static Table,
    ids: Arc<[Uuid]>,
    columns: Columns,
    /// What comes with them.
    joins: Arc<[Join]>,
}

/// The first id tells enough apart.
impl Hash for ByIds {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.ids.first().hash(state);
    }
}

impl CrossRequest for ByIds {
    fn weight(&self) -> usize {
        self.ids.len()
    }

    fn queue(&self) -> &'static str {
        self.table.name
    }
}

impl Loader<ByIds> for Reader {
    /// In the order of the ids.
    type Value = Answer<Vec<Option<Found>>>;
    type Error = Error;

    async fn load(&self, keys: &[ByIds]) -> Result<HashMap<ByIds, Self::Value>> {
        let mut groups: HashMap<&[Join], Vec<&ByIds>> = HashMap::new();
        for key in keys {
            groups.entry(&key.joins).or_default().push(key);
        }
        some_at_once(groups.into_values().map(|keys| self.by_ids(keys))).await
    }
}

impl Reader {
    /// One statement with the columns that any of the waiting asks for, of one table with the same joins.
    async fn by_ids(&self, keys: Vec<&ByIds>) -> Result<Vec<(ByIds, Answer<Vec<Option<Found>>>)>> {
        let ByIds { table, joins, .. } = keys[0];
        let columns = keys.iter().fold(table.key_columns(), |set, key| set.with(key.columns));
        let ids: HashSet<Uuid> = keys.iter().flat_map(|key| key.ids.iter().copied()).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut sql = self.sql();
        let alias = sql.alias();
        sql.push("SELECT ");
        write_columns(&mut sql, table, alias, columns);
        joined::write(&mut sql, joins, table, alias);
        sql.write(format_args!(" WHERE {alias}.id")).is_any(&ids);
        let own = columns.count();
        let mut found: HashMap<Uuid, Found> = HashMap::with_capacity(ids.len());
        let read = |result: &QueryResult| {
            let row = AnyRow::read(table, result, 0, columns)?;
            let with = joined::read(result, own, joins, &row)?;
            let size = row.size() + with.iter().flatten().map(|row| row.size()).sum::<usize>();
            if let Some(id) = row.id() {
                found.insert(id, Found::new(row, joins.clone(), with));
            }
            Ok(size)
        };
        self.note(table.name, ids.len());
        let statement = self.read_bounded(sql, read).await?;
        let answer = |key: &ByIds| {
            let value: Vec<_> = key.ids.iter().map(|id| found.get(id).cloned()).collect();
            Answer { statement, rows: value.iter().flatten().count(), value }
        };
        Ok(keys.into_iter().map(|key| (key.clone(), answer(key))).collect())
    }
}

/// The rows with these ids, in their order; nothing where there is none.
pub(in crate::read) async fn by_ids<T>(
    ctx: &ContextBase<'_, T>,
    table: &'static Table,
    ids: Arc<[Uuid]>,
    columns: Columns,
) -> Result<Vec<Option<Arc<AnyRow>>>> {
    check_access(ctx, table)?;
    let rows = each(&ids, load(ctx, ByIds { table, ids: ids.clone(), columns, joins: [].into() })).await?;
    Ok(rows.into_iter().map(|found| found.map(|found| found.row)).collect())
}

/// The row with this id, or nothing; with it come the rows that it points at, if they are asked for.
pub async fn by_id(ctx: &Context<'_>, table: &'static Table, id: Uuid) -> Result<Option<Found>> {
    check_access(ctx, table)?;
    let plan = RowPlan::new(Document::of(ctx), table, [&ctx.item.node.selection_set.node]);
    let key = ByIds { table, ids: [id].into(), columns: plan.columns(), joins: joined::of(&plan).into() };
    Ok(load(ctx, key).await?.and_then(|mut rows| rows.pop().flatten()))
}

/// Reads rows as they are, for answers that follow each other: those of one kind that come together in one statement.
pub struct RowReader {
    reader: Shared,
    table: &'static Table,
    columns: Columns,
}

impl RowReader {
    /// With the columns that a field asks for, below the one that is being resolved; nothing when it is not there.
    pub fn below(ctx: &Context<'_>, table: &'static Table, field: &str) -> Result<Option<Self>> {
        let document = Document::of(ctx);
        let below = document.below(&ctx.item.node.selection_set.node, field);
        if below.is_empty() {
            return Ok(None);
        }
        let plan = RowPlan::new(document, table, below);
        check_access(ctx, table)?;
        Ok(Some(Self { reader: loader(ctx)?.loader().clone(), table, columns: plan.columns() }))
    }

    /// The rows with these ids; those that are gone are left out.
    pub async fn read(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Arc<AnyRow>>> {
        let ids: HashSet<Uuid> = ids.into_iter().collect();
        let ids = ids.into_iter().collect();
        let key = ByIds { table: self.table, ids, columns: self.columns, joins: [].into() };
        let answers = self.reader.load(std::slice::from_ref(&key)).await?;
        let rows = answers.into_values().flat_map(|answer| answer.value).flatten();
        Ok(rows.filter_map(|found| Some((found.row.id()?, found.row))).collect())
    }
}
