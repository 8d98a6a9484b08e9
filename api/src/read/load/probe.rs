//! Which table a row stands in.

use std::collections::HashMap;

use async_graphql::{Context, dataloader::Loader};
use service::{Error, Result};
use uuid::Uuid;

use super::{Answer, Reader, cross_request::CrossRequest, load};

/// A row by its id alone, among these tables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Probe {
    id: Uuid,
    tables: &'static [&'static str],
}

impl CrossRequest for Probe {}

impl Loader<Probe> for Reader {
    type Value = Answer<Option<usize>>;
    type Error = Error;

    /// One statement over the primary keys of all tables.
    async fn load(&self, keys: &[Probe]) -> Result<HashMap<Probe, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
        let mut sql = self.sql();
        sql.push("SELECT k.n, p.number FROM ").keys(&ids).push(" JOIN (");
        for (number, table) in keys.first().map_or(&[][..], |key| key.tables).iter().enumerate() {
            sql.push(if number == 0 { "" } else { " UNION ALL " })
                .write(format_args!("SELECT id, {number} AS number FROM {table}"));
        }
        sql.push(") AS p ON p.id = k.id");
        let (statement, rows) = self.rows(sql).await?;
        let mut tables = vec![None; keys.len()];
        for row in &rows {
            let (position, number): (i64, i32) = (row.try_get_by(0)?, row.try_get_by(1)?);
            let table = usize::try_from(position - 1).ok().and_then(|index| tables.get_mut(index));
            if let (Some(table), Ok(number)) = (table, usize::try_from(number)) {
                *table = Some(number);
            }
        }
        Ok(keys.iter().cloned().zip(tables.into_iter().map(|value| Answer { statement, value })).collect())
    }
}

/// The number of the table that has a row with this id, or nothing.
pub async fn probe(ctx: &Context<'_>, tables: &'static [&'static str], id: Uuid) -> Result<Option<usize>> {
    Ok(load(ctx, Probe { id, tables }).await?.flatten())
}
