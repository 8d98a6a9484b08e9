//! What was asked for, line by line, with what a piece of it costs.

use std::collections::HashMap;

use entity::sea_orm_active_enums::ProductStatus;
use rust_decimal::Decimal;
use uuid::Uuid;

use super::{
    Facts, VariantRef, Wish, WishLine,
    facts::Variant,
    unit::{UnitPrice, unit_price},
};
use crate::{
    Error, Result,
    catalog::options::ONLY_VALUE,
    money::currency,
    refusal::{At, Code, Refusal},
    settings::Settings,
};

/// The most characters of a line's title.
const MAX_TITLE: usize = 500;

/// A line with its prices.
#[derive(Clone, Debug)]
pub(super) struct Line<'a> {
    pub(super) wish: &'a WishLine,
    pub(super) variant: &'a Variant,
    /// Where the list price comes from; none where it is kept.
    pub(super) unit: Option<UnitPrice>,
    pub(super) list_price: Option<Decimal>,
    pub(super) price: Decimal,
    /// All pieces, before discounts.
    pub(super) gross: Decimal,
}

impl Line<'_> {
    /// What the line is called.
    pub(super) fn title(&self) -> String {
        match &self.wish.kept {
            Some(kept) => kept.title.clone(),
            None => title(self.variant),
        }
    }

    /// The SKU of the line.
    pub(super) fn sku(&self) -> Option<String> {
        match &self.wish.kept {
            Some(kept) => kept.sku.clone(),
            None => self.variant.sku.clone(),
        }
    }
}

/// The lines of a wish, in their order.
pub(super) fn lines<'a>(wish: &'a Wish, facts: &'a Facts, settings: &Settings) -> Result<Vec<Line<'a>>> {
    // The customer was found just before, and has been merged into another one since.
    if wish.customer_id.is_some() && facts.customer.is_none() {
        return Err(Error::Collision);
    }
    let mut variants = Vec::with_capacity(wish.lines.len());
    let mut pieces: HashMap<Uuid, i64> = HashMap::new();
    for line in &wish.lines {
        let variant = variant(line, facts).under(&line.path)?;
        *pieces.entry(variant.id).or_default() += i64::from(line.quantity);
        variants.push(variant);
    }
    let mut lines = Vec::with_capacity(variants.len());
    for (line, variant) in wish.lines.iter().zip(variants) {
        let unit = match line.kept {
            Some(_) => None,
            None => {
                let pieces = pieces.get(&variant.id).copied().unwrap_or_default();
                let unit = unit_price(variant, pieces, facts, settings, wish.currency(settings));
                Some(unit.at([line.variant.field()]).under(&line.path)?)
            }
        };
        lines.push(with_prices(line, variant, unit).under(&line.path)?);
    }
    Ok(lines)
}

fn with_prices<'a>(line: &'a WishLine, variant: &'a Variant, unit: Option<UnitPrice>) -> Result<Line<'a>, Refusal> {
    let (list_price, price) = match (&line.kept, unit) {
        (Some(kept), _) => (kept.list_price, kept.price),
        (None, unit) => {
            let amount = unit.map(|unit| unit.amount);
            (amount, amount.unwrap_or_default())
        }
    };
    let price = line.unit_price.unwrap_or(price);
    let (gross, most) = (price * Decimal::from(line.quantity), currency::max_amount());
    match gross > most {
        true => Err(Refusal::invalid("quantity", format!("the amount of the line exceeds {most}"))),
        false => Ok(Line { wish: line, variant, unit, list_price, price, gross }),
    }
}

/// The variant that a line names; refused unless it can be bought.
fn variant<'a>(line: &WishLine, facts: &'a Facts) -> Result<&'a Variant> {
    let field = line.variant.field();
    let Some(variant) = facts.variant(&line.variant) else {
        let error = match &line.variant {
            VariantRef::Id(id) => Error::NotFound("variant", *id),
            VariantRef::Sku(sku) => {
                Refusal::new(Code::NotFound, format!("there is no variant with the SKU {sku:?}")).into()
            }
        };
        return Err(error).at([field]);
    };
    let is_sold = variant.is_available && variant.status == ProductStatus::Active;
    match is_sold || line.kept.is_some() {
        true => Ok(variant),
        false => {
            let message = format!("{} is not for sale", title(variant));
            Err(Refusal::new(Code::NotForSale, message).at([field]).into())
        }
    }
}

/// What a variant is called, with its product.
fn title(variant: &Variant) -> String {
    let (product, title) = (&variant.product_title, &variant.title);
    let title = match title.is_empty() || title == ONLY_VALUE {
        true => product.clone(),
        false => format!("{product} - {title}"),
    };
    title.chars().take(MAX_TITLE).collect()
}
