//! Rows by their primary key.

use std::{
    collections::{HashMap, HashSet},
    hash::{Hash, Hasher},
    marker::PhantomData,
    sync::Arc,
};

use async_graphql::{Context, dataloader::Loader};
use service::{Error, Result};
use uuid::Uuid;

use super::{Answer, Reader, Shared, admit, cross_request::CrossRequest, load, loader, write_columns};
use crate::read::{
    resource::{AnyRow, Columns, Identified, Table, typed},
    row::Row,
    scalars::Id,
    selection,
};

/// A row by its id, with at least these columns.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ById {
    table: &'static Table,
    id: Uuid,
    columns: Columns,
}

/// The id tells enough apart.
impl Hash for ById {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl CrossRequest for ById {
    fn queue(&self) -> &'static str {
        self.table.name
    }
}

impl Loader<ById> for Reader {
    type Value = Answer<Option<Arc<dyn AnyRow>>>;
    type Error = Error;

    /// One statement with the columns that any of the waiting asks for.
    async fn load(&self, keys: &[ById]) -> Result<HashMap<ById, Self::Value>> {
        let Some(table) = keys.first().map(|key| key.table) else { return Ok(HashMap::new()) };
        let columns = keys.iter().fold(table.key_columns(), |set, key| set.with(key.columns));
        let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
        let mut sql = self.sql();
        let alias = sql.alias();
        sql.push("SELECT ");
        write_columns(&mut sql, table, alias, columns);
        sql.write(format_args!(" FROM {} AS {alias} WHERE {alias}.id", table.name)).is_any(&ids);
        let (statement, rows) = self.rows(sql).await?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in &rows {
            let row = (table.read)(row, 0, columns)?;
            if let Some(id) = row.id() {
                found.insert(id, row);
            }
        }
        Ok(keys.iter().map(|key| (key.clone(), Answer { statement, value: found.get(&key.id).cloned() })).collect())
    }
}

/// The row with this id, or nothing.
pub async fn by_id<T: Identified>(ctx: &Context<'_>, id: Id) -> Result<Option<Arc<T>>> {
    any_by_id(ctx, T::TABLE, id.0).await?.map(typed).transpose()
}

async fn any_by_id(ctx: &Context<'_>, table: &'static Table, id: Uuid) -> Result<Option<Arc<dyn AnyRow>>> {
    admit(ctx, table)?;
    let key = ById { table, id, columns: selection::columns(table, ctx.field()) };
    Ok(load(ctx, key).await?.flatten())
}

/// The row that a mutation wrote.
pub async fn row<T: Identified>(ctx: &Context<'_>, id: Uuid) -> Result<Option<Row<T>>> {
    Ok(by_id(ctx, Id(id)).await?.map(Row))
}

/// The rows that a mutation wrote, in its order; those that are gone meanwhile are left out. Who asks for nothing but
/// the keys, or what hangs from them, costs no statement.
pub async fn rows<T: Identified>(ctx: &Context<'_>, ids: &[Uuid]) -> Result<Option<Vec<Row<T>>>> {
    let table = T::TABLE;
    if selection::columns(table, ctx.field()) == table.key_columns() {
        admit(ctx, table)?;
        return Ok(ids.iter().map(|id| T::of(*id).map(|row| Row(Arc::new(row)))).collect());
    }
    let rows = futures::future::try_join_all(ids.iter().map(|id| row(ctx, *id))).await?;
    Ok(Some(rows.into_iter().flatten().collect()))
}

/// The row that a foreign key points at; one that cannot be null must be there.
pub async fn referenced(
    ctx: &Context<'_>,
    table: &'static Table,
    id: Option<Uuid>,
    is_needed: bool,
) -> Result<Option<Arc<dyn AnyRow>>> {
    let Some(id) = id else { return Ok(None) };
    match any_by_id(ctx, table, id).await? {
        // Between the two statements the row and its referrer can both have been deleted.
        None if is_needed => Err(Error::invalid(format!("the row {id} was deleted while it was being read"))),
        row => Ok(row),
    }
}

/// The row that a key outside of a table points at.
pub async fn to_one<T: Identified>(ctx: &Context<'_>, key: &Id) -> Result<Arc<T>> {
    match referenced(ctx, T::TABLE, Some(key.0), true).await? {
        Some(row) => typed(row),
        None => Err(Error::internal("a row that is needed and not there")),
    }
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
        let (whole, table) = (ctx.field(), T::TABLE);
        let asked = whole.selection_set().filter(|asked| asked.name() == field);
        let columns = asked.map(|asked| selection::columns(table, asked)).reduce(Columns::with);
        let Some(columns) = columns else { return Ok(None) };
        admit(ctx, table)?;
        Ok(Some(Self { reader: loader(ctx)?.loader().clone(), columns, table: PhantomData }))
    }

    /// The rows with these ids; those that are gone are left out.
    pub async fn read(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Row<T>>> {
        let keys: HashSet<Uuid> = ids.into_iter().collect();
        let keys = keys.into_iter().map(|id| ById { table: T::TABLE, id, columns: self.columns });
        let answers = self.reader.load(&keys.collect::<Vec<_>>()).await?;
        let mut rows = HashMap::with_capacity(answers.len());
        for (key, answer) in answers {
            if let Some(row) = answer.value {
                rows.insert(key.id, Row(typed(row)?));
            }
        }
        Ok(rows)
    }
}
