//! Variants: the forms that a product is sold in.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{InventoryLevel, Product};
use crate::{orders::OrderItem, read::scalars::Id, resource};

resource! {
    /// A version of a product for sale: a size and a print type, with a price.
    ProductVariant: product_variants, key [id], by [created_at desc];
    one product_variant;
    find product_variant_by_sku(sku);
    list product_variants;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The product it belongs to.
        product_id: Id,
        /// Shopify id; null if unknown.
        shopify_variant_id: Option<String>,
        /// Stock keeping unit (SKU); unique if given.
        sku: Option<String>,
        /// Title that distinguishes it from the other variants.
        title: String,
        /// Size in inches, such as `24x36`; null if none.
        size: Option<String>,
        /// Print type; null if none.
        frame_type: Option<String>,
        /// Price, in the product's currency.
        price: Decimal,
        /// Reference price to compare with, in the product's currency; null if none.
        compare_at_price: Option<Decimal>,
        /// Quantity available for sale, over all locations.
        inventory_quantity: i32,
        /// Whether the variant can be bought.
        is_available: bool,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By stock keeping unit (SKU).
        sku,
        /// By title.
        title,
        /// By price.
        price,
        /// By creation time.
        created_at,
        /// By id (creation order).
        id,
    }
    to_one {
        /// The product it belongs to.
        product: Product by product_id,
    }
    to_one_or_none {}
    to_many {
        /// Its stock levels, sorted by location.
        inventory_levels: InventoryLevel by product_variant_id [location asc],
        /// The order items for this variant, newest first.
        order_items: OrderItem by product_variant_id [created_at desc],
    }
}
