//! Which table a row stands in.

use std::collections::HashMap;

use async_graphql::{Context, dataloader::Loader};
use service::{Error, Result};
use uuid::Uuid;

use super::{Answer, Reader, cross_request::CrossRequest, load};
use crate::read::table::Table;

/// A row by its id alone, among these tables.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Probe {
    id: Uuid,
    tables: &'static [&'static Table],
}

impl CrossRequest for Probe {}

impl Loader<Probe> for Reader {
    type Value = Answer<Option<&'static Table>>;
    type Error = Error;

    /// One statement over the primary keys of all tables.
    async fn load(&self, keys: &[Probe]) -> Result<HashMap<Probe, Self::Value>> {
        let ids: Vec<Uuid> = keys.iter().map(|key| key.id).collect();
        let mut sql = self.sql();
        sql.push("SELECT k.n, p.number FROM ").keys(&ids).push(" JOIN (");
        let tables = keys.first().map_or(&[][..], |key| key.tables);
        for (number, table) in tables.iter().enumerate() {
            sql.push(if number == 0 { "" } else { " UNION ALL " })
                .write(format_args!("SELECT id, {number} AS number FROM {}", table.name));
        }
        sql.push(") AS p ON p.id = k.id");
        self.note("node", ids.len());
        let (statement, rows) = self.rows(sql).await?;
        let mut found = vec![None; keys.len()];
        for row in &rows {
            let (position, number): (i64, i32) = (row.try_get_by(0)?, row.try_get_by(1)?);
            let place = usize::try_from(position - 1).ok().and_then(|index| found.get_mut(index));
            if let (Some(place), Ok(number)) = (place, usize::try_from(number)) {
                *place = tables.get(number).copied();
            }
        }
        let answer = |value: Option<_>| Answer { statement, rows: usize::from(value.is_some()), value };
        Ok(keys.iter().cloned().zip(found.into_iter().map(answer)).collect())
    }
}

/// The table that has a row with this id, or nothing.
pub async fn probe(ctx: &Context<'_>, tables: &'static [&'static Table], id: Uuid) -> Result<Option<&'static Table>> {
    Ok(load(ctx, Probe { id, tables }).await?.flatten())
}
