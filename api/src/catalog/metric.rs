//! Metrics: how a product did in a period.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::Product;
use crate::{
    read::scalars::{Date, Id},
    resource,
};

resource! {
    /// How a product did in a period.
    ProductMetric: product_metrics, key [id], by [period_start desc];
    one product_metric;
    list product_metrics;
    columns {
        /// Its key.
        id: Id,
        /// The product.
        product_id: Id,
        /// The first day of the period.
        period_start: Date,
        /// The last day of the period.
        period_end: Date,
        /// How often it was looked at.
        views: i32,
        /// How often it was put into a cart.
        add_to_carts: i32,
        /// How many were bought.
        purchases: i32,
        /// What they brought in, in the product's currency.
        revenue: Decimal,
        /// Purchases for each view, 0 to 1; null without views.
        conversion_rate: Option<Decimal>,
        /// The average worth of an order with it, in the product's currency; null without orders.
        average_order_value: Option<Decimal>,
        /// When the row was made.
        created_at: DateTime<Utc>,
        /// When the row was last changed.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By the period's first day.
        period_start,
        /// By what it brought in.
        revenue,
        /// By the time it was made.
        created_at,
    }
    to_one {
        /// The product.
        product: Product by product_id,
    }
    to_one_or_none {}
    to_many {}
}
