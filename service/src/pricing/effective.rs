//! What a piece costs a customer, before there is an order.

use rust_decimal::Decimal;
use uuid::Uuid;

use super::{PriceSource, VariantRef, Wish, WishLine, discount::Discounts, lines::lines, load};
use crate::{
    Error, Result, Service,
    customers::find_buyer,
    money::{currency, round, stored},
    settings,
};

/// What is asked about.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What is to be bought.
    pub variant_id: Uuid,
    /// How many pieces of it.
    pub quantity: i32,
    /// In which currency; none for that of the shop.
    pub currency: Option<String>,
    /// By whom; none for anybody.
    pub customer_id: Option<Uuid>,
}

/// What pieces of a variant cost, without tax that is due on top.
#[derive(Clone, Debug, PartialEq)]
pub struct Effective {
    /// The currency.
    pub currency: String,
    /// What a piece costs before discounts.
    pub list_price: Decimal,
    /// What a piece costs with the discount, rounded.
    pub price: Decimal,
    /// What the discount takes off all pieces.
    pub discount_amount: Decimal,
    /// What all pieces cost.
    pub amount: Decimal,
    /// Where the list price comes from.
    pub source: PriceSource,
    /// The entry of the price list that it comes from.
    pub price_id: Option<Uuid>,
}

/// What pieces of a variant cost, were they ordered alone and without a code.
pub async fn effective(service: &Service, asked: &Asked) -> Result<Effective> {
    let source = service.source();
    let settings = settings::load(&source).await?;
    let line = WishLine::new(0, VariantRef::Id(asked.variant_id), asked.quantity, None);
    let wish = Wish {
        customer_id: find_buyer(&source, asked.customer_id, None).await?.id,
        currency: asked.currency.clone(),
        lines: vec![WishLine { path: Vec::new(), ..line }],
        ..Wish::default()
    };
    let facts = load(&source, &settings, &wish).await?;
    let lines = lines(&wish, &facts, &settings)?;
    let cuts = Discounts::new(&wish, &facts, &settings, &lines)?.by_line()?;
    let (Some(line), Some(cut)) = (lines.first(), cuts.first()) else {
        return Err(Error::internal("a wish of one line was priced without one"));
    };
    let unit = line.unit.ok_or_else(|| Error::internal("a new line has no list price"))?;
    let discount_amount = cut.map(|cut| cut.amount).unwrap_or_default();
    let (amount, currency) = (line.gross - discount_amount, wish.currency(&settings));
    let price = amount.checked_div(asked.quantity.into()).unwrap_or_default();
    Ok(Effective {
        list_price: stored(unit.amount),
        price: stored(round(price, currency::step(currency))),
        discount_amount: stored(discount_amount),
        amount: stored(amount),
        source: unit.source,
        price_id: unit.entry_id,
        currency: currency.to_owned(),
    })
}
