//! Which orders use which discounts.

use chrono::{DateTime, Utc};
use rust_decimal::Decimal;

use super::Discount;
use crate::{customers::Customer, orders::Order, read::scalars::Id, resource};

resource! {
    /// The use of a discount by an order.
    DiscountUse: discount_uses, key [id], by [created_at desc];
    one discount_use;
    list discount_uses;
    columns {
        /// Unique id (UUID).
        id: Id,
        /// The discount.
        discount_id: Id,
        /// The order that uses it.
        order_id: Id,
        /// The customer; null if unknown or deleted.
        customer_id: Option<Id>,
        /// What it took off, in the order's currency.
        amount: Decimal,
        /// Whether the discount was limited to one order for each customer.
        is_once: bool,
        /// When this row was created.
        created_at: DateTime<Utc>,
    }
    sort {
        /// By creation time.
        created_at,
    }
    to_one {
        /// The discount.
        discount: Discount by discount_id,
        /// The order that uses it.
        order: Order by order_id,
    }
    to_one_or_none {
        /// The customer; null if unknown or deleted.
        customer: Customer by customer_id,
    }
    to_many {}
}
