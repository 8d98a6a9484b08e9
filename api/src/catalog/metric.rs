//! Metrics: how a product did in a period.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::Product;
use crate::{
    read::scalars::{Date, Id},
    resource,
};

resource! {
    /// Sales metrics of a product for one period.
    ProductMetric: product_metrics, key [id], by [period_start desc];
    one product_metric;
    list product_metrics;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The product that was measured.
        product_id: Id,
        /// First day of the period.
        period_start: Date,
        /// Last day of the period.
        period_end: Date,
        /// Number of product views.
        views: i32,
        /// Number of times it was added to a cart.
        add_to_carts: i32,
        /// Number of purchases.
        purchases: i32,
        /// Revenue from the purchases, in the product's currency.
        revenue: Decimal,
        /// Purchases per view, 0 to 1; null without views.
        conversion_rate: Option<Decimal>,
        /// Average value of the orders that include it, in the product's currency; null without orders.
        average_order_value: Option<Decimal>,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By first day of the period.
        period_start,
        /// By revenue.
        revenue,
        /// By creation time.
        created_at,
    }
    to_one {
        /// The product that was measured.
        product: Product by product_id,
    }
    to_one_or_none {}
    to_many {}
}
