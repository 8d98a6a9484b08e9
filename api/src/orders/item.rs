//! Order lines.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::Order;
use crate::{catalog::ProductVariant, read::scalars::Id, resource};

resource! {
    /// A line of an order. Its total is quantity × price − discount + tax.
    OrderItem: order_items, key [id], by [created_at desc];
    one order_item;
    list order_items;
    columns {
        /// Its key.
        id: Id,
        /// The order.
        order_id: Id,
        /// The variant that was sold; null when it was deleted.
        product_variant_id: Option<Id>,
        /// The variant's stock keeping unit at the sale; null when it had none.
        sku: Option<String>,
        /// What was sold, as it was called at the sale.
        title: String,
        /// How many, at least one.
        quantity: i32,
        /// What one cost at the sale, in the order's currency.
        price: Decimal,
        /// What is taken off the line, not negative.
        discount_amount: Decimal,
        /// The tax on the line.
        tax_amount: Decimal,
        /// What the line comes to.
        total_amount: Decimal,
        /// Counts the changes of this row, from 1.
        version: i32,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By the time it was made.
        created_at,
        /// By what the line comes to.
        total_amount,
        /// By key, which is the order of adding for lines made here.
        id,
    }
    to_one {
        /// The order.
        order: Order by order_id,
    }
    to_one_or_none {
        /// The variant that was sold; null when it was deleted.
        product_variant: ProductVariant by product_variant_id,
    }
    to_many {}
}
