//! What things cost: price lists, discounts, taxes, shipping, exchange rates.

mod discount;
mod discount_use;
mod exchange_rate;
mod shipping;
mod tax;
mod variant_price;

pub use discount::{Discount, DiscountKind, DiscountTarget};
pub use discount_use::DiscountUse;
pub use exchange_rate::ExchangeRate;
pub use shipping::ShippingMethod;
pub use tax::TaxRate;
pub use variant_price::VariantPrice;

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] = &[
    VariantPrice::TABLE,
    Discount::TABLE,
    DiscountUse::TABLE,
    TaxRate::TABLE,
    ShippingMethod::TABLE,
    ExchangeRate::TABLE,
];
