//! Products: the works that are sold.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{ProductMetric, ProductVariant};
use crate::{
    read::{scalars::Id, transitions},
    resource, vocabulary,
};

vocabulary! {
    /// Status of a product in the shop.
    ProductStatus {
        /// In preparation; cannot be bought.
        Draft,
        /// Can be bought.
        Active,
        /// No longer sold.
        Archived,
    }
}

resource! {
    /// A work of art for sale, in one or more variants.
    Product: products, key [id], by [created_at desc];
    one product;
    find product_by_handle(handle);
    list products;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Shopify id; null if unknown.
        shopify_id: Option<String>,
        /// Unique name, used in shop URLs.
        handle: String,
        /// Title of the work.
        title: String,
        /// Description, as plain text or HTML; null if none.
        description: Option<String>,
        /// The collection it belongs to; null if none.
        collection: Option<String>,
        /// Product category; null if none.
        category: Option<String>,
        /// Free-form tags.
        tags: Vec<String>,
        /// Who makes it; null if unknown.
        vendor: Option<String>,
        /// Names of the options that its variants differ in, at most three, such as `Size`.
        option_names: Vec<String>,
        /// Price of the cheapest variant, in `currency`.
        base_price: Decimal,
        /// Cost to the shop, in `currency`; null if unknown.
        cost: Option<Decimal>,
        /// ISO 4217 currency code of its prices and of the amounts of its variants and metrics.
        currency: String,
        /// Current status in the shop.
        status: ProductStatus,
        /// When the connected shop last changed it; null if it never did.
        source_updated_at: Option<DateTime<Utc>>,
        /// When the connected shop deleted it; null if it did not.
        source_deleted_at: Option<DateTime<Utc>>,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By title.
        title,
        /// By handle.
        handle,
        /// By price of the cheapest variant.
        base_price,
        /// By creation time.
        created_at,
        /// By time of the last update.
        updated_at,
        /// By id (creation order).
        id,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// Its variants, in the order they were added.
        variants: ProductVariant by product_id [created_at asc],
        /// Its sales metrics, latest period first.
        metrics: ProductMetric by product_id [period_start desc],
    }
    computed {
        /// Statuses the product can change to from its current one.
        allowed_transitions: Vec<ProductStatus> = transitions::allowed [status];
    }
}
