//! Variants: the forms that a product is sold in.
//!
//! - [`create`], [`update`], [`delete`]: many at once. [`input`]: what is said of a variant, here and with its product.

pub mod create;
pub mod delete;
pub mod input;
pub mod update;

use entity::{product_variants, sea_orm_active_enums::StockPolicy};
use rust_decimal::Decimal;

use super::{
    assortment::{Facts, Product, Wanted, is_tracked},
    edition,
    fields::{self, SHORT},
    options,
};
use crate::{
    Change,
    edit::check,
    money::currency,
    refusal::{Code, Refusal},
    value,
};

/// What is done to a variant: to a new one everything.
#[derive(Clone, Debug)]
pub(super) struct VariantChanges {
    /// Its stock keeping unit.
    sku: Change<Option<String>>,
    /// Its values of the product's options.
    option_values: Change<Vec<String>>,
    /// What it costs.
    price: Change<Decimal>,
    /// What it is compared with; 0 is none.
    compare_at_price: Change<Option<Decimal>>,
    /// What happens when more is ordered than there is.
    stock_policy: Change<StockPolicy>,
    /// How many pieces there will ever be.
    edition_size: Change<Option<i32>>,
    /// Its class of goods for taxes.
    tax_class: Change<String>,
    /// Whether it can be bought.
    is_available: Change<bool>,
}

impl VariantChanges {
    /// The SKU that it gives.
    pub(super) fn sku(&self) -> Option<&str> {
        match &self.sku {
            Change::Set(Some(sku)) => Some(sku.trim()).filter(|sku| !sku.is_empty()),
            _ => None,
        }
    }

    /// The values of options that it gives.
    pub(super) fn option_values(&self) -> Option<&[String]> {
        match &self.option_values {
            Change::Set(values) => Some(values),
            Change::Keep => None,
        }
    }

    /// The same for a new variant, which needs a price, and a value for each option if there are any.
    pub(super) fn for_new(self) -> Result<Self, Refusal> {
        if self.price == Change::Keep {
            return Err(check::invalid("price", "a new variant needs a price"));
        }
        let option_values = match self.option_values {
            Change::Keep => Change::Set(Vec::new()),
            given => given,
        };
        Ok(Self { option_values, ..self })
    }

    /// Asks who has the SKU that it gives.
    pub(super) fn want_sku(&self, wanted: &mut Wanted) {
        wanted.skus.extend(self.sku().filter(|sku| value::is_storable(sku)).map(str::to_owned));
    }

    /// Asks what must be known of the stock of a variant that is there.
    pub(super) fn want_stock(&self, variant: &product_variants::Model, wanted: &mut Wanted) {
        let resizes = |size: &Option<i32>| size.is_some() && *size != variant.edition_size;
        if matches!(&self.edition_size, Change::Set(size) if resizes(size)) {
            wanted.editions.insert(variant.id);
        }
        let switches = |policy: &StockPolicy| is_tracked(*policy) != is_tracked(variant.stock_policy);
        if matches!(&self.stock_policy, Change::Set(policy) if switches(policy)) {
            wanted.switched.insert(variant.id);
        }
    }

    /// Does it to a variant of a product, if the facts allow it. What all variants of the product must have in common
    /// is looked at by [`check_twins`].
    pub(super) fn apply(&self, product: &mut Product, place: usize, facts: &Facts) -> Result<(), Refusal> {
        let (names, is_active) = (product.option_names(), product.is_active());
        let Some(variant) = product.variants.get_mut(place) else { return Ok(()) };
        let (before, row) = (variant.before.as_ref(), &mut variant.row);
        fields::change_optional("sku", &self.sku, &mut row.sku, check::NAME)?;
        if let Some(given) = self.option_values() {
            options::write(&names, &options::values(&names, given)?, row)?;
        }
        self.apply_prices(&product.row.currency, row)?;
        self.stock_policy.apply(&mut row.stock_policy);
        self.edition_size.apply(&mut row.edition_size);
        fields::change_required("taxClass", &self.tax_class, &mut row.tax_class, SHORT)?;
        if edition::is_sold_out(row) {
            row.is_available = false;
        }
        if self.is_available == Change::Set(true) && !is_active {
            return Err(check::invalid("isAvailable", "the product is not active: none of its variants is for sale"));
        }
        self.is_available.apply(&mut row.is_available);
        facts.check(before, row)
    }

    fn apply_prices(&self, code: &str, row: &mut product_variants::Model) -> Result<(), Refusal> {
        if let Change::Set(price) = self.price {
            currency::check_price("price", price, code)?;
            row.price = price;
        }
        if let Change::Set(price) = self.compare_at_price {
            row.compare_at_price = compare_at(price, code)?;
        }
        Ok(())
    }
}

/// A price to compare with; 0 is none.
pub(super) fn compare_at(price: Option<Decimal>, code: &str) -> Result<Option<Decimal>, Refusal> {
    let price = price.filter(|price| !price.is_zero());
    if let Some(price) = price {
        currency::check_price("compareAtPrice", price, code)?;
    }
    Ok(price)
}

/// Refuses a variant that is given the same options as another one of its product. Two that have always had the same can
/// be changed in other ways.
pub(super) fn check_twins(product: &Product, place: usize) -> Result<(), Refusal> {
    let Some(variant) = product.variants.get(place) else { return Ok(()) };
    let is_given = variant.before.as_ref().is_none_or(|before| before.option_values != variant.row.option_values);
    match is_given && product.has_twin(place) {
        true => {
            let message = format!("the product already has a variant {:?}", variant.row.title);
            Err(Refusal::new(Code::AlreadyExists, message).at(["optionValues"]))
        }
        false => Ok(()),
    }
}
