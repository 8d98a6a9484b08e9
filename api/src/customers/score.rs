//! How customers compare with each other.

use std::collections::HashMap;

use async_graphql::{Context, SimpleObject};
use sea_orm::QueryResult;
use service::{
    Result,
    customers::score::{self, Score},
    database::Sql,
};
use uuid::Uuid;

use crate::read::{
    load::{Aggregate, aggregate},
    scalars::Id,
};

/// How a customer compares with all who have placed an order: from 1 to 5, the most. A score is 1 + ⌊5 × customers with
/// less / all⌋.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct CustomerScore {
    /// By the time of the latest order.
    recency: i64,
    /// By the number of orders.
    frequency: i64,
    /// By what was paid less what was refunded.
    money: i64,
}

/// How a customer compares.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Of;

impl Aggregate for Of {
    type Value = Option<Score>;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        score::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Option<Score>>> {
        score::read(rows)
    }
}

pub(super) async fn score(ctx: &Context<'_>, customer: Id) -> Result<Option<CustomerScore>> {
    let score = aggregate(ctx, Of, customer.0).await?;
    Ok(score.map(|Score { recency, frequency, money }| CustomerScore { recency, frequency, money }))
}
