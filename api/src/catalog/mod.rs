//! What the shop sells and how much of it there is.

mod inventory;
mod metric;
mod product;
mod variant;

use async_graphql::MergedObject;

pub use inventory::InventoryLevel;
pub use metric::ProductMetric;
pub use product::{Product, ProductStatus};
pub use variant::ProductVariant;

/// The root fields of this domain.
#[derive(Debug, Default, MergedObject)]
pub struct CatalogQuery(
    product::ProductQuery,
    variant::ProductVariantQuery,
    inventory::InventoryLevelQuery,
    metric::ProductMetricQuery,
);
