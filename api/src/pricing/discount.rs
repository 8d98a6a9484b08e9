//! Discounts: rules that lower the price of an order.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;
use serde_json::Value as Json;

use super::DiscountUse;
use crate::{read::scalars::Id, resource, vocabulary};

vocabulary! {
    /// How a discount is computed.
    DiscountKind {
        /// A percentage of the price.
        Percentage,
        /// An amount of money; on lines, for each piece.
        Fixed,
        /// No shipping cost.
        FreeShipping,
    }
    /// What a discount lowers.
    DiscountTarget {
        /// Each line that meets the conditions.
        Line,
        /// The order as a whole.
        Order,
        /// The shipping cost.
        Shipping,
    }
}

resource! {
    /// A rule that lowers the price of an order. On each line the largest discount counts, then one on the whole order
    /// and one on the shipping cost; for these two, discounts with a code go before those without.
    Discount: discounts, key [id], by [created_at desc];
    one discount;
    list discounts;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// Unique code that the customer enters, in capitals; null if it applies without one.
        code: Option<String>,
        /// Name, for people.
        name: String,
        /// How it is computed.
        kind: DiscountKind,
        /// What it lowers.
        target: DiscountTarget,
        /// Percentage, or amount in `currency`; 0 for free shipping.
        value: Decimal,
        /// ISO 4217 currency code of the amounts.
        currency: String,
        /// Conditions, as a JSON object with any of `minAmount`, `minQuantity` (pieces of one product), `productIds`,
        /// `collections`, `customerTags`, `segmentIds` and `countries`; all that are given must hold.
        conditions: Json,
        /// When it starts to apply; null if it always did.
        starts_at: Option<DateTime<Utc>>,
        /// When it stops applying; null for never.
        ends_at: Option<DateTime<Utc>>,
        /// How many orders may use it; null for no limit.
        usage_limit: Option<i32>,
        /// How many orders use it; counted only if there is a limit.
        used_count: i32,
        /// Whether each customer may use it for one order only.
        once_per_customer: bool,
        /// Whether the discount is in use.
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
        /// By time of the last update.
        updated_at,
    }
    to_one {}
    to_one_or_none {}
    to_many {
        /// The orders that use it, newest first.
        uses: DiscountUse by discount_id [created_at desc],
    }
}
