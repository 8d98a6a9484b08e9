//! What pieces of a variant cost a customer.

use async_graphql::{ComplexObject, Context, Enum, Object, SimpleObject};
use rust_decimal::Decimal;
use service::{
    Result,
    pricing::{self, Asked, Effective},
};

use super::ProductVariant;
use crate::{
    read::{
        optional::{Number, Optional},
        row::{self, Row},
        scalars::Id,
    },
    write,
};

/// Where a list price comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Enum)]
#[graphql(remote = "service::pricing::PriceSource")]
pub(crate) enum PriceSource {
    /// From a price list: the lowest price that fits the currency, the customer and the quantity.
    PriceList,
    /// From the variant itself, in the product's currency.
    Variant,
    /// From the variant, converted from the product's currency.
    Converted,
}

/// Price of a variant for a customer, were it ordered alone and without a discount code. Tax that is due on top is left
/// out.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct EffectivePrice {
    /// The variant.
    variant_id: Id,
    /// Number of pieces.
    quantity: i32,
    /// ISO 4217 currency code of the amounts.
    currency: String,
    /// Price of a piece before discounts: from the price list or the variant, with the surcharge for its size.
    list_price: Decimal,
    /// Price of a piece after the discount, rounded.
    price: Decimal,
    /// Discount to subtract from all pieces: the best one that applies without a code.
    discount_amount: Decimal,
    /// Price of all pieces: list price × quantity − discount.
    amount: Decimal,
    /// Where the list price comes from.
    source: PriceSource,
    /// The entry of the price list that the list price comes from; null if none.
    price_id: Option<Id>,
}

#[ComplexObject]
impl EffectivePrice {
    /// The variant.
    async fn variant(&self, ctx: &Context<'_>) -> Result<Row<ProductVariant>> {
        Box::pin(row::to_one(ctx, &self.variant_id)).await
    }
}

/// The root field of prices.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct PriceQuery;

#[Object]
impl PriceQuery {
    /// Price of a variant, by the rules that orders are priced by. It fails if the variant is not for sale, or has no
    /// price in the currency.
    async fn effective_price(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The variant.")] variant_id: Id,
        #[graphql(desc = "Number of pieces, at least 1.", default)] quantity: Optional<i32, Number<1>>,
        #[graphql(desc = "ISO 4217 currency code. Default: the currency of the shop.")] currency: Option<String>,
        #[graphql(desc = "The customer whose segments and tags count. Default: anybody.")] customer_id: Option<Id>,
    ) -> Result<EffectivePrice> {
        let quantity = quantity.value;
        let customer_id = customer_id.map(|id| id.0);
        let asked = Asked { variant_id: variant_id.0, quantity, currency, customer_id };
        let found = pricing::effective(write::service(ctx)?, &asked).await?;
        let Effective { currency, list_price, price, discount_amount, amount, source, price_id } = found;
        Ok(EffectivePrice {
            variant_id,
            quantity,
            currency,
            list_price,
            price,
            discount_amount,
            amount,
            source: source.into(),
            price_id: price_id.map(Id),
        })
    }
}
