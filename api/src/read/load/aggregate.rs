//! What is worked out for rows by a statement of its own, one for all that ask at the same moment.

use std::{collections::HashMap, fmt::Debug, hash::Hash};

use async_graphql::{Context, dataloader::Loader};
use sea_orm::QueryResult;
use service::{Error, Result, database::Sql};
use uuid::Uuid;

use super::{
    Answer, Reader,
    cross_request::{CrossRequest, some_at_once},
    load,
};

/// Something that is worked out for rows; its fields are what a client asks for.
pub trait Aggregate: Clone + Debug + Eq + Hash + Send + Sync + 'static {
    /// What is found for a row; the default where nothing is.
    type Value: Clone + Debug + Default + Send + Sync + 'static;

    /// Writes the statement for some rows.
    fn write(&self, sql: &mut Sql, ids: &[Uuid]);

    /// Reads what it found for each row.
    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Self::Value>>;
}

/// An aggregate of a row.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct AggregateKey<F> {
    aggregate: F,
    id: Uuid,
}

impl<F> CrossRequest for AggregateKey<F> {}

impl<F: Aggregate> Loader<AggregateKey<F>> for Reader {
    type Value = Answer<F::Value>;
    type Error = Error;

    async fn load(&self, keys: &[AggregateKey<F>]) -> Result<HashMap<AggregateKey<F>, Self::Value>> {
        let mut figures: HashMap<&F, Vec<Uuid>> = HashMap::new();
        for key in keys {
            figures.entry(&key.aggregate).or_default().push(key.id);
        }
        let groups = figures.into_iter().map(|(aggregate, ids)| async move {
            let mut sql = self.sql();
            aggregate.write(&mut sql, &ids);
            self.note("aggregate", ids.len());
            let (statement, rows) = self.rows(sql).await?;
            let mut found = aggregate.read(&rows)?;
            // Which rows a value is made of is not known: as many for each.
            let each = rows.len().div_ceil(found.len().max(1));
            let answer = |id: Uuid| {
                let value = found.remove(&id);
                let rows = if value.is_some() { each } else { 0 };
                let answer = Answer { statement, rows, value: value.unwrap_or_default() };
                (AggregateKey { aggregate: aggregate.clone(), id }, answer)
            };
            Ok::<_, Error>(ids.into_iter().map(answer).collect::<Vec<_>>())
        });
        some_at_once(groups).await
    }
}

/// An aggregate of the row with this id.
pub async fn aggregate<F: Aggregate>(ctx: &Context<'_>, aggregate: F, id: Uuid) -> Result<F::Value> {
    Ok(load(ctx, AggregateKey { aggregate, id }).await?.unwrap_or_default())
}
