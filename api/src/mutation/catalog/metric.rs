//! How products do.

use service::batch::ItemResult;
use uuid::Uuid;

use crate::{catalog::ProductMetric, mutation::prelude::*, write::error::UserError};

input! {
    /// How a product did in a period. Fields that are left out stay as they are, and are 0 for a new period.
    ProductMetricInput => service::catalog::metric::Metric {
        /// The product.
        product_id: Id,
        /// First day of the period.
        period_start: Date,
        /// Last day of the period.
        period_end: Date,
        /// Number of product views.
        views: Option<i32>,
        /// Number of times it was added to a cart.
        add_to_carts: Option<i32>,
        /// Number of purchases.
        purchases: Option<i32>,
        /// Revenue from the purchases, in the product's currency.
        revenue: Option<Decimal>,
    }
}

object! {
    /// The result of one item of `recordProductMetrics`. Items succeed or fail on their own.
    ProductMetricResult(ItemResult<Uuid>) -> item {
        /// Index of the item in the call, from 0.
        index: i32 = item.index,
        /// The metrics as they are now. Null if the item was refused.
        product_metric: Option<Row<ProductMetric>> = item.outcome,
        /// Why the item was refused. Empty if it succeeded.
        user_errors: Vec<UserError> = item.refused,
    }
}

verbs! {
    /// Records how products did in periods: creates the metrics of a period, or updates them. The conversion rate (at
    /// most 1) and the average order value are computed.
    record_product_metrics = perform(service::catalog::metric::Record) {
        /// The metrics, at most 1000 items.
        items: Vec<ProductMetricInput>,
        /// What happens to the other items when one is refused.
        on_error: OnError = OnError::Skip,
    } -> results[ProductMetricResult];
}
