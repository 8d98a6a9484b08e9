//! What the shop sells and how much of it there is.

mod effective_price;
mod inventory;
mod metric;
mod product;
mod variant;

pub(crate) use effective_price::PriceQuery;
pub use inventory::InventoryLevel;
pub use metric::ProductMetric;
pub use product::{Product, ProductStatus};
pub use variant::{ProductVariant, StockPolicy};

use crate::read::{resource::Resource, table::Table};

/// The tables of this domain.
pub(crate) const TABLES: &[&Table] =
    &[Product::TABLE, ProductVariant::TABLE, InventoryLevel::TABLE, ProductMetric::TABLE];
