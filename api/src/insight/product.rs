//! What products bring.

use async_graphql::{ComplexObject, Context, Enum, SimpleObject};
use rust_decimal::Decimal;
use service::{
    Result,
    insight::products::{self, Class},
};
use uuid::Uuid;

use crate::{
    catalog::Product,
    read::{
        row::{self, Row},
        scalars::Id,
    },
};

/// What a product brought in a period. Amounts are in `shop.currency`, each line converted at the rate of its order.
#[derive(Clone, Copy, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct ProductPerformance {
    /// The product.
    product_id: Id,
    /// Pieces in orders that were placed in the period and not cancelled.
    units: Decimal,
    /// Number of these orders.
    orders: i64,
    /// Quantity × price.
    gross: Decimal,
    /// Discounts.
    discounts: Decimal,
    /// Totals of the lines without taxes.
    net: Decimal,
    /// What was refunded for it in the period, by the day of the refund.
    refunded: Decimal,
    /// Views, of the product metrics whose days all lie in the period.
    views: Decimal,
    /// Purchases / views, of the same product metrics, with 4 digits; null without views.
    conversion_rate: Option<Decimal>,
    /// Share of all `net` that the products before this one have, with 4 digits; null if all have nothing.
    share_before: Option<Decimal>,
    /// Class by that share.
    class: ProductClass,
}

/// Products by what they bring (ABC analysis).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "Class")]
pub(crate) enum ProductClass {
    /// The products before this one have less than 80 percent of `net`.
    A,
    /// They have less than 95 percent.
    B,
    /// They have more, or this one has nothing.
    C,
}

#[ComplexObject]
impl ProductPerformance {
    /// The product.
    async fn product(&self, ctx: &Context<'_>) -> Result<Row<Product>> {
        Box::pin(row::to_one(ctx, &self.product_id)).await
    }
}

impl ProductPerformance {
    pub(super) fn new(id: Uuid, found: products::Product) -> Self {
        let products::Product { units, orders, gross, discounts, net, refunded, views, .. } = found;
        let products::Product { conversion_rate, share_before, class, .. } = found;
        Self {
            product_id: Id(id),
            units: units.into(),
            orders,
            gross,
            discounts,
            net,
            refunded,
            views: views.into(),
            conversion_rate,
            share_before,
            class: class.into(),
        }
    }
}
