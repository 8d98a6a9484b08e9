//! What an order would cost.

use async_graphql::{ComplexObject, Context, Object, SimpleObject};
use rust_decimal::Decimal;
use service::{
    Result,
    orders::quote::{self, Quoted, QuotedDiscount, QuotedLine},
};

use crate::{
    catalog::ProductVariant,
    customers::Customer,
    input,
    pricing::Discount,
    read::{
        row::{self, Row},
        scalars::Id,
    },
    write::{self, error::UserError},
};

input! {
    /// Something to buy.
    OrderLineInput => service::orders::wanted::WantedLine {
        /// The variant. Give this or `sku`.
        variant_id: Option<Id>,
        /// SKU of the variant.
        sku: Option<String>,
        /// Number of pieces, at least 1.
        quantity: i32,
        /// Price of a piece that was agreed. Default: the list price. An agent needs authority, or an approval, to
        /// place an order with one below the list price.
        unit_price: Option<Decimal>,
    }

    /// The order to price.
    OrderQuoteInput => service::orders::quote::Quote {
        /// What is bought, 1 to 1000 lines.
        lines: Vec<OrderLineInput>,
        ..buyer,
    }
}

/// A quote, or why the order would be refused.
#[derive(Clone, Debug, SimpleObject)]
pub(crate) struct OrderQuotePayload {
    /// What the order would cost. Null if it would be refused.
    quote: Option<OrderQuote>,
    /// Why the order would be refused. Empty if it would be placed.
    user_errors: Vec<UserError>,
}

/// What an order would cost, were it placed now. Total = subtotal − discount + tax + shipping.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct OrderQuote {
    /// The customer; null if there is none with that email address.
    customer_id: Option<Id>,
    /// ISO 4217 currency code of the amounts.
    currency: String,
    /// The lines, in the order of the input.
    lines: Vec<OrderQuoteLine>,
    /// Price of the lines before discounts.
    subtotal_amount: Decimal,
    /// Discount to subtract; never negative.
    discount_amount: Decimal,
    /// Whether the prices contain the tax. Then `taxAmount` is 0.
    tax_included: bool,
    /// Tax on top of the prices, shipping's too.
    tax_amount: Decimal,
    /// Tax contained in the prices.
    included_tax_amount: Decimal,
    /// Shipping cost.
    shipping_amount: Decimal,
    /// Tax on shipping, a part of the tax.
    shipping_tax_amount: Decimal,
    /// Total to pay.
    total_amount: Decimal,
    /// The discounts it would use.
    discounts: Vec<OrderQuoteDiscount>,
    /// Whether it is less than an order of a commercial customer should come to.
    below_minimum: bool,
}

/// A line of a quote. Total = quantity × price − discount + tax.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct OrderQuoteLine {
    /// The variant.
    variant_id: Id,
    /// SKU of the variant; null if none.
    sku: Option<String>,
    /// Title that the item would have.
    title: String,
    /// Number of pieces.
    quantity: i32,
    /// List price of a piece; null if there is none.
    list_price: Option<Decimal>,
    /// Price of a piece: the list price, or what was agreed.
    price: Decimal,
    /// Discount to subtract from the line.
    discount_amount: Decimal,
    /// Tax rate, in percent.
    tax_percentage: Decimal,
    /// Tax on top of the price.
    tax_amount: Decimal,
    /// Tax contained in the price.
    included_tax_amount: Decimal,
    /// Total of the line.
    total_amount: Decimal,
}

/// A discount of a quote.
#[derive(Clone, Debug, SimpleObject)]
#[graphql(complex)]
pub(crate) struct OrderQuoteDiscount {
    /// The discount.
    discount_id: Id,
    /// What it would subtract.
    amount: Decimal,
}

#[ComplexObject]
impl OrderQuote {
    /// The customer; null if there is none with that email address.
    async fn customer(&self, ctx: &Context<'_>) -> Result<Option<Row<Customer>>> {
        match self.customer_id {
            Some(id) => Box::pin(row::row(ctx, id.0)).await,
            None => Ok(None),
        }
    }
}

#[ComplexObject]
impl OrderQuoteLine {
    /// The variant.
    async fn variant(&self, ctx: &Context<'_>) -> Result<Row<ProductVariant>> {
        Box::pin(row::to_one(ctx, &self.variant_id)).await
    }
}

#[ComplexObject]
impl OrderQuoteDiscount {
    /// The discount.
    async fn discount(&self, ctx: &Context<'_>) -> Result<Row<Discount>> {
        Box::pin(row::to_one(ctx, &self.discount_id)).await
    }
}

impl From<Quoted> for OrderQuote {
    fn from(quoted: Quoted) -> Self {
        Self {
            customer_id: quoted.customer_id.map(Id),
            currency: quoted.currency,
            lines: quoted.lines.into_iter().map(OrderQuoteLine::from).collect(),
            subtotal_amount: quoted.subtotal_amount,
            discount_amount: quoted.discount_amount,
            tax_included: quoted.tax_included,
            tax_amount: quoted.tax_amount,
            included_tax_amount: quoted.included_tax_amount,
            shipping_amount: quoted.shipping_amount,
            shipping_tax_amount: quoted.shipping_tax_amount,
            total_amount: quoted.total_amount,
            discounts: quoted.discounts.into_iter().map(OrderQuoteDiscount::from).collect(),
            below_minimum: quoted.below_minimum,
        }
    }
}

impl From<QuotedLine> for OrderQuoteLine {
    fn from(line: QuotedLine) -> Self {
        Self {
            variant_id: Id(line.variant_id),
            sku: line.sku,
            title: line.title,
            quantity: line.quantity,
            list_price: line.list_price,
            price: line.price,
            discount_amount: line.discount_amount,
            tax_percentage: line.tax_percentage,
            tax_amount: line.tax_amount,
            included_tax_amount: line.included_tax_amount,
            total_amount: line.total_amount,
        }
    }
}

impl From<QuotedDiscount> for OrderQuoteDiscount {
    fn from(discount: QuotedDiscount) -> Self {
        Self { discount_id: Id(discount.discount_id), amount: discount.amount }
    }
}

/// The root field of quotes.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct QuoteQuery;

#[Object]
impl QuoteQuery {
    /// What an order would cost: `placeOrder` with the same input would make an order with these amounts, or be refused
    /// with these errors. Nothing is written, and no stock is held.
    async fn order_quote(
        &self,
        ctx: &Context<'_>,
        #[graphql(desc = "The order.")] input: OrderQuoteInput,
    ) -> Result<OrderQuotePayload> {
        match quote::quote(write::service(ctx)?, &input.into()).await {
            Ok(quoted) => Ok(OrderQuotePayload { quote: Some(quoted.into()), user_errors: Vec::new() }),
            Err(error) => Ok(OrderQuotePayload { quote: None, user_errors: vec![error.into_refusal()?.into()] }),
        }
    }
}
