//! Products: the works that are sold.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::{ProductMetric, ProductVariant};
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// Where a product stands in the shop.
    ProductStatus {
        /// It is being prepared and cannot be bought.
        Draft,
        /// It can be bought.
        Active,
        /// It is no longer sold.
        Archived,
    }
}

resource! {
    /// A work of art that is sold, in one or more variants.
    Product: products, key [id], by [created_at desc];
    one product;
    find product_by_handle(handle);
    list products;
    columns {
        /// Its key.
        id: Id,
        /// Its id in Shopify; null when it is not known.
        shopify_id: Option<String>,
        /// Its name in the shop's addresses; unique.
        handle: String,
        /// Its title.
        title: String,
        /// More about it, plain text or HTML as it was written; null when there is none.
        description: Option<String>,
        /// The collection it belongs to; null for none.
        collection: Option<String>,
        /// Its category; null for none.
        category: Option<String>,
        /// Its tags.
        tags: Vec<String>,
        /// The price of its cheapest variant, in its currency.
        base_price: Decimal,
        /// What it costs the shop, in its currency; null when it is not known.
        cost: Option<Decimal>,
        /// The ISO 4217 code of its prices, and of its variants' and metrics' amounts.
        currency: String,
        /// Where it stands in the shop.
        status: ProductStatus,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By title.
        title,
        /// By handle.
        handle,
        /// By price.
        base_price,
        /// By the time it was made.
        created_at,
        /// By the time of the last change.
        updated_at,
        /// By key, which is the order of making for rows made here.
        id,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// The forms it is sold in, in the order they were added.
        variants: ProductVariant by product_id [created_at asc],
        /// How it sold, latest period first.
        metrics: ProductMetric by product_id [period_start desc],
    }
}
