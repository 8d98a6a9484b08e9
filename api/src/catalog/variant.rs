//! Variants: the forms that a product is sold in.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{InventoryLevel, Product};
use crate::{orders::OrderItem, read::scalars::Id, resource};

resource! {
    /// A form that a product is sold in: a size and a print type, with a price.
    ProductVariant: product_variants, key [id], by [created_at desc];
    one product_variant;
    find product_variant_by_sku(sku);
    list product_variants;
    columns {
        /// Its key.
        id: Id,
        /// The product.
        product_id: Id,
        /// Its id in Shopify; null when it is not known.
        shopify_variant_id: Option<String>,
        /// The stock keeping unit; unique where given.
        sku: Option<String>,
        /// What tells it from the other variants.
        title: String,
        /// Its size, as `24x36`, in inches; null when it has none.
        size: Option<String>,
        /// Its print type; null when it has none.
        frame_type: Option<String>,
        /// What it costs, in the product's currency.
        price: Decimal,
        /// The price it is compared with, in the product's currency; null for none.
        compare_at_price: Option<Decimal>,
        /// How many are free to sell, over all locations.
        inventory_quantity: i32,
        /// Whether it can be bought.
        is_available: bool,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By stock keeping unit.
        sku,
        /// By title.
        title,
        /// By price.
        price,
        /// By the time it was made.
        created_at,
        /// By key, which is the order of making for rows made here.
        id,
    }
    to_one {
        /// The product.
        product: Product by product_id,
    }
    to_one_or_none {}
    to_many {
        /// Its stock, by location.
        inventory_levels: InventoryLevel by product_variant_id [location asc],
        /// The order lines that sold it, newest first.
        order_items: OrderItem by product_variant_id [created_at desc],
    }
}
