//! Variants: the forms that a product is sold in.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{InventoryLevel, Product};
use crate::{
    orders::OrderItem,
    pricing::VariantPrice,
    read::scalars::Id,
    resource,
    stock::{StockMovement, StockReservation},
    vocabulary,
};

vocabulary! {
    /// What happens when more of a variant is ordered than there is.
    StockPolicy {
        /// The order is refused.
        Deny,
        /// The order is accepted, and the missing pieces are backordered.
        Backorder,
        /// Nothing: the stock of the variant is not counted.
        Untracked,
    }
}

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
        /// Values of the product's options, in the order of `Product.optionNames`.
        option_values: Vec<String>,
        /// Price, in the product's currency.
        price: Decimal,
        /// Reference price to compare with, in the product's currency; null if none.
        compare_at_price: Option<Decimal>,
        /// Quantity available for sale, over all locations.
        inventory_quantity: i32,
        /// Whether the variant can be bought.
        is_available: bool,
        /// What happens when more is ordered than there is.
        stock_policy: StockPolicy,
        /// Number of pieces of a limited edition; null if not limited.
        edition_size: Option<i32>,
        /// How many pieces were sold: those that left the shop, less those that are in stock again.
        edition_sold: i32,
        /// Class of goods for taxes, as in `TaxRate.taxClass`.
        tax_class: String,
        /// Shopify id of its stock; null if unknown.
        shopify_inventory_item_id: Option<String>,
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
        /// Its prices in price lists, lowest quantity first.
        prices: VariantPrice by product_variant_id [min_quantity asc],
        /// The reservations of its stock, oldest first.
        stock_reservations: StockReservation by product_variant_id [created_at asc],
        /// The movements of its stock, newest first.
        stock_movements: StockMovement by product_variant_id [created_at desc],
    }
}
