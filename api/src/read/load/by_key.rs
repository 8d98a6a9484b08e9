//! Rows by a natural key: a column of unique texts.

use std::{collections::HashMap, sync::Arc};

use async_graphql::{Context, dataloader::Loader};
use sea_orm::QueryResult;
use service::{
    Error, Result,
    refusal::{Code, Refusal},
    value::{NUL, is_storable},
};

use super::{
    Answer, Reader, check_access, column,
    cross_request::{CrossRequest, some_at_once},
    load, write_columns,
};
use crate::read::{
    any_row::AnyRow,
    column::Columns,
    names::camel,
    plan::{Document, RowPlan},
    table::Table,
};

/// A row by a unique text, with at least these columns.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct ByKey {
    table: &'static Table,
    key: usize,
    text: String,
    columns: Columns,
}

impl CrossRequest for ByKey {
    fn queue(&self) -> &'static str {
        self.table.name
    }
}

impl Loader<ByKey> for Reader {
    type Value = Answer<Option<Arc<AnyRow>>>;
    type Error = Error;

    async fn load(&self, keys: &[ByKey]) -> Result<HashMap<ByKey, Self::Value>> {
        let mut columns: HashMap<usize, Vec<&ByKey>> = HashMap::new();
        for key in keys {
            columns.entry(key.key).or_default().push(key);
        }
        let groups = columns.into_values().map(|keys| self.by_key(keys));
        some_at_once(groups).await
    }
}

impl Reader {
    /// Of one table, by one column.
    async fn by_key(&self, keys: Vec<&ByKey>) -> Result<Vec<(ByKey, Answer<Option<Arc<AnyRow>>>)>> {
        let (table, key) = (keys[0].table, keys[0].key);
        let columns = keys.iter().fold(table.key_columns(), |set, key| set.with(key.columns));
        let texts: Vec<&str> = keys.iter().map(|key| key.text.as_str()).collect();
        let mut sql = self.sql();
        let alias = sql.alias();
        sql.push("SELECT k.n, ");
        write_columns(&mut sql, table, alias, columns);
        sql.push(" FROM ").texts(&texts);
        sql.write(format_args!(" JOIN {} AS {alias} ON {} = k.id", table.name, column(table, alias, key)));
        let mut values = vec![None; keys.len()];
        let read = |result: &QueryResult| {
            let (position, row): (i64, _) = (result.try_get_by(0)?, AnyRow::read(table, result, 1, columns)?);
            let size = row.size();
            if let Some(value) = usize::try_from(position - 1).ok().and_then(|index| values.get_mut(index)) {
                *value = Some(row);
            }
            Ok(size)
        };
        self.note(table.name, texts.len());
        let statement = self.read_bounded(sql, read).await?;
        let answer = |value: Option<_>| Answer { statement, rows: usize::from(value.is_some()), value };
        Ok(keys.into_iter().cloned().zip(values.into_iter().map(answer)).collect())
    }
}

/// The row whose column `key` is this text, or nothing.
pub async fn by_key(ctx: &Context<'_>, table: &'static Table, key: usize, text: String) -> Result<Option<Arc<AnyRow>>> {
    check_access(ctx, table)?;
    if !is_storable(&text) {
        let message = format!("the text cannot be looked up: {NUL}");
        return Err(Refusal::new(Code::Invalid, message).at([camel(table.columns()[key].name)]).into());
    }
    let plan = RowPlan::new(Document::of(ctx), table, [&ctx.item.node.selection_set.node]);
    let key = ByKey { table, key, text, columns: plan.columns() };
    Ok(load(ctx, key).await?.flatten())
}

/// How e-mail addresses are stored.
pub fn lower_case(text: &str) -> String {
    text.trim().to_lowercase()
}
