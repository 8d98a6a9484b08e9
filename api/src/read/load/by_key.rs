//! Rows by a natural key: a column of unique texts.

use std::{
    collections::HashMap,
    hash::{Hash, Hasher},
    marker::PhantomData,
    sync::Arc,
};

use async_graphql::{Context, dataloader::Loader};
use service::{
    Error, Result,
    refusal::{Code, Refusal},
    value::{NUL, is_storable},
};

use super::{Answer, Reader, admit, column, gather::Weigh, loader, write_columns};
use crate::read::{
    resource::{Columns, Resource},
    selection,
};

/// A row by a unique text, with at least these columns.
#[derive(Debug)]
pub struct ByKey<T> {
    key: usize,
    text: String,
    columns: Columns,
    table: PhantomData<fn() -> T>,
}

impl<T> Clone for ByKey<T> {
    fn clone(&self) -> Self {
        Self { key: self.key, text: self.text.clone(), columns: self.columns, table: PhantomData }
    }
}

impl<T> PartialEq for ByKey<T> {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.text == other.text && self.columns == other.columns
    }
}

impl<T> Eq for ByKey<T> {}

impl<T> Hash for ByKey<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl<T> Weigh for ByKey<T> {}

impl<T: Resource> Loader<ByKey<T>> for Reader {
    type Value = Answer<Option<Arc<T>>>;
    type Error = Error;

    async fn load(&self, keys: &[ByKey<T>]) -> Result<HashMap<ByKey<T>, Self::Value>> {
        let mut columns: HashMap<usize, Vec<&ByKey<T>>> = HashMap::new();
        for key in keys {
            columns.entry(key.key).or_default().push(key);
        }
        let groups = columns.into_values().map(|keys| self.by_key(keys));
        Ok(futures::future::try_join_all(groups).await?.into_iter().flatten().collect())
    }
}

impl Reader {
    async fn by_key<T: Resource>(&self, keys: Vec<&ByKey<T>>) -> Result<Vec<(ByKey<T>, Answer<Option<Arc<T>>>)>> {
        let columns = keys.iter().fold(T::key_columns(), |set, key| set.with(key.columns));
        let texts: Vec<&str> = keys.iter().map(|key| key.text.as_str()).collect();
        let mut sql = self.sql();
        let table = sql.alias();
        sql.push("SELECT k.n, ");
        write_columns::<T>(&mut sql, table, columns);
        sql.push(" FROM ").texts(&texts);
        sql.write(format_args!(" JOIN {} AS {table} ON {} = k.id", T::TABLE, column::<T>(table, keys[0].key)));
        let (statement, rows) = self.rows(sql).await?;
        let mut values = vec![None; keys.len()];
        for row in &rows {
            let position: i64 = row.try_get_by(0)?;
            if let Some(value) = usize::try_from(position - 1).ok().and_then(|index| values.get_mut(index)) {
                *value = Some(Arc::new(T::read(row, 1, columns)?));
            }
        }
        Ok(keys.into_iter().cloned().zip(values.into_iter().map(|value| Answer { statement, value })).collect())
    }
}

/// The row whose column `key` is this text, or nothing.
pub async fn by_key<T: Resource>(ctx: &Context<'_>, key: usize, text: String) -> Result<Option<Arc<T>>> {
    admit::<T>(ctx)?;
    if !is_storable(&text) {
        let message = format!("the text cannot be looked up: {NUL}");
        return Err(Refusal::new(Code::Invalid, message).at([&T::fields()[key]]).into());
    }
    let key = ByKey { key, text, columns: selection::columns::<T>(ctx.field()), table: PhantomData };
    let answer = loader(ctx)?.load_one(key).await?;
    Ok(answer.and_then(|answer| answer.seen(ctx)))
}

/// How e-mail addresses are stored.
pub fn lower_case(text: &str) -> String {
    text.trim().to_lowercase()
}
