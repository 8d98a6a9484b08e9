//! What an order still gets, and what can go back of it.

use std::collections::HashMap;

use async_graphql::Context;
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use service::{
    Result,
    database::Sql,
    money::stored,
    orders::money::{self, Money},
};
use uuid::Uuid;

use crate::read::{
    load::{Aggregate, aggregate},
    scalars::Id,
};

/// What is promised and was not received yet.
pub(super) async fn authorized(ctx: &Context<'_>, order: Id) -> Result<Decimal> {
    Ok(stored(aggregate(ctx, Payments, order.0).await?.authorized))
}

/// What can be paid back.
pub(super) async fn refundable(ctx: &Context<'_>, order: Id) -> Result<Decimal> {
    Ok(stored(aggregate(ctx, Payments, order.0).await?.refundable))
}

/// What is still to be paid.
pub(super) async fn outstanding(
    _: &Context<'_>,
    total: Decimal,
    captured: Decimal,
    refunded: Decimal,
) -> Result<Decimal> {
    Ok(stored(money::outstanding(total, captured, refunded)))
}

/// The payments of an order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Payments;

impl Aggregate for Payments {
    type Value = Money;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        money::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Money>> {
        money::read(rows)
    }
}
