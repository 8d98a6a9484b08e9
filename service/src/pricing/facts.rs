//! What the database knows about a wish.

use std::collections::HashSet;

use chrono::{DateTime, Utc};
use entity::sea_orm_active_enums::{DiscountKind, DiscountTarget, ProductStatus, SegmentType};
use rust_decimal::Decimal;
use serde::{Deserialize, de::DeserializeOwned};
use serde_json::Value as Json;
use uuid::Uuid;

use super::{VariantRef, Wish};
use crate::{Error, Result};

/// What the database knows about a wish, at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(super) now: DateTime<Utc>,
    pub(super) variants: Vec<Variant>,
    /// Those in the currency of the wish, for everybody or for a segment of the customer.
    pub(super) prices: Vec<ListPrice>,
    /// Those without a code, and those with one that is asked for; the oldest first.
    pub(super) discounts: Vec<Discount>,
    /// The discounts that the order itself uses.
    pub(super) own_uses: HashSet<Uuid>,
    /// The discounts that the customer has used in another order, of those that may be used once.
    pub(super) earlier_uses: HashSet<Uuid>,
    /// Those of the country, and of the region if there is one.
    pub(super) taxes: Vec<TaxRate>,
    pub(super) method: Option<ShippingMethod>,
    pub(super) customer: Option<Customer>,
    /// The active segments of the customer.
    pub(super) segments: Vec<Segment>,
    /// Those of the latest day.
    pub(super) rates: Vec<Rate>,
}

/// A variant with what is asked of its product.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Variant {
    pub(super) id: Uuid,
    pub(super) product_id: Uuid,
    pub(super) sku: Option<String>,
    pub(super) title: String,
    pub(super) size: Option<String>,
    pub(super) price: Decimal,
    pub(super) is_available: bool,
    pub(super) tax_class: String,
    pub(super) product_title: String,
    pub(super) collection: Option<String>,
    pub(super) currency: String,
    pub(super) status: ProductStatus,
}

impl Variant {
    /// Whether a line names it so.
    fn is(&self, named: &VariantRef) -> bool {
        match named {
            VariantRef::Id(id) => self.id == *id,
            VariantRef::Sku(sku) => self.sku.as_ref() == Some(sku),
        }
    }
}

/// An entry of a price list.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ListPrice {
    pub(super) id: Uuid,
    pub(super) variant_id: Uuid,
    pub(super) min_quantity: i32,
    pub(super) price: Decimal,
}

/// A discount.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Discount {
    pub(super) id: Uuid,
    pub(super) code: Option<String>,
    pub(super) kind: DiscountKind,
    pub(super) target: DiscountTarget,
    pub(super) value: Decimal,
    pub(super) currency: String,
    pub(super) conditions: Json,
    pub(super) starts_at: Option<DateTime<Utc>>,
    pub(super) ends_at: Option<DateTime<Utc>>,
    pub(super) usage_limit: Option<i32>,
    pub(super) used_count: i32,
    pub(super) once_per_customer: bool,
    pub(super) is_active: bool,
    pub(super) created_at: DateTime<Utc>,
}

/// What is due in a place.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct TaxRate {
    pub(super) region: String,
    pub(super) tax_class: String,
    pub(super) percentage: Decimal,
    pub(super) is_included: bool,
    pub(super) on_shipping: bool,
}

/// The shipping method that is asked for.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct ShippingMethod {
    pub(super) countries: Vec<String>,
    pub(super) price: Decimal,
    pub(super) free_from: Option<Decimal>,
    pub(super) is_active: bool,
}

/// Who buys.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Customer {
    pub(super) tags: Vec<String>,
}

/// A segment of the customer.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Segment {
    pub(super) id: Uuid,
    pub(super) kind: SegmentType,
}

/// What one of `base` costs in `quote`, in units of 10⁻¹⁰.
#[derive(Clone, Debug, Deserialize)]
pub(super) struct Rate {
    pub(super) base: String,
    pub(super) quote: String,
    pub(super) rate_e10: i64,
}

/// An id alone.
#[derive(Deserialize)]
struct Used {
    discount_id: Uuid,
}

impl Facts {
    /// The same facts, with the discounts that were there at another time.
    pub(crate) fn at_time(self, moment: DateTime<Utc>) -> Self {
        Self { now: moment, ..self }
    }

    /// The same facts, with discounts of lines alone.
    pub(crate) fn lines_only(mut self) -> Self {
        self.discounts.retain(|discount| discount.target == DiscountTarget::Line);
        self
    }

    /// Those of a wish, where more variants are known.
    pub(super) fn of(&self, wish: &Wish) -> Self {
        let is_named = |variant: &&Variant| wish.lines.iter().any(|line| variant.is(&line.variant));
        let variants: Vec<Variant> = self.variants.iter().filter(is_named).cloned().collect();
        let is_of = |price: &&ListPrice| variants.iter().any(|variant| variant.id == price.variant_id);
        let prices = self.prices.iter().filter(is_of).cloned().collect();
        Self {
            now: self.now,
            variants,
            prices,
            discounts: self.discounts.clone(),
            own_uses: self.own_uses.clone(),
            earlier_uses: self.earlier_uses.clone(),
            taxes: self.taxes.clone(),
            method: self.method.clone(),
            customer: self.customer.clone(),
            segments: self.segments.clone(),
            rates: self.rates.clone(),
        }
    }

    /// The variant that a line names.
    pub(super) fn variant(&self, named: &VariantRef) -> Option<&Variant> {
        self.variants.iter().find(|variant| variant.is(named))
    }

    /// Takes over a row: which part of the facts it is, and its document.
    pub(super) fn add(&mut self, part: &str, document: &str) -> Result<()> {
        match part {
            "variant" => self.variants.push(read(document)?),
            "price" => self.prices.push(read(document)?),
            "discount" => self.discounts.push(read(document)?),
            "own_use" => {
                self.own_uses.insert(read::<Used>(document)?.discount_id);
            }
            "earlier_use" => {
                self.earlier_uses.insert(read::<Used>(document)?.discount_id);
            }
            "tax" => self.taxes.push(read(document)?),
            "method" => self.method = Some(read(document)?),
            "customer" => self.customer = Some(read(document)?),
            "segment" => self.segments.push(read(document)?),
            "rate" => self.rates.push(read(document)?),
            _ => return Err(Error::internal(format!("pricing knows no part {part}"))),
        }
        Ok(())
    }

    /// Orders what the statement left unordered.
    pub(super) fn sort(&mut self) {
        self.discounts.sort_by_key(|discount| (discount.created_at, discount.id));
    }
}

fn read<T: DeserializeOwned>(document: &str) -> Result<T> {
    serde_json::from_str(document).map_err(|error| Error::internal(format!("{document} cannot be read: {error}")))
}
