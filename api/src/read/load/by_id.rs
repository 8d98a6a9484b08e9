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

use super::{Answer, Reader, Shared, admit, gather::Weigh, loader, write_columns};
use crate::read::{
    resource::{Columns, Identified},
    row::Row,
    scalars::Id,
    selection,
};

/// A row by its id, with at least these columns.
#[derive(Debug)]
pub struct ById<T> {
    id: Uuid,
    columns: Columns,
    table: PhantomData<fn() -> T>,
}

impl<T> Clone for ById<T> {
    fn clone(&self) -> Self {
        Self { id: self.id, columns: self.columns, table: PhantomData }
    }
}

impl<T> PartialEq for ById<T> {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id && self.columns == other.columns
    }
}

impl<T> Eq for ById<T> {}

impl<T> Hash for ById<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.id.hash(state);
    }
}

impl<T> Weigh for ById<T> {}

impl<T: Identified> Loader<ById<T>> for Reader {
    type Value = Answer<Option<Arc<T>>>;
    type Error = Error;

    /// One statement with the columns that any of the waiting asks for.
    async fn load(&self, keys: &[ById<T>]) -> Result<HashMap<ById<T>, Self::Value>> {
        let columns = keys.iter().fold(T::key_columns(), |set, key| set.with(key.columns));
        let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
        let mut sql = self.sql();
        let table = sql.alias();
        sql.push("SELECT ");
        write_columns::<T>(&mut sql, table, columns);
        sql.write(format_args!(" FROM {} AS {table} WHERE {table}.id", T::TABLE)).is_any(&ids);
        let (statement, rows) = self.rows(sql).await?;
        let mut found = HashMap::with_capacity(rows.len());
        for row in &rows {
            let row = T::read(row, 0, columns)?;
            if let Some(id) = row.id() {
                found.insert(id, Arc::new(row));
            }
        }
        Ok(keys.iter().map(|key| (key.clone(), Answer { statement, value: found.get(&key.id).cloned() })).collect())
    }
}

/// The row with this id, or nothing.
pub async fn by_id<T: Identified>(ctx: &Context<'_>, id: Id) -> Result<Option<Arc<T>>> {
    admit::<T>(ctx)?;
    let key = ById { id: id.0, columns: selection::columns::<T>(ctx.field()), table: PhantomData };
    let answer = loader(ctx)?.load_one(key).await?;
    Ok(answer.and_then(|answer| answer.seen(ctx)))
}

/// The row that a mutation wrote.
pub async fn row<T: Identified>(ctx: &Context<'_>, id: Uuid) -> Result<Option<Row<T>>> {
    Ok(by_id(ctx, Id(id)).await?.map(Row))
}

/// The rows that a mutation wrote, in its order; those that are gone meanwhile are left out. Who asks for nothing but
/// the keys, or what hangs from them, costs no statement.
pub async fn rows<T: Identified>(ctx: &Context<'_>, ids: &[Uuid]) -> Result<Option<Vec<Row<T>>>> {
    if selection::columns::<T>(ctx.field()) == T::key_columns() {
        admit::<T>(ctx)?;
        return Ok(ids.iter().map(|id| T::of(*id).map(|row| Row(Arc::new(row)))).collect());
    }
    let rows = futures::future::try_join_all(ids.iter().map(|id| row(ctx, *id))).await?;
    Ok(Some(rows.into_iter().flatten().collect()))
}

/// The row that a foreign key points at.
pub async fn to_one<T: Identified>(ctx: &Context<'_>, key: &Id) -> Result<Arc<T>> {
    let row = by_id(ctx, *key).await?;
    // Between the two statements the row and its referrer can both have been deleted.
    row.ok_or_else(|| Error::invalid(format!("the row {} was deleted while it was being read", key.0)))
}

/// The row that a nullable foreign key points at.
pub async fn to_one_nullable<T: Identified>(ctx: &Context<'_>, key: &Option<Id>) -> Result<Option<Arc<T>>> {
    match key {
        Some(key) => by_id(ctx, *key).await,
        None => Ok(None),
    }
}

/// Reads rows as they are, for answers that follow each other: those of one kind that come together in one statement.
pub struct Present<T> {
    reader: Shared,
    columns: Columns,
    table: PhantomData<fn() -> T>,
}

impl<T: Identified> Present<T> {
    /// With the columns that a field asks for, below the one that is being resolved; nothing when it is not there.
    pub fn below(ctx: &Context<'_>, field: &str) -> Result<Option<Self>> {
        let whole = ctx.field();
        let asked = whole.selection_set().filter(|asked| asked.name() == field);
        let columns = asked.map(selection::columns::<T>).reduce(Columns::with);
        let Some(columns) = columns else { return Ok(None) };
        admit::<T>(ctx)?;
        Ok(Some(Self { reader: loader(ctx)?.loader().clone(), columns, table: PhantomData }))
    }

    /// The rows with these ids; those that are gone are left out.
    pub async fn read(&self, ids: impl IntoIterator<Item = Uuid>) -> Result<HashMap<Uuid, Row<T>>> {
        let keys: HashSet<Uuid> = ids.into_iter().collect();
        let keys = keys.into_iter().map(|id| ById { id, columns: self.columns, table: PhantomData });
        let rows = self.reader.load(&keys.collect::<Vec<ById<T>>>()).await?;
        Ok(rows.into_iter().filter_map(|(key, answer)| Some((key.id, Row(answer.value?)))).collect())
    }
}
