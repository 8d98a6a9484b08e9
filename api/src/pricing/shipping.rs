//! Shipping methods: what sending costs.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use crate::{read::scalars::Id, resource};

resource! {
    /// A way to send an order, with its price in a currency.
    ShippingMethod: shipping_methods, key [id], by [created_at desc];
    one shipping_method;
    list shipping_methods;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Code, as in `Order.shippingMethod`; unique for each currency.
        code: String,
        /// Name, as the customer sees it.
        name: String,
        /// ISO 3166 codes of the countries it sends to; empty for all.
        countries: Vec<String>,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// Price, in `currency`.
        price: Decimal,
        /// Price of the goods after discounts from which it costs nothing; null if it always costs its price.
        free_from: Option<Decimal>,
        /// Whether the method can be chosen.
        is_active: bool,
        /// Version, for optimistic locking; starts at 1.
        version: i32,
        /// When this row was created.
        created_at: DateTime<Utc>,
        /// When this row was last updated.
        updated_at: DateTime<Utc>,
    }
    sort {
        /// By name.
        name,
        /// By creation time.
        created_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {}
}
