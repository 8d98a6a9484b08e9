//! How long stock lasts.

use async_graphql::{ComplexObject, Context, Enum, SimpleObject};
use rust_decimal::Decimal;
use service::{
    Result,
    insight::stock::{Condition, Stock},
};
use uuid::Uuid;

use crate::{
    catalog::ProductVariant,
    read::{
        row::{self, Row},
        scalars::Id,
    },
};

/// Stock of a variant at all locations, and how it sells.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct VariantStock {
    /// The variant.
    variant_id: Id,
    /// Pieces that can be sold.
    available: i64,
    /// Pieces that are promised to orders.
    reserved: i64,
    /// Pieces that are on their way.
    incoming: Decimal,
    /// Pieces in orders that were placed in the last 28 days and not cancelled.
    units: Decimal,
    /// `units` / 28, with 4 digits.
    daily: Decimal,
    /// `available` / `daily`, with 2 digits: 0 if nothing is available, else null if nothing was sold.
    days_of_cover: Option<Decimal>,
    /// `units` / (`units` + `available` + `reserved`), with 4 digits; null if all are 0.
    sell_through: Option<Decimal>,
    /// Whether it is on sale, takes no backorders and has no piece available.
    is_stockout: bool,
    /// Whether a location has no more pieces available than its reorder point.
    is_low: bool,
    /// Whether there are pieces, and nobody has ordered any for 90 days. Variants that are newer than that are left out.
    is_dead: bool,
    /// Pieces to order: `daily` × the configuration `stock.coverDays`, rounded up, less `available` and `incoming`.
    suggested: Decimal,
}

/// What calls for attention in the stock of a variant.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Condition")]
pub(crate) enum StockCondition {
    /// `isStockout`.
    Stockout,
    /// `isLow`.
    Low,
    /// `isDead`.
    Dead,
}

#[ComplexObject]
impl VariantStock {
    /// The variant.
    async fn variant(&self, ctx: &Context<'_>) -> Result<Row<ProductVariant>> {
        Box::pin(row::to_one(ctx, &self.variant_id)).await
    }
}

impl VariantStock {
    pub(super) fn new(id: Uuid, found: Stock) -> Self {
        let Stock { available, reserved, incoming, units, daily, days_of_cover, sell_through, .. } = found;
        let Stock { is_stockout, is_low, is_dead, suggested, .. } = found;
        Self {
            variant_id: Id(id),
            available,
            reserved,
            incoming: incoming.into(),
            units: units.into(),
            daily,
            days_of_cover,
            sell_through,
            is_stockout,
            is_low,
            is_dead,
            suggested: suggested.into(),
        }
    }
}
