//! What customers are worth.

use std::collections::HashMap;

use async_graphql::{Context, SimpleObject};
use rust_decimal::Decimal;
use sea_orm::QueryResult;
use service::{
    Result,
    customers::value::{self, Bought},
    database::Sql,
};
use uuid::Uuid;

use crate::{
    read::{
        load::{Aggregate, aggregate},
        scalars::Id,
    },
    write,
};

/// What a customer is worth, in `shop.currency`.
#[derive(Clone, Copy, Debug, SimpleObject)]
pub struct CustomerValue {
    /// Revenue less refunds, by the books.
    net: Decimal,
    /// `net` a year: `net` × 365 / days since the first order, at least 365.
    yearly: Decimal,
    /// Days since the latest order / mean days between orders, with 4 digits; null below 3 orders.
    churn_risk: Option<Decimal>,
}

/// What a customer has bought.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
struct Of;

impl Aggregate for Of {
    type Value = Bought;

    fn write(&self, sql: &mut Sql, ids: &[Uuid]) {
        value::write(sql, ids);
    }

    fn read(&self, rows: &[QueryResult]) -> Result<HashMap<Uuid, Bought>> {
        value::read(rows)
    }
}

pub(super) async fn value(ctx: &Context<'_>, customer: Id) -> Result<CustomerValue> {
    let bought = aggregate(ctx, Of, customer.0).await?;
    let now = write::service(ctx)?.clock().now();
    Ok(CustomerValue { net: bought.net(), yearly: bought.yearly(now), churn_risk: bought.churn_risk(now) })
}
