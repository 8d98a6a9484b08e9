//! What shares of revenue are worth.

use std::collections::HashMap;

use async_graphql::Context;
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use service::{Result, database::Sql, finance::attribution::amount};
use uuid::Uuid;

use crate::read::{
    load::{Aggregate, aggregate},
    scalars::Id,
};

/// The part of the revenue that a share is, net of refunds.
pub(super) async fn amount(ctx: &Context<'_>, attribution: Id) -> Result<Decimal> {
    let mut amount = aggregate(ctx, Worth, attribution.0).await?;
    // With the digits of a stored amount.
    amount.rescale(2);
    Ok(amount)
}

/// What a share is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Worth;

impl Aggregate for Worth {
    type Value = Decimal;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        amount::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Decimal>> {
        amount::read(rows)
    }
}
