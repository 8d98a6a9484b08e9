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

use super::{Answer, Reader, Shared, admit, cross_request::CrossRequest, each, load, loader, write_columns};
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
    type Value = Answer<Vec<Option<Arc<dyn AnyRow>>>>;
    type Error = Error;

    /// One statement with the columns that any of the waiting asks for.
    async fn load(&self, keys: &[ByIds]) -> Result<HashMap<ByIds, Self::Value>> {
        let Some(table) = keys.first().map(|key| key.table) else { return Ok(HashMap::new()) };
        let columns = keys.iter().fold(table.key_columns(), |set, key| set.with(key.columns));
        let ids: HashSet<Uuid> = keys.iter().flat_map(|key| key.ids.iter().copied()).collect();
        let ids: Vec<Uuid> = ids.into_iter().collect();
        let mut sql = self.sql();
        let alias = sql.alias();
        sql.push("SELECT ");
        write_columns(&mut sql, table, alias, columns);
        sql.write(format_args!(" FROM {} AS {alias} WHERE {alias}.id", table.name)).is_any(&ids);
        let (statement, rows) = self.rows(sql).await?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in &rows {
            let row = table.read(row, 0, columns)?;
            if let Some(id) = row.id() {
                found.insert(id, row);
            }
        }
        let value = |key: &ByIds| key.ids.iter().map(|id| found.get(id).cloned()).collect();
        Ok(keys.iter().map(|key| (key.clone(), Answer { statement, value: value(key) })).collect())
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
    each(&ids, |ids| load(ctx, ByIds { table, ids, columns })).await
}

/// The columns that the field that is being resolved asks for.
fn columns(ctx: &Context<'_>, table: &'static Table) -> Columns {
    RowPlan::new(Document::of(ctx), table, [&ctx.item.node.selection_set.node]).columns()
}

/// The row with this id, or nothing.
pub async fn by_id(ctx: &Context<'_>, table: &'static Table, id: Uuid) -> Result<Option<Arc<dyn AnyRow>>> {
    Ok(by_ids(ctx, table, vec![id], columns(ctx, table)).await?.pop().flatten())
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
        let key = ByIds { table: T::TABLE, ids, columns: self.columns };
        let answers = self.reader.load(std::slice::from_ref(&key)).await?;
        let rows = answers.into_values().flat_map(|answer| answer.value).flatten();
        Ok(rows.filter_map(|row| Some((row.id()?, Row::from(row)))).collect())
    }
}
