//! Order lines.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::Order;
use crate::{catalog::ProductVariant, read::scalars::Id, resource};

resource! {
    /// A line of an order. Total = quantity × price − discount + tax.
    OrderItem: order_items, key [id], by [created_at desc];
    one order_item;
    list order_items;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The order it belongs to.
        order_id: Id,
        /// The variant that was sold; null if deleted.
        product_variant_id: Option<Id>,
        /// SKU of the variant at the time of sale; null if it had none.
        sku: Option<String>,
        /// Title of what was sold, at the time of sale.
        title: String,
        /// Quantity sold, at least 1.
        quantity: i32,
        /// Unit price at the time of sale, in the order's currency.
        price: Decimal,
        /// Discount to subtract from the line; never negative.
        discount_amount: Decimal,
        /// Tax on the line.
        tax_amount: Decimal,
        /// Total of the line.
        total_amount: Decimal,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
        /// By total of the line.
        total_amount,
        /// By id (creation order).
        id,
    }
    to_one {
        /// The order it belongs to.
        order: Order by order_id,
    }
    to_one_or_none {
        /// The variant that was sold; null if deleted.
        product_variant: ProductVariant by product_variant_id,
    }
    to_many {}
}
