//! Rows by their primary key.

use std::{
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    marker::PhantomData,
    sync::Arc,
};

use async_graphql::{Context, ContextBase, dataloader::Loader};
use service::{Error, Result};
use uuid::Uuid;

use super::{
    Answer, Reader, Shared, admit,
    along::{self, Along, Came, Known},
    cross_request::CrossRequest,
    each, load, loader, write_columns,
};
use crate::read::{
    column::Columns,
    plan::{Document, RowPlan},
    resource::Identified,
    row::Row,
    scalars::Id,
    table::{AnyRow, Table},
};

/// Rows by their ids, with at least these columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ByIds {
    table: &'static Table,
    ids: Arc<[Uuid]>,
    columns: Columns,
    /// What comes with them.
    along: Arc<[Along]>,
}

/// A row, and what came with it.
type Found = (Arc<dyn AnyRow>, Vec<Option<Known>>);

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
        let mut groups: HashMap<&[Along], Vec<&ByIds>> = HashMap::new();
        for key in keys {
            groups.entry(&key.along).or_default().push(key);
        }
        let groups = groups.into_values().map(|keys| self.by_ids(keys));
        Ok(futures::future::try_join_all(groups).await?.into_iter().flatten().collect())
    }
}

impl Reader {
    /// One statement with the columns that any of the waiting asks for, of one table with the same along.
    async fn by_ids(&self, keys: Vec<&ByIds>) -> Result<Vec<(ByIds, Answer<Vec<Option<Found>>>)>> {
        let ByIds { table, along, .. } = keys[0];
        let columns = keys.iter().fold(table.key_columns(), |set, key| set.with(key.columns));
        let ids: HashSet<Uuid> = keys.iter().flat_map(|key| key.ids.iter().copied()).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut sql = self.sql();
        let alias = sql.alias();
        sql.push("SELECT ");
        write_columns(&mut sql, table, alias, columns);
        along::write(&mut sql, along, table, alias);
        sql.write(format_args!(" WHERE {alias}.id")).is_any(&ids);
        let (statement, rows) = self.rows(sql).await?;
        let own = columns.iter().count();
        let mut found: HashMap<Uuid, Found> = HashMap::with_capacity(rows.len());
        for result in &rows {
            let row = table.read(result, 0, columns)?;
            let with = along::read(result, own, along, &row)?;
            if let Some(id) = row.id() {
                found.insert(id, (row, with));
            }
        }
        let value = |key: &ByIds| key.ids.iter().map(|id| found.get(id).cloned()).collect();
        Ok(keys.into_iter().map(|key| (key.clone(), Answer { statement, value: value(key) })).collect())
    }
}

/// The rows with these ids, in their order; nothing where there is none.
pub(in crate::read) async fn by_ids<T>(
    ctx: &ContextBase<'_, T>,
    table: &'static Table,
    ids: Vec<Uuid>,
    columns: Columns,
) -> Result<Vec<Option<Arc<dyn AnyRow>>>> {
    admit(ctx, table)?;
    let came = ctx.data_opt::<Came>();
    let mut rows: Vec<_> = ids.iter().map(|id| came.and_then(|came| came.take(table, *id, columns))).collect();
    let missing: Vec<Uuid> = ids.into_iter().zip(&rows).filter(|(_, row)| row.is_none()).map(|(id, _)| id).collect();
    let along: Arc<[Along]> = [].into();
    let read = each(&missing, |ids| load(ctx, ByIds { table, ids, columns, along: along.clone() })).await?;
    for (place, found) in rows.iter_mut().filter(|row| row.is_none()).zip(read) {
        *place = found.map(|(row, _)| row);
    }
    Ok(rows)
}

/// The columns that the field that is being resolved asks for.
fn columns(ctx: &Context<'_>, table: &'static Table) -> Columns {
    RowPlan::new(Document::of(ctx), table, [&ctx.item.node.selection_set.node]).columns()
}

/// The row with this id, or nothing; with it come the rows that it points at, if they are asked for.
pub async fn by_id(ctx: &Context<'_>, table: &'static Table, id: Uuid) -> Result<Option<Arc<dyn AnyRow>>> {
    admit(ctx, table)?;
    let plan = RowPlan::new(Document::of(ctx), table, [&ctx.item.node.selection_set.node]);
    let came = ctx.data_opt::<Came>();
    let along = came.map(|_| along::of(&plan)).unwrap_or_default();
    let key = ByIds { table, ids: [id].into(), columns: plan.columns(), along: along.into() };
    let Some((row, with)) = load(ctx, key).await?.and_then(|mut rows| rows.pop().flatten()) else { return Ok(None) };
    if let Some(came) = came {
        came.put(with.into_iter().flatten());
    }
    Ok(Some(row))
}

/// The row that a mutation wrote.
pub async fn row<T: Identified>(ctx: &Context<'_>, id: Uuid) -> Result<Option<Row<T>>> {
    Ok(by_id(ctx, T::TABLE, id).await?.map(Row::from))
}

/// The rows that a mutation wrote, in its order; those that are gone meanwhile are left out. Who asks for nothing but
/// the keys, or what hangs from them, costs no statement.
pub async fn rows<T: Identified>(ctx: &Context<'_>, ids: &[Uuid]) -> Result<Option<Vec<Row<T>>>> {
    let (table, columns) = (T::TABLE, columns(ctx, T::TABLE));
    if columns == table.key_columns() {
        admit(ctx, table)?;
        return Ok(ids.iter().map(|id| T::of(*id).map(|row| Row::from(Arc::new(row) as Arc<dyn AnyRow>))).collect());
    }
    let rows = by_ids(ctx, table, ids.to_vec(), columns).await?;
    Ok(Some(rows.into_iter().flatten().map(Row::from).collect()))
}

/// The row that a key outside of a table points at.
pub async fn to_one<T: Identified>(ctx: &Context<'_>, key: &Id) -> Result<Row<T>> {
    // Between the two statements the row and its referrer can both have been deleted.
    let gone = || Error::invalid(format!("the row {} was deleted while it was being read", key.0));
    Ok(by_id(ctx, T::TABLE, key.0).await?.ok_or_else(gone)?.into())
}

/// Reads rows as they are, for answers that follow each other: those of one kind that come together in one statement.
pub struct RowReader<T> {
    reader: Shared,
    columns: Columns,
    table: PhantomData<fn() -> T>,
}

impl<T: Identified> RowReader<T> {
    /// With the columns that a field asks for, below the one that is being resolved; nothing when it is not there.
    pub fn below(ctx: &Context<'_>, field: &str) -> Result<Option<Self>> {
        let (table, document) = (T::TABLE, Document::of(ctx));
        let below = document.below(&ctx.item.node.selection_set.node, field);
        if below.is_empty() {
            return Ok(None);
        }
        let plan = RowPlan::new(document, table, below);
        admit(ctx, table)?;
        Ok(Some(Self { reader: loader(ctx)?.loader().clone(), columns: plan.columns(), table: PhantomData }))
    }

    /// The rows with these ids; those that are gone are left out.
    pub async fn read(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Row<T>>> {
        let ids: HashSet<Uuid> = ids.into_iter().collect();
        let ids: Arc<[Uuid]> = ids.into_iter().collect();
        let key = ByIds { table: T::TABLE, ids, columns: self.columns, along: [].into() };
        let answers = self.reader.load(std::slice::from_ref(&key)).await?;
        let rows = answers.into_values().flat_map(|answer| answer.value).flatten();
        Ok(rows.filter_map(|(row, _)| Some((row.id()?, Row::from(row)))).collect())
    }
}
